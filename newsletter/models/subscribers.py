"""Who wants to hear from us: consent is asked, confirmed by mail, and ends with one press."""

import hmac
import re
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from newsletter.models.mail import OutgoingMail
from polaris_site.encryption import EncryptedTextField
from polaris_site.identity import canonical_email, email_key, keyed_hash

# The words beside the sign-up button; a change of them gets the next number.
WORDING_VERSION = "1"
CONFIRM_WITHIN = timedelta(days=7)
CONFIRMATION = "news confirmation"  # the kind of mail
CONFIRMATIONS_PER_DAY = 3  # to one address, so that nobody can flood it
ASK_AGAIN_AFTER = timedelta(days=30)  # one who left gets at most one confirmation mail in this time
_links = signing.TimestampSigner(salt="newsletter.confirm")


class LinkIsOver(Exception):
    """A link from a mail that does not work any more, or never did."""


class Subscription(models.TextChoices):
    """Where a subscriber stands."""

    PENDING = "pending", _("Not confirmed yet")
    CONFIRMED = "confirmed", _("Confirmed")
    LEFT = "left", _("Left")


class ConsentKind(models.TextChoices):
    """What happened to a consent."""

    ASKED = "asked", _("Asked")
    CONFIRMED = "confirmed", _("Confirmed")
    LEFT = "left", _("Left")


def suppression_key(email: str) -> str:
    """Return the hash by which an address is left alone. The `+tag` counts: each was signed up by itself."""
    return keyed_hash("suppression", canonical_email(email, fold_tag=False))


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    """Many subscribers at once."""

    def ask(self, email: str, *, page: str, language: str) -> None:
        """Store that somebody asked for news and mail them one link to confirm it.

        `page` names where the form stood, as a word, not an address. Returns nothing for a new, a known, a
        flooded address and one that left alike, so that nobody learns who is on the list. Joins the caller's
        transaction.
        """
        key = email_key(email)
        with transaction.atomic():
            # The lock makes parallel posts for one address wait, so that the cap holds.
            subscriber, created = self.select_for_update().get_or_create(
                email_key=key, defaults={"email": email.strip(), "language": language}
            )
            if subscriber.state == Subscription.CONFIRMED:
                return
            left = Suppression.objects.filter(mailbox_key=key)
            asked_lately = left.filter(asked_at__gt=timezone.now() - ASK_AGAIN_AFTER).exists()
            if asked_lately or not OutgoingMail.objects.has_room(CONFIRMATION, email, CONFIRMATIONS_PER_DAY):
                if created:
                    subscriber.delete()
                return
            left.update(asked_at=timezone.now())
            subscriber.email, subscriber.language = email.strip(), language
            subscriber.state, subscriber.changed_at = Subscription.PENDING, timezone.now()
            subscriber.save()
            asked = subscriber.note(ConsentKind.ASKED, page=page)
            subject, text = subscriber.confirmation(asked)
            OutgoingMail.objects.put(kind=CONFIRMATION, to=email, subject=subject, text=text)

    def by_confirm_token(self, token: str) -> "Subscriber":
        """Return whom a confirmation link is for.

        Raises `LinkIsOver` when it is older than a week, not ours, or from before that person left.
        """
        try:
            asked_pk = int(_links.unsign(token, max_age=CONFIRM_WITHIN))
        except (signing.BadSignature, ValueError) as error:
            raise LinkIsOver from error
        subscriber = self.filter(events=asked_pk).first()
        if subscriber is None or subscriber.events.filter(pk__gt=asked_pk, kind=ConsentKind.LEFT).exists():
            raise LinkIsOver
        return subscriber

    def by_leave_token(self, token: str) -> "Subscriber":
        """Return whom a leave link is for; it works as long as the row exists. Raises `LinkIsOver`."""
        match = re.match(r"([0-9]{1,18})-", token)
        subscriber = self.filter(pk=match[1]).first() if match else None
        if subscriber is None or not hmac.compare_digest(subscriber.leave_token.encode(), token.encode()):
            raise LinkIsOver
        return subscriber

    def forget_unconfirmed(self) -> int:
        """Remove who never pressed the link while it worked; return how many addresses went."""
        over = self.filter(state=Subscription.PENDING, changed_at__lte=timezone.now() - CONFIRM_WITHIN)
        consented = ConsentEvent.objects.filter(subscriber=OuterRef("pk"), kind=ConsentKind.CONFIRMED)
        # Who once confirmed, left, and asked again goes back to having left: that history is evidence.
        back = over.filter(Exists(consented)).update(
            state=Subscription.LEFT, email="", changed_at=timezone.now()
        )
        return back + over.delete()[1].get("newsletter.Subscriber", 0)


