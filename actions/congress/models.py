"""Who represents whom: seats that stay, members who come and go, and the ZIP tables that lead to them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from actions.congress.states import STATES, Chamber, SeatFacts

PARTIES = {
    "Democrat": gettext_lazy("Democrat"),
    "Republican": gettext_lazy("Republican"),
    "Independent": gettext_lazy("Independent"),
}


def _district_in_words(number: int) -> str:
    """Return "8th" in English, "8" in languages that write the number bare."""
    if not (get_language() or "en").startswith("en"):
        return str(number)
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


class SeatQuerySet(models.QuerySet["Seat"]):
    """Seats together with who holds them."""

    def with_members(self) -> "SeatQuerySet":
        """Fetch the current members too, in one more query."""
        return self.prefetch_related(
            models.Prefetch("members", queryset=Member.objects.current(), to_attr="current_members")
        )


class Seat(models.Model):
    """One of the 541 seats, for ever: a letter goes to a seat, whoever holds it."""

    chamber = models.CharField(gettext_lazy("chamber"), max_length=6, choices=Chamber)
    state = models.CharField(gettext_lazy("state"), max_length=2)
    district = models.PositiveSmallIntegerField(
        gettext_lazy("district"), null=True, blank=True, help_text=gettext_lazy("0 where there is only one.")
    )
    senate_class = models.PositiveSmallIntegerField(gettext_lazy("class"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("seat")
        verbose_name_plural = gettext_lazy("seats")
        ordering = ["state", "chamber", "district", "senate_class"]
        constraints = [
            models.CheckConstraint(
                condition=Q(chamber=Chamber.HOUSE, district__isnull=False, senate_class__isnull=True)
                | Q(chamber=Chamber.SENATE, district__isnull=True, senate_class__in=[1, 2, 3]),
                name="seat_has_district_or_class",
            ),
            models.UniqueConstraint(
                fields=["state", "district"], condition=Q(chamber=Chamber.HOUSE), name="one_seat_a_district"
            ),
            models.UniqueConstraint(
                fields=["state", "senate_class"], condition=Q(chamber=Chamber.SENATE), name="one_seat_a_class"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """Return the office code of CWC: HNJ08, HAK00, SNJ01."""
        return SeatFacts(Chamber(self.chamber), self.state, self.district, self.senate_class).code

    @property
    def key(self) -> str:
        """Return "NJ-8", "AK-0" for the House, "NJ-S1" for the Senate."""
        return f"{self.state}-{f'S{self.senate_class}' if self.district is None else self.district}"

    @property
    def is_senate(self) -> bool:
        """Tell whether this is a senator's seat."""
        return self.chamber == Chamber.SENATE

    @property
    def is_delegate(self) -> bool:
        """Tell whether its holder has no vote on the floor: the District of Columbia and the territories."""
        return bool(STATES[self.state].delegate)

    @property
    def state_name(self) -> str:
        """Return the state's name in the reader's language."""
        return str(STATES[self.state].name)

    @property
    def label(self) -> str:
        """Return what people call it, such as "Senator for New Jersey"."""
        if self.is_senate:
            return _("Senator for %(state)s") % {"state": self.state_name}
        if self.is_delegate:
            return str(STATES[self.state].delegate)
        if not self.district:
            return _("Representative for %(state)s (at large)") % {"state": self.state_name}
        return _("Representative for %(state)s’s %(district)s district") % {
            "state": self.state_name, "district": _district_in_words(self.district),
        }

    @property
    def member(self) -> "Member | None":
        """Return who holds the seat, None while it is vacant. One query, or none after `with_members`."""
        if "current_members" not in vars(self):
            vars(self)["current_members"] = list(Member.objects.current().filter(seat=self))
        found: list[Member] = vars(self)["current_members"]
        return found[0] if found else None

    def leave_empty(self) -> None:
        """Show the seat without its member; stores nothing."""
        vars(self)["current_members"] = []


class MemberQuerySet(models.QuerySet["Member"]):
    """Members by whether they serve."""

    def current(self) -> "MemberQuerySet":
        """Return those who hold a seat now, as far as the last import knows."""
        return self.filter(ended_on__isnull=True)


