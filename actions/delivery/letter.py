"""A letter: plain data that a transport gets. It knows no database and names no member of Congress."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Agent:
    """Who delivers, as registered with the chamber; frozen with the letter so that its bytes never change."""

    name: str
    ack_email: str
    contact_name: str
    contact_email: str
    contact_phone: str


@dataclass(frozen=True)
class Bill:
    """A bill of the current Congress; `type` in the House's spelling (hr, s, hjres …)."""

    congress: int
    type: str
    number: int


@dataclass(frozen=True)
class Letter:
    """One constituent's message to one office, exactly as it was reviewed.

    Field names follow CWC 2.0 (`actions/delivery/fields.py` has each limit once). Empty text means absent.
    """

    delivery_id: str  # 32 hex digits, minted once
    delivery_date: str  # YYYYMMDD, the day of Send in US Eastern time
    agent: Agent
    campaign_id: str
    office: str  # HNJ08, SNJ01: the seat's code, never a person
    prefix: str
    first_name: str
    last_name: str
    address1: str
    city: str
    state: str
    zip: str
    email: str
    subject: str
    topics: tuple[str, ...]
    statement: str = ""
    own_words: str = ""
    address2: str = ""
    phone: str = ""
    bill: Bill | None = None
    stance: str = ""  # Pro or Con, with a bill
    organisation: str = ""
    organisation_about: str = ""
    newsletter_opt_in: str = ""
    more_info_url: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return JSON values from which `from_dict` makes an equal letter."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Letter":
        """Return the letter that `as_dict` described."""
        bill = data.get("bill")
        return cls(**{
            **data,
            "agent": Agent(**data["agent"]),
            "bill": Bill(**bill) if bill else None,
            "topics": tuple(data["topics"]),
        })
