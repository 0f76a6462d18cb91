"""How old the data is, and what staff should know about it."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from actions.congress.lookup import being_filled, has_members, has_zip_table
from actions.congress.models import Dataset, Kind
from actions.congress.turnover import congress_on

STALE_AFTER = timedelta(days=7)


def data_as_of() -> datetime | None:
    """Return when the members in use were last found at their source; None before the first import."""
    return Dataset.objects.filter(active=True, kind=Kind.MEMBERS).values_list("checked_at", flat=True).first()


def staff_warnings(now: datetime | None = None) -> list[str]:
    """Return what staff should know about the data of Congress, in their language; nothing when all is well."""
    now = now or timezone.now()
    warnings = []
    if not has_members():
        warnings.append(_(
            "No member names are loaded. Visitors see seats without names. Load them with “load_congress”."
        ))
    if not has_zip_table():
        warnings.append(_("No ZIP codes are loaded. Visitors choose their state and district by number."))
    if being_filled(now):
        warnings.append(_(
            "A new Congress has begun and its members are not loaded. Letters to the House wait until they are."
        ))
    as_of = data_as_of()
    if as_of and now - as_of > STALE_AFTER:
        days = (now - as_of).days
        warnings.append(_("The members of Congress were last checked %(days)d days ago.") % {"days": days})
    sitting = congress_on(now)
    if has_zip_table() and not Dataset.objects.filter(active=True, kind=Kind.ZIPS, congress=sitting).exists():
        warnings.append(_("The ZIP codes in use are those of an earlier Congress; districts may have changed."))
    return warnings