class Member(models.Model):
    """A person who holds or held a seat. Ended, never deleted: something may refer to them."""

    bioguide = models.CharField(gettext_lazy("Bioguide id"), max_length=7, primary_key=True)
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="members", verbose_name=gettext_lazy("seat"))
    name = models.CharField(gettext_lazy("name"), max_length=120)
    party = models.CharField(gettext_lazy("party"), max_length=40)
    phone = models.CharField(gettext_lazy("phone"), max_length=12, blank=True)
    website = models.URLField(gettext_lazy("website"), max_length=300, blank=True)
    contact_form = models.URLField(gettext_lazy("contact form"), max_length=300, blank=True)
    term_start = models.DateField(gettext_lazy("term began"))
    ended_on = models.DateField(
        gettext_lazy("left"), null=True, blank=True,
        help_text=gettext_lazy("The day of the import in which they no longer held this seat."),
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("member of Congress")
        verbose_name_plural = gettext_lazy("members of Congress")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat"], condition=Q(ended_on__isnull=True), name="one_current_member_a_seat"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def party_name(self) -> str:
        """Return the party in the reader's language; one we do not know stays as published."""
        return str(PARTIES.get(self.party, self.party))


class Kind(models.TextChoices):
    """What a file of data says."""

    MEMBERS = "members", gettext_lazy("members of Congress")
    ZIPS = "zips", gettext_lazy("ZIP codes and districts")
    PREFIXES = "prefixes", gettext_lazy("ZIP prefixes and states")


class Dataset(models.Model):
    """One imported file, with where and when it came from. The one before it stays, to go back to.

    ZIP tables of several Congresses may be active: a lookup takes the one for its day.
    """

    kind = models.CharField(gettext_lazy("kind"), max_length=8, choices=Kind)
    congress = models.PositiveSmallIntegerField(gettext_lazy("Congress"))
    source = models.CharField(gettext_lazy("source"), max_length=300)
    sha256 = models.CharField(gettext_lazy("SHA-256"), max_length=64)
    rows = models.PositiveIntegerField(gettext_lazy("rows"))
    fetched_at = models.DateTimeField(gettext_lazy("fetched"))
    checked_at = models.DateTimeField(
        gettext_lazy("as of"), help_text=gettext_lazy("When the source last had exactly this.")
    )
    activated_at = models.DateTimeField(gettext_lazy("in use since"), null=True, blank=True)
    active = models.BooleanField(gettext_lazy("in use"), default=False)
    newest_term = models.DateField(
        gettext_lazy("newest term in the House"), null=True, blank=True,
        help_text=gettext_lazy("Only for members: tells whether the file knows the Congress that sits."),
    )
    records = models.JSONField(
        gettext_lazy("records"), default=list, blank=True, editable=False,
        help_text=gettext_lazy("Only for members: what the file said, so that one can go back to it."),
    )

    class Meta:
        verbose_name = gettext_lazy("data file")
        verbose_name_plural = gettext_lazy("data files")
        ordering = ["-fetched_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(active=True) & ~Q(kind=Kind.ZIPS), name="one_active_file_a_kind"
            ),
            models.UniqueConstraint(
                fields=["congress"], condition=Q(active=True, kind=Kind.ZIPS), name="one_zip_table_a_congress"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.congress} {self.sha256[:8]}"


class ZipDistrict(models.Model):
    """A ZIP area touches a district. It says nothing of how much of it does."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="zip_districts")
    zip = models.CharField(max_length=5)
    state = models.CharField(max_length=2)
    district = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "zip", "state", "district"], name="zip_district_once"),
        ]

    def __str__(self) -> str:
        return f"{self.zip} {self.state}-{self.district}"


class ZipPrefix(models.Model):
    """The state or states whose ZIPs begin with these three digits; none for military post offices."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="zip_prefixes")
    prefix = models.CharField(max_length=3)
    states = models.CharField(max_length=40, blank=True, help_text="Codes with | between them.")
    military = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "prefix"], name="zip_prefix_once")]

    def __str__(self) -> str:
        return f"{self.prefix} {self.states}"
