"""Which gateway reaches which seat, and how to open one: the settings, turned into transports."""

from django.conf import settings

from actions.congress.models import Seat
from actions.delivery.cwc import CwcTransport
from actions.delivery.fields import Chamber
from actions.delivery.outcomes import Transport

HOUSE = "house"
GATEWAYS = (HOUSE,)


def gateway_for(seat: Seat) -> str:
    """Return the name of the gateway that reaches a seat, or "" where the sender has to send by hand.

    Senators have no electronic route yet; a gateway without credentials reaches nobody.
    """
    if seat.chamber == "house" and settings.CWC_HOUSE_URL and settings.CWC_HOUSE_KEY:
        return HOUSE
    return ""


def drops_repeats(gateway: str) -> bool:
    """Tell whether the far end keeps only one of two letters with the same id."""
    return bool({HOUSE: settings.CWC_HOUSE_DROPS_REPEATS}[gateway])


def open_transport(gateway: str) -> Transport:
    """Return a transport that keeps one connection open until it is closed."""
    return {
        HOUSE: lambda: CwcTransport(settings.CWC_HOUSE_URL, settings.CWC_HOUSE_KEY, Chamber.HOUSE),
    }[gateway]()
