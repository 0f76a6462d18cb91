"""The fixed facts of representation: states, seats, office codes, and ZIP prefixes no table lists.

Seats in the House follow the 2020 census and hold for the 118th to the 122nd Congress, until 3 January 2033
(2 U.S.C. 2a; Census Bureau, "2020 Census Apportionment Results", table 1). Classes of senators: Article I,
section 3, as the Senate lists them at https://www.senate.gov/senators/Class_I.htm and its siblings.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Chamber(TextChoices):
    """The two chambers."""

    HOUSE = "house", _("House of Representatives")
    SENATE = "senate", _("Senate")


@dataclass(frozen=True)
class State:
    """One of the 56 places that send somebody to Congress."""

    code: str  # as the Postal Service writes it
    name: "StrPromise"
    house_seats: int
    senate_classes: tuple[int, ...] = ()  # empty for the District of Columbia and the territories
    delegate: "StrPromise | str" = ""  # the title where the one House seat has no vote on the floor

    @property
    def districts(self) -> list[int]:
        """Return the numbers of its districts; the only one of a state at large is 0."""
        return [0] if self.house_seats == 1 else list(range(1, self.house_seats + 1))


STATES: dict[str, State] = {
    state.code: state
    for state in (
        State("AL", _("Alabama"), 7, (2, 3)),
        State("AK", _("Alaska"), 1, (2, 3)),
        State("AZ", _("Arizona"), 9, (1, 3)),
        State("AR", _("Arkansas"), 4, (2, 3)),
        State("CA", _("California"), 52, (1, 3)),
        State("CO", _("Colorado"), 8, (2, 3)),
        State("CT", _("Connecticut"), 5, (1, 3)),
        State("DE", _("Delaware"), 1, (1, 2)),
        State("FL", _("Florida"), 28, (1, 3)),
        State("GA", _("Georgia"), 14, (2, 3)),
        State("HI", _("Hawaii"), 2, (1, 3)),
        State("ID", _("Idaho"), 2, (2, 3)),
        State("IL", _("Illinois"), 17, (2, 3)),
        State("IN", _("Indiana"), 9, (1, 3)),
        State("IA", _("Iowa"), 4, (2, 3)),
        State("KS", _("Kansas"), 4, (2, 3)),
        State("KY", _("Kentucky"), 6, (2, 3)),
        State("LA", _("Louisiana"), 6, (2, 3)),
        State("ME", _("Maine"), 2, (1, 2)),
        State("MD", _("Maryland"), 8, (1, 3)),
        State("MA", _("Massachusetts"), 9, (1, 2)),
        State("MI", _("Michigan"), 13, (1, 2)),
        State("MN", _("Minnesota"), 8, (1, 2)),
        State("MS", _("Mississippi"), 4, (1, 2)),
        State("MO", _("Missouri"), 8, (1, 3)),
        State("MT", _("Montana"), 2, (1, 2)),
        State("NE", _("Nebraska"), 3, (1, 2)),
        State("NV", _("Nevada"), 4, (1, 3)),
        State("NH", _("New Hampshire"), 2, (2, 3)),
        State("NJ", _("New Jersey"), 12, (1, 2)),
        State("NM", _("New Mexico"), 3, (1, 2)),
        State("NY", _("New York"), 26, (1, 3)),
        State("NC", _("North Carolina"), 14, (2, 3)),
        State("ND", _("North Dakota"), 1, (1, 3)),
        State("OH", _("Ohio"), 15, (1, 3)),
        State("OK", _("Oklahoma"), 5, (2, 3)),
        State("OR", _("Oregon"), 6, (2, 3)),
        State("PA", _("Pennsylvania"), 17, (1, 3)),
        State("RI", _("Rhode Island"), 2, (1, 2)),
        State("SC", _("South Carolina"), 7, (2, 3)),
        State("SD", _("South Dakota"), 1, (2, 3)),
        State("TN", _("Tennessee"), 9, (1, 2)),
        State("TX", _("Texas"), 38, (1, 2)),
        State("UT", _("Utah"), 4, (1, 3)),
        State("VT", _("Vermont"), 1, (1, 3)),
        State("VA", _("Virginia"), 11, (1, 2)),
        State("WA", _("Washington"), 10, (1, 3)),
        State("WV", _("West Virginia"), 2, (1, 2)),
        State("WI", _("Wisconsin"), 8, (1, 3)),
        State("WY", _("Wyoming"), 1, (1, 2)),
        State("AS", _("American Samoa"), 1, (), _("Delegate for American Samoa")),
        State("DC", _("District of Columbia"), 1, (), _("Delegate for the District of Columbia")),
        State("GU", _("Guam"), 1, (), _("Delegate for Guam")),
        State("MP", _("Northern Mariana Islands"), 1, (), _("Delegate for the Northern Mariana Islands")),
        State("PR", _("Puerto Rico"), 1, (), _("Resident Commissioner for Puerto Rico")),
        State("VI", _("U.S. Virgin Islands"), 1, (), _("Delegate for the U.S. Virgin Islands")),
    )
}
STATE_NAMES: dict[str, "StrPromise"] = {state.code: state.name for state in STATES.values()}


@dataclass(frozen=True)
class SeatFacts:
    """One of the 541 seats: 441 in the House with its delegates, 100 in the Senate."""

    chamber: Chamber
    state: str
    district: int | None = None
    senate_class: int | None = None

    @property
    def code(self) -> str:
        """Return the office code of CWC: HNJ08, HDC00, SNJ01."""
        if self.chamber == Chamber.SENATE:
            return f"S{self.state}0{self.senate_class}"
        # The House lists American Samoa under the older postal code AQ.
        return f"H{'AQ' if self.state == 'AS' else self.state}{self.district:02d}"


SEATS: tuple[SeatFacts, ...] = tuple(
    seat
    for state in STATES.values()
    for seat in (
        *(SeatFacts(Chamber.HOUSE, state.code, district=number) for number in state.districts),
        *(SeatFacts(Chamber.SENATE, state.code, senate_class=number) for number in state.senate_classes),
    )
)
HOUSE_KEYS = frozenset((seat.state, seat.district) for seat in SEATS if seat.chamber == Chamber.HOUSE)

# Prefixes that the Census Bureau's ZIP areas lack: those of military post offices, …
MILITARY_PREFIXES = frozenset(
    {*(f"{number:03d}" for number in range(90, 100)), "340", *(str(number) for number in range(962, 967))}
)
# … and ones the Postal Service keeps for large mailers and agencies of a state or of the District.
STATE_PREFIXES: dict[str, str] = {
    "005": "NY", "055": "MA", "192": "PA", "311": "GA", "332": "FL", "375": "TN", "399": "GA", "419": "KY",
    "459": "OH", "509": "IA", "555": "MN", "569": "DC", "649": "MO", "733": "TX", "842": "UT", "872": "NM",
    "876": "NM", "885": "TX", "889": "NV", "901": "CA", "938": "CA", "942": "CA",
}
# Palau, Micronesia and the Marshall Islands: served by the Postal Service, without a member of Congress.
NOT_REPRESENTED_ZIPS = frozenset({*(str(number) for number in range(96939, 96945)), "96960", "96970"})
