"""A list of targets between its preview and its import: stored, so that what is imported is what was seen."""

import base64
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from actions.target_files import Row
from campaigns.models import Campaign, Target, TargetArea
from polaris_site.encryption import EncryptedTextField

T = TypeVar("T")
KEPT = timedelta(days=1)
BATCH = 5_000  # rows a statement


def rows_of(targets: QuerySet[Target]) -> Iterator[Row]:
    """Return stored targets as rows of a file, in a few queries for each thousand."""
    for target in targets.prefetch_related("areas").iterator(chunk_size=1_000):
        areas = list(target.areas.all())
        yield Row(
            target.name, target.title, target.email, tuple(sorted(area.state for area in areas if area.state)),
            tuple(sorted(area.zip for area in areas if area.zip)),
        )


class TargetFileQuerySet(models.QuerySet["TargetFile"]):
    """Lists that wait for their import."""

    def keep(self, campaign: Campaign, person_id: int | None, rows: list[Row]) -> "TargetFile":
        """Store a list that was found good; older ones that nobody imported go."""
        self.forget()
        words = json.dumps([[*vars(row).values()] for row in rows], ensure_ascii=False, separators=(",", ":"))
        packed = base64.b85encode(zlib.compress(words.encode(), 6)).decode("ascii")
        return self.create(campaign=campaign, person_id=person_id, packed=packed)

    def forget(self) -> int:
        """Delete what was not imported in time; return how many."""
        return self.filter(created_at__lte=timezone.now() - KEPT).delete()[0]


class TargetFile(models.Model):
    """One good list of targets that staff have seen the preview of. Gone once imported, or after a day.

    The rows wait here and not in the page: a hundred thousand of them are larger than any form may be.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    packed = EncryptedTextField()
    created_at = models.DateTimeField(default=timezone.now)

    objects = TargetFileQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.pk} of campaign {self.campaign_id}"

    @property
    def rows(self) -> list[Row]:
        """Return the targets of the list."""
        stored: list[list[Any]] = json.loads(zlib.decompress(base64.b85decode(self.packed)))
        return [
            Row(name, title, email, tuple(states), tuple(zips)) for name, title, email, states, zips in stored
        ]

    def import_all(self) -> tuple[int, int] | None:
        """Store every target of the list, or none; return how many are new and how many were known.

        None where it was imported already: pressed twice, it is one import.
        """
        with transaction.atomic():
            # One import at a time. No stronger than that: a new action's foreign key waits for a lock of the whole row.
            Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=self.campaign_id)
            if not TargetFile.objects.filter(pk=self.pk).delete()[0]:
                return None
            return store(self.campaign_id, self.rows)


def known_emails(campaign_id: int) -> dict[str, str]:
    """Return the emails of a campaign's targets as stored, by their folded spelling."""
    emails = Target.objects.filter(campaign=campaign_id).values_list("email", flat=True)
    return {email.casefold(): email for email in emails}


def store(campaign_id: int, rows: list[Row]) -> tuple[int, int]:
    """Add or update targets with their places, in the caller's transaction; return how many are new and known.

    Whether somebody receives letters stays as staff have set it. Who is not in the list stays as they are.
    """
    known = known_emails(campaign_id)
    given = {known.get(row.email.casefold(), row.email): row for row in rows}
    for batch in _batches(given.items(), BATCH):
        Target.objects.bulk_create(
            [Target(campaign_id=campaign_id, email=email, name=row.name, title=row.title) for email, row in batch],
            update_conflicts=True, unique_fields=["campaign", "email"], update_fields=["name", "title"],
        )
    keys = dict(Target.objects.filter(campaign=campaign_id).values_list("email", "pk"))
    old = [keys[email] for email in given if email.casefold() in known]
    for chunk in _batches(old, 500):
        TargetArea.objects.filter(target__in=chunk).delete()
    for areas in _batches(_areas(keys, given.items()), BATCH):
        TargetArea.objects.bulk_create(areas)
    return len(given) - len(old), len(old)


def _batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Return the rows in lists of that size; the last one may be shorter."""
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def _areas(keys: dict[str, int], given: Iterable[tuple[str, Row]]) -> Iterator[TargetArea]:
    for email, row in given:
        yield from (TargetArea(target_id=keys[email], state=state) for state in row.states)
        yield from (TargetArea(target_id=keys[email], zip=code) for code in row.zips)
