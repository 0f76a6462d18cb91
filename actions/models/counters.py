"""The counters: exact at every moment, and without a row that everybody has to lock.

Each change inserts a delta in the transaction of what it counts. A task folds deltas into totals. A reader
adds both up in one statement, so folding never shows.
"""

from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign


class Counter(models.TextChoices):
    """What is counted. Definitions stand on the page "How we count"."""

    ACTIONS = "actions", _("Actions taken")
    MESSAGES = "messages", _("Messages sent")
    PLEDGES = "pledges", _("Pledges made")


class CounterTotal(models.Model):
    """What has been folded so far, per counter and campaign."""

    counter = models.CharField(max_length=10, choices=Counter)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["counter", "campaign"], name="one_total_a_counter")]

    def __str__(self) -> str:
        return f"{self.counter} {self.value}"


class CounterDeltaQuerySet(models.QuerySet["CounterDelta"]):
    """Many deltas at once."""

    def fold(self, at_most: int = 5000) -> int:
        """Move up to `at_most` deltas into the totals; return how many. Safe beside another folder."""
        with transaction.atomic():
            rows = list(self.select_for_update(skip_locked=True).order_by("pk")[:at_most])
            sums: dict[tuple[str, int], int] = {}
            for row in rows:
                key = (row.counter, row.campaign_id)
                sums[key] = sums.get(key, 0) + row.value
            for (counter, campaign_id), value in sorted(sums.items()):
                CounterTotal.objects.get_or_create(counter=counter, campaign_id=campaign_id)
                CounterTotal.objects.filter(counter=counter, campaign_id=campaign_id).update(
                    value=F("value") + value
                )
            CounterDelta.objects.filter(pk__in=[row.pk for row in rows]).delete()
        return len(rows)


class CounterDelta(models.Model):
    """One change of one counter, not yet folded."""

    counter = models.CharField(max_length=10, choices=Counter)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    value = models.IntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CounterDeltaQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.counter} {self.value:+}"


def count(counter: Counter, campaign_id: int, value: int = 1) -> None:
    """Record a change; call it in the transaction of what is counted."""
    CounterDelta.objects.create(counter=counter, campaign_id=campaign_id, value=value)


def _sums(rows: Iterable[tuple[str, int | None]]) -> dict[str, int]:
    sums = dict.fromkeys(Counter.values, 0)
    for counter, value in rows:
        sums[counter] += value or 0
    return sums


def read_counters(campaign: Campaign | None = None) -> dict[str, int]:
    """Return every counter's value, of one campaign or of the site, from one statement."""
    chosen = {"campaign": campaign} if campaign else {}
    totals = CounterTotal.objects.filter(**chosen).values("counter").annotate(sum=Sum("value"))
    deltas = CounterDelta.objects.filter(**chosen).values("counter").annotate(sum=Sum("value"))
    return _sums(totals.values_list("counter", "sum").union(deltas.values_list("counter", "sum"), all=True))
