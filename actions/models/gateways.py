"""Gateways and offices as all workers share them: what rests, how fast letters may go, and who takes part."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.congress.models import Seat
from actions.gateways import EMAIL, GATEWAYS, HOUSE, SENATE, cwc_gateway_of, way
from campaigns.models import Campaign, Status

logger = logging.getLogger(__name__)

# A gateway that cannot be reached is tried again after this long, by one letter of one worker.
PROBE_EVERY = timedelta(minutes=1)
# A gateway that refuses us has a reason that lasts: a wrong key, an address that is not on its list.
REFUSED_RESTS = timedelta(minutes=15)
# So many offices that begin to fail, and no letter taken between, are a gateway that fails.
FAILING_OFFICES = 5
# An office rests after so many failures in a row; the rest doubles with each further one, up to the longest.
OFFICE_FAILURES = 3
OFFICE_RESTS, OFFICE_RESTS_AT_MOST = timedelta(minutes=1), timedelta(minutes=30)
LIST_LASTS = timedelta(days=1)
LIST_AGAIN_AFTER, FIRST_LIST_AGAIN_AFTER = timedelta(hours=1), timedelta(minutes=1)
CLOCK_IS_WRONG = timedelta(minutes=10)
BOOKED_AHEAD = timedelta(seconds=5)  # how far ahead slots are reserved


class GatewayQuerySet(models.QuerySet["Gateway"]):
    """The few gateways there are."""

    def named(self, name: str) -> "Gateway":
        """Return a gateway's row, locked until the transaction ends; made where it is missing."""
        self.get_or_create(name=name)
        return self.select_for_update().get(name=name)

    def needs_list(self, name: str) -> bool:
        """Tell whether the list of active offices is due: a day old, or older than a campaign that has opened.

        A list that failed is asked for again after an hour; after a minute where there never was one.
        """
        if not way(name).has_credentials:
            return False
        row, now = self.filter(name=name).first(), timezone.now()
        if row is not None and row.list_failed_at:
            again = LIST_AGAIN_AFTER if row.offices_listed_at else FIRST_LIST_AGAIN_AFTER
            if now - row.list_failed_at < again:
                return False
        if row is None or row.offices_listed_at is None or now - row.offices_listed_at > LIST_LASTS:
            return True
        return Campaign.objects.filter(status=Status.OPEN, opened_at__gt=row.offices_listed_at).exists()

    def list_failed(self, name: str, error: str) -> None:
        """Note that the list could not be had; the one before goes on to count."""
        self.get_or_create(name=name)
        self.filter(name=name).update(offices_error=error[:60], list_failed_at=timezone.now())

    def troubled(self, name: str) -> bool:
        """Tell whether a gateway rests, or offices behind it have begun to fail."""
        return self.filter(Q(failing_offices__gt=0) | Q(resting_until__isnull=False), name=name).exists()


