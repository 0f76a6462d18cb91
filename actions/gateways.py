"""The ways to offices, as the settings describe them: credentials, pace, rest, and how to open one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from actions.delivery.cwc import CwcTransport
from actions.delivery.email import EmailTransport
from actions.delivery.fields import Chamber
from actions.delivery.maintenance import Windows, parse_windows
from actions.delivery.offices import fetch_active_offices
from actions.delivery.outcomes import Transport

if TYPE_CHECKING:  # the checks at the start read this module before any model is ready
    from actions.congress.models import Seat

HOUSE, SENATE, EMAIL = "house", "senate", "email"
GATEWAYS = (HOUSE, SENATE, EMAIL)
CHAMBERS = {HOUSE: Chamber.HOUSE, SENATE: Chamber.SENATE}  # the two that speak CWC

AddressOf = Callable[[str], str]  # office code → the email address staff entered for it, or ""


@dataclass(frozen=True)
class Way:
    """One way to offices. Without credentials it reaches nobody."""

    name: str
    has_credentials: bool
    drops_repeats: bool  # the far end keeps only one of two letters with the same id
    rate: float  # letters a second, all workers together
    maintenance: Windows


def way(name: str) -> Way:
    """Return what the settings say of a gateway. Raises KeyError for a name that is none."""
    if name == EMAIL:
        return Way(
            EMAIL, has_credentials=bool(settings.OFFICE_MAIL["host"]), drops_repeats=False,
            rate=settings.OFFICE_MAIL_RATE, maintenance=parse_windows(""),
        )
    chamber = CHAMBERS[name].upper()
    return Way(
        name,
        has_credentials=bool(_setting("URL", chamber) and _setting("KEY", chamber)),
        drops_repeats=_setting("DROPS_REPEATS", chamber),
        rate=_setting("RATE", chamber),
        maintenance=parse_windows(_setting("MAINTENANCE", chamber)),
    )


def _setting(name: str, chamber: str) -> Any:
    return getattr(settings, f"CWC_{chamber}_{name}")


def cwc_gateway_of(seat: "Seat") -> str:
    """Return the name of the gateway that a seat's chamber keeps."""
    return SENATE if seat.is_senate else HOUSE


def open_transport(name: str, address_of: AddressOf) -> Transport:
    """Return a transport that keeps one connection open until it is closed; for one thread at a time."""
    if name == EMAIL:
        return EmailTransport(**settings.OFFICE_MAIL, address_of=address_of)
    chamber = CHAMBERS[name].upper()
    return CwcTransport(
        _setting("URL", chamber), _setting("KEY", chamber), CHAMBERS[name],
        trusts_empty_success=_setting("TRUSTS_EMPTY_SUCCESS", chamber),
    )


def list_offices(name: str) -> frozenset[str]:
    """Ask a chamber's gateway which offices take part. Raises `OfficesUnavailable`, never an empty answer."""
    chamber = CHAMBERS[name].upper()
    return fetch_active_offices(_setting("URL", chamber), _setting("KEY", chamber), CHAMBERS[name])