class Subscriber(models.Model):
    """One address that asked for news. Nothing is sent to it before its owner confirmed."""

    email = EncryptedTextField(blank=True)  # empty once they left
    email_key = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=8)
    state = models.CharField(_("state"), max_length=10, choices=Subscription, default=Subscription.PENDING)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        indexes = [models.Index(fields=["state", "changed_at"], name="subscriber_state")]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def leave_token(self) -> str:
        """Return the last part of the leave link: it never expires and survives a change of other keys."""
        return f"{self.pk}-{keyed_hash('leave', str(self.pk))[:32]}"

    def note(self, kind: ConsentKind, *, page: str) -> "ConsentEvent":
        """Add one event to the ledger of consent."""
        return self.events.create(kind=kind, page=page, wording=WORDING_VERSION, language=self.language)

    def confirmation(self, asked: "ConsentEvent") -> tuple[str, str]:
        """Return subject and text of the mail that asks for the confirming press, in their language.

        What shows in a list of mails (subject and first 140 characters) says nothing about the topic.
        """
        with translation.override(self.language):
            confirm = settings.SITE_URL + reverse("newsletter:confirm", args=[_links.sign(str(asked.pk))])
            leave = settings.SITE_URL + reverse("newsletter:leave", args=[self.leave_token])
            text = gettext(
                "Hello,\n\n"
                "somebody, probably you, typed this email address into a form to get our updates. "
                "One press is still needed before we write again.\n\n"
                "Open this page and press the button:\n%(confirm)s\n\n"
                "The link works for 7 days. If it was not you, do nothing: without the press you will get no "
                "updates.\n\n"
                "To make sure that this address is left alone:\n%(leave)s\n"
            ) % {"confirm": confirm, "leave": leave}
            return gettext("Please confirm your email address"), text

    @transaction.atomic
    def confirm(self) -> None:
        """The owner of the address says yes. A second press changes nothing."""
        here = Subscriber.objects.select_for_update().get(pk=self.pk)
        if here.state == Subscription.PENDING:
            here.state, here.changed_at = Subscription.CONFIRMED, timezone.now()
            here.save(update_fields=["state", "changed_at"])
            here.note(ConsentKind.CONFIRMED, page="confirm")
            Suppression.objects.filter(address_key=suppression_key(here.email)).delete()

    @transaction.atomic
    def leave(self) -> None:
        """The address goes at once and is left alone. A second press changes nothing."""
        here = Subscriber.objects.select_for_update().get(pk=self.pk)
        if here.state != Subscription.LEFT:
            Suppression.objects.get_or_create(
                address_key=suppression_key(here.email), defaults={"mailbox_key": here.email_key}
            )
            here.state, here.email, here.changed_at = Subscription.LEFT, "", timezone.now()
            here.save(update_fields=["state", "email", "changed_at"])
            here.note(ConsentKind.LEFT, page="leave")


class ConsentEvent(models.Model):
    """One line of the ledger of consent: added, never changed."""

    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="events", verbose_name=_("subscriber")
    )
    kind = models.CharField(_("what happened"), max_length=10, choices=ConsentKind)
    wording = models.CharField(_("version of the wording"), max_length=10)
    page = models.CharField(_("page"), max_length=60)
    language = models.CharField(_("language"), max_length=8)
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent events")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.kind}"


class Suppression(models.Model):
    """An address that gets no news, kept as a hash so that it stays known after everything else is gone."""

    address_key = models.CharField(max_length=64, unique=True, editable=False)
    # With the `+tag` folded: all spellings of a mailbox share one limit on mails that ask again.
    mailbox_key = models.CharField(max_length=64, db_index=True, editable=False)
    asked_at = models.DateTimeField(_("last asked again"), null=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return str(self.pk)