class Gateway(models.Model):
    """One way to offices: while it rests or is in maintenance its letters are not claimed."""

    name = models.CharField(_("name"), max_length=20, unique=True)
    resting_until = models.DateTimeField(_("resting until"), null=True, blank=True)
    resting_since = models.DateTimeField(_("resting since"), null=True, blank=True)
    resting_because = models.CharField(_("resting because"), max_length=60, blank=True)
    failing_offices = models.PositiveSmallIntegerField(_("offices failing in a row"), default=0)
    next_slot = models.DateTimeField(_("next letter not before"), null=True, blank=True)
    offices_listed_at = models.DateTimeField(_("offices listed"), null=True, blank=True)
    list_failed_at = models.DateTimeField(_("list failed"), null=True, blank=True)
    offices_error = models.CharField(_("last error of the list"), max_length=60, blank=True)

    objects = GatewayQuerySet.as_manager()

    class Meta:
        verbose_name = _("gateway")
        verbose_name_plural = _("gateways")

    def __str__(self) -> str:
        return self.name

    def rest(self, because: str, lasts: timedelta = PROBE_EVERY) -> None:
        """Let the gateway rest until its next probe, for all workers; never shorter than it rests already. Saves."""
        now = timezone.now()
        if self.resting_until is None:
            self.resting_since = now
        if self.resting_until is None or now + lasts > self.resting_until:
            self.resting_until, self.resting_because = now + lasts, because[:60]
        self.save(update_fields=["resting_since", "resting_until", "resting_because"])

    def recover(self, began: datetime) -> bool:
        """A letter whose try began then was answered; return whether that ends a rest. Saves.

        What was under way when the rest began tells nothing of now.
        """
        came_back = self.resting_until is not None
        if came_back and self.resting_since is not None and began <= self.resting_since:
            return False
        self.resting_since = self.resting_until = None
        self.resting_because, self.failing_offices = "", 0
        self.save(update_fields=["resting_since", "resting_until", "resting_because", "failing_offices"])
        return came_back

    def count_failing(self, begun: int) -> int:
        """So many offices more begin to fail; return how many have since the last success. Saves."""
        self.failing_offices += begun
        self.save(update_fields=["failing_offices"])
        return self.failing_offices

    def is_resting(self, now: datetime) -> bool:
        """Tell whether nothing may go out before the next probe."""
        return self.resting_until is not None and self.resting_until > now

    def room_ahead(self) -> int:
        """Return how many letters may be reserved at once: where the pace is slow, nobody sits on many."""
        return max(int(way(self.name).rate * BOOKED_AHEAD.total_seconds()), 1)

    def is_booked(self, now: datetime) -> bool:
        """Tell whether the slots of the near future are all reserved: whoever holds them comes back for more."""
        return self._booked_for(now) > BOOKED_AHEAD

    def _booked_for(self, now: datetime) -> timedelta:
        # A clock that was set back must not stop the gateway until it catches up.
        ahead = (self.next_slot or now) - now
        return ahead if timedelta(0) < ahead < CLOCK_IS_WRONG else timedelta(0)

    def take_slots(self, count: int, now: datetime) -> list[datetime]:
        """Reserve the next `count` moments at which a letter may go; saves. Call it on a locked row.

        Every worker reserves here, so all of them together keep the gateway's rate.
        """
        gap = timedelta(seconds=1 / way(self.name).rate)
        first = now + self._booked_for(now)
        self.next_slot = first + gap * count
        self.save(update_fields=["next_slot"])
        return [first + gap * number for number in range(count)]

    def maintenance_ends(self, now: datetime) -> datetime | None:
        """Return when the far end opens again, None while it is open."""
        return way(self.name).maintenance.ends_at(now)


class OfficeQuerySet(models.QuerySet["Office"]):
    """Many offices at once."""

    def gateways_of(self, seats: Iterable[Seat]) -> dict[int, str]:
        """Return for each seat's key which gateway takes new letters to it; "" where the sender sends by hand.

        Before a list of active offices was ever read, the whole House counts as taking part and nobody in the
        Senate: that is what both chambers publish of themselves.
        """
        wanted = list(seats)
        known = {office.seat_id: office for office in self.filter(seat__in=[seat.pk for seat in wanted])}
        listed = dict(
            Gateway.objects.filter(name__in=[HOUSE, SENATE]).values_list("name", "offices_listed_at")
        )
        ready = {name for name in GATEWAYS if way(name).has_credentials}
        found = {}
        for seat in wanted:
            office, name = known.get(seat.pk), cwc_gateway_of(seat)
            takes_part = office is not None and office.takes_part
            if not listed.get(name):
                takes_part = takes_part or (name == HOUSE and (office is None or office.left_at is None))
            if name in ready and takes_part:
                found[seat.pk] = name
            else:
                found[seat.pk] = EMAIL if EMAIL in ready and office is not None and office.email else ""
        return found

    def resting(self, now: datetime) -> "OfficeQuerySet":
        """Those that nothing is sent to for a while."""
        return self.filter(resting_until__gt=now)

    def to_probe(self, now: datetime) -> "OfficeQuerySet":
        """Those whose rest is over, and that nobody has heard of since."""
        return self.filter(failures__gte=OFFICE_FAILURES, resting_until__lte=now)

    def failing(self, seats: Iterable[int]) -> "OfficeQuerySet":
        """Those of these seats that have begun to fail."""
        return self.filter(seat__in=list(seats), failures__gt=0)

    def list_anew(self, gateway: str, codes: Iterable[str]) -> None:
        """Write down who takes part, as a chamber's list says now.

        Raises `ValueError` for a list that names none or fewer than half of those before: a broken list must
        not turn a whole chamber's letters back to their senders.
        """
        now, wanted = timezone.now(), set(codes)
        seats = {
            seat.code: seat.pk for seat in Seat.objects.all() if cwc_gateway_of(seat) == gateway
        }
        listed = {pk for code, pk in seats.items() if code in wanted}
        with transaction.atomic():
            row = Gateway.objects.named(gateway)
            before = set(self.filter(seat__in=seats.values(), takes_part=True).values_list("seat_id", flat=True))
            if not listed or len(listed) * 2 < len(before):
                raise ValueError("empty" if not listed else "too_few")
            self.bulk_create([Office(seat_id=pk) for pk in listed], ignore_conflicts=True)
            self.filter(seat__in=listed).update(takes_part=True, listed_at=now, left_at=None)
            self.filter(seat__in=set(seats.values()) - listed, takes_part=True).update(takes_part=False, left_at=now)
            row.offices_listed_at, row.list_failed_at, row.offices_error = now, None, ""
            row.save(update_fields=["offices_listed_at", "list_failed_at", "offices_error"])
        unknown = len(wanted) - len(listed)
        if unknown:
            logger.warning("%s lists %d offices that no seat has", gateway, unknown)

    def leave(self, seat_id: int) -> None:
        """An office's system says that it takes nothing from us: new letters go by hand until a list names it."""
        self.get_or_create(seat_id=seat_id)
        self.filter(seat=seat_id).update(takes_part=False, left_at=timezone.now())


class Office(models.Model):
    """How one seat's office takes letters, and how well that works just now. No row: nothing is known yet."""

    seat = models.OneToOneField(Seat, models.CASCADE, related_name="office", verbose_name=_("seat"))
    takes_part = models.BooleanField(
        _("takes part"), default=False, help_text=_("As the chamber’s list of active offices says.")
    )
    listed_at = models.DateTimeField(_("last listed"), null=True, blank=True)
    left_at = models.DateTimeField(_("left the list"), null=True, blank=True)
    email = models.EmailField(
        _("email"), blank=True,
        help_text=_("Only where the office takes letters by email and its chamber’s system does not reach it."),
    )
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    resting_until = models.DateTimeField(_("resting until"), null=True, blank=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        indexes = [
            models.Index(fields=["seat"], condition=Q(failures__gt=0), name="office_failing"),
        ]

    def __str__(self) -> str:
        return f"office of seat {self.seat_id}"

    def recovers(self) -> None:
        """It has answered: every failure is forgotten. Saves."""
        self.failures, self.resting_until = 0, None
        self.save(update_fields=["failures", "resting_until"])

    def fails(self) -> bool:
        """Note one more failure; tell whether it is the first in a row. Saves."""
        self.failures += 1
        if self.failures >= OFFICE_FAILURES:
            doubled = OFFICE_RESTS * 2 ** min(self.failures - OFFICE_FAILURES, 10)
            self.resting_until = timezone.now() + min(doubled, OFFICE_RESTS_AT_MOST)
        self.save(update_fields=["failures", "resting_until"])
        return self.failures == 1

