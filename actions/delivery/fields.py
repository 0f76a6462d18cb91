"""What CWC 2.0 asks of every element of a letter: the one table of order, need, limits and choices.

It orders the XML, checks a letter before it leaves, is the test gateway's rule book and gives forms their
limits. Both chambers hand out the official description on registration; until then the rows follow public
implementations. A row marked C is unconfirmed, B rests on one source: correct it here, and nowhere else.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

from actions.delivery.letter import Letter
from actions.delivery.text import xml_text


class Chamber(StrEnum):
    """The two chambers; the Senate checks the same XML more strictly."""

    HOUSE = "house"
    SENATE = "senate"


PREFIXES = ("Mr.", "Mrs.", "Miss", "Ms.", "Dr.")  # all that the Senate takes; the House takes them too

STATES = (
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN",
    "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV",
    "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN",
    "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "DC", "AS", "GU", "MP", "PR", "VI",
)

# Library of Congress topics, byte for byte.
TOPICS = (
    "Agriculture and Food",
    "Animals",
    "Armed Forces and National Security",
    "Arts, Culture, Religion",
    "Civil Rights and Liberties, Minority Issues",
    "Commerce",
    "Congress",
    "Crime and Law Enforcement",
    "Economics and Public Finance",
    "Education",
    "Emergency Management",
    "Energy",
    "Environmental Protection",
    "Families",
    "Finance and Financial Sector",
    "Foreign Trade and International Finance",
    "Government Operations and Politics",
    "Health",
    "Housing and Community Development",
    "Immigration",
    "International Affairs",
    "Labor and Employment",
    "Law",
    "Native Americans",
    "Public Lands and Natural Resources",
    "Science, Technology, Communications",
    "Social Sciences and History",
    "Social Welfare",
    "Sports and Recreation",
    "Taxation",
    "Transportation and Public Works",
    "Water Resources Development",
)

# A letter spells a bill's type as the House does; each chamber gets its own. The Senate's are B, and one of
# them has no last dot.
BILL_TYPES: dict[Chamber, dict[str, str]] = {
    Chamber.HOUSE: {
        name: name for name in
        ("hamdt", "hconres", "hjres", "hr", "hres", "s", "samdt", "sconres", "sjres", "sres")
    },
    Chamber.SENATE: {
        "hamdt": "H.Amdt.",
        "hconres": "H.Con.Res",
        "hjres": "H.J.Res.",
        "hr": "H.R.",
        "hres": "H.Res.",
        "s": "S.",
        "samdt": "S.Amdt.",
        "sconres": "S.Con.Res.",
        "sjres": "S.J.Res.",
        "sres": "S.Res.",
    },
}

_OFFICE = {Chamber.HOUSE: "H[A-Z]{2}[0-9]{2}", Chamber.SENATE: "S[A-Z]{2}0[1-3]"}
_EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
_EMAIL_LONGEST = 254  # RFC 5321; CWC states no limit
_PHONE = "[0-9]{3}-[0-9]{3}-[0-9]{4}"
_ZIP = "[0-9]{5}(-[0-9]{4})?"
_DATE = "20[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
_YES_NO = ("Y", "N")
_BILL = "Message/Bills/Bill"


@dataclass(frozen=True)
class Field:
    """One element: where it stands, which part of a letter fills it, and what it may hold.

    Lengths are in characters (code points). Without `attribute` the element is known but never sent by us.
    """

    element: str  # path below the root
    attribute: str = ""  # of Letter; dotted where it lies deeper
    required: bool = False
    needed_with: str = ""  # required only where this element stands
    shortest: int = 1
    longest: int = 500
    pattern: str = ""
    choices: tuple[str, ...] = ()
    constant: str = ""
    repeats: bool = False
    many_lines: bool = False


def _table(chamber: Chamber) -> tuple[Field, ...]:
    agent = "Delivery/DeliveryAgentContact/DeliveryAgentContact"
    organisation = "Delivery/OrganizationContact/OrganizationContact"
    return (
        Field("CWCVersion", required=True, constant="2.0", choices=("2.0",)),
        Field("Delivery/DeliveryId", "delivery_id", True, pattern="[a-zA-Z0-9]{32}"),
        Field("Delivery/DeliveryDate", "delivery_date", True, pattern=_DATE),
        Field("Delivery/DeliveryAgent", "agent.name", True),
        Field("Delivery/DeliveryAgentAckEmailAddress", "agent.ack_email", True, pattern=_EMAIL),
        Field(f"{agent}Name", "agent.contact_name", True, shortest=6),  # B
        Field(f"{agent}Email", "agent.contact_email", True, pattern=_EMAIL),
        Field(f"{agent}Phone", "agent.contact_phone", True, pattern=_PHONE),
        Field("Delivery/Organization", "organisation", shortest=3),
        Field(f"{organisation}Name", shortest=2),
        Field(f"{organisation}Email", pattern=_EMAIL),
        Field(f"{organisation}Phone", pattern=_PHONE),
        Field("Delivery/OrganizationAbout", "organisation_about", shortest=6, many_lines=True),  # B
        Field("Delivery/CampaignId", "campaign_id", True, shortest=2),
        Field("Recipient/MemberOffice", "office", True, pattern=_OFFICE[chamber]),
        Field("Recipient/IsResponseRequested", choices=_YES_NO),
        Field("Recipient/NewsletterOptIn", "newsletter_opt_in", choices=_YES_NO),
        Field("Constituent/Prefix", "prefix", True, choices=PREFIXES),
        Field("Constituent/FirstName", "first_name", True),  # B, like all names
        Field("Constituent/MiddleName"),
        Field("Constituent/LastName", "last_name", True),
        Field("Constituent/Suffix"),
        Field("Constituent/Title"),
        Field("Constituent/ConstituentOrganization", shortest=2),
        Field("Constituent/Address1", "address1", True, shortest=3),
        Field("Constituent/Address2", "address2", shortest=2),
        Field("Constituent/Address3", shortest=2),
        Field("Constituent/City", "city", True, shortest=3),  # B
        Field("Constituent/StateAbbreviation", "state", True, choices=STATES),
        Field("Constituent/Zip", "zip", True, shortest=5, longest=10, pattern=_ZIP),
        Field("Constituent/Phone", "phone", shortest=12, longest=12, pattern=_PHONE),
        Field("Constituent/AddressValidation", choices=_YES_NO),
        Field("Constituent/Email", "email", True, longest=_EMAIL_LONGEST, pattern=_EMAIL),
        Field("Constituent/EmailValidation", choices=_YES_NO),
        Field("Message/Subject", "subject", True, shortest=6),  # B
        Field(
            "Message/LibraryOfCongressTopics/LibraryOfCongressTopic", "topics", True,
            choices=TOPICS, repeats=True,
        ),
        Field(f"{_BILL}/BillCongress", "bill.congress", needed_with=_BILL, pattern="[1-9][0-9]{0,2}"),
        Field(
            f"{_BILL}/BillTypeAbbreviation", "bill.type", needed_with=_BILL,
            choices=tuple(BILL_TYPES[chamber].values()),
        ),
        Field(f"{_BILL}/BillNumber", "bill.number", needed_with=_BILL, pattern="[1-9][0-9]{0,4}"),
        Field("Message/ProOrCon", "stance", needed_with=_BILL, choices=("Pro", "Con")),
        Field(
            "Message/OrganizationStatement", "statement",
            shortest=6, longest=10_000, many_lines=True,
        ),  # B
        Field(
            "Message/ConstituentMessage", "own_words",
            shortest=6, longest=10_000, many_lines=True,
        ),  # B
        Field("Message/MoreInfo", "more_info_url", pattern=r"https?://\S+"),  # C: its position
    )


FIELDS: dict[Chamber, tuple[Field, ...]] = {chamber: _table(chamber) for chamber in Chamber}
ONE_OF_TWO = ("Message/OrganizationStatement", "Message/ConstituentMessage")  # at least one of them


class Fault(StrEnum):
    """What can be wrong with one element."""

    MISSING = "missing"
    SHORT = "short"
    LONG = "long"
    SHAPE = "shape"  # not of the required form
    CHOICE = "choice"  # not in the list
    MALFORMED = "malformed"  # not XML, or not of this kind
    UNEXPECTED = "unexpected"  # not in the table
    ORDER = "order"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Problem:
    """One reason why a letter cannot go. Names the element, never what stands in it."""

    element: str
    fault: Fault
    attribute: str = ""  # of Letter, where the element has one

    def __str__(self) -> str:
        return f"{self.element} {self.fault}"


@dataclass(frozen=True)
class Limit:
    """How long a text may be, in characters, both ends included."""

    shortest: int
    longest: int


def limit(attribute: str) -> Limit:
    """Return the limit both chambers keep for an attribute of a letter. Raises KeyError for another name."""
    rows = [field for table in FIELDS.values() for field in table if field.attribute == attribute]
    if not rows:
        raise KeyError(attribute)
    return Limit(max(row.shortest for row in rows), min(row.longest for row in rows))


def fault_of(field: Field, text: str) -> Fault | None:
    """Return what is wrong with one text for one element, or None."""
    if len(text.strip()) < field.shortest:
        return Fault.SHORT
    if len(text) > field.longest:
        return Fault.LONG
    if field.choices and text not in field.choices:
        return Fault.CHOICE
    if field.pattern and not re.fullmatch(field.pattern, text):
        return Fault.SHAPE
    if not field.many_lines and ("\n" in text or "\r" in text):
        return Fault.SHAPE
    return None


def congress_on(delivery_date: str) -> int:
    """Return the number of the Congress that sits on a day written YYYYMMDD; terms turn on 3 January."""
    year, day = int(delivery_date[:4]), delivery_date[4:]
    return ((year if day >= "0103" else year - 1) - 1789) // 2 + 1


def values_of(letter: Letter, field: Field, chamber: Chamber) -> tuple[str, ...]:
    """Return the texts that fill one element of a letter, in order; none where the element stays out."""
    if field.constant:
        return (field.constant,)
    if not field.attribute or (field.needed_with == _BILL and not _names_current_bill(letter)):
        return ()
    value = attrgetter(field.attribute)(letter)
    if field.attribute == "bill.type":
        value = BILL_TYPES[chamber].get(value, value)
    texts = (xml_text(str(each)) for each in (value if isinstance(value, tuple) else (value,)))
    return tuple(text for text in texts if text.strip())


def check(letter: Letter, chamber: Chamber) -> list[Problem]:
    """Return every reason why this letter cannot go to this chamber, in the order of the table."""
    filled = {field.element: values_of(letter, field, chamber) for field in FIELDS[chamber]}
    problems = []
    for field in FIELDS[chamber]:
        texts = filled[field.element]
        required = field.required or (field.needed_with == _BILL and _names_current_bill(letter))
        if required and not texts:
            problems.append(Problem(field.element, Fault.MISSING, field.attribute))
        faults = {fault for text in texts if (fault := fault_of(field, text))}
        problems += [Problem(field.element, fault, field.attribute) for fault in sorted(faults)]
    if not any(filled[element] for element in ONE_OF_TWO):
        problems.append(Problem(ONE_OF_TWO[0], Fault.MISSING, "statement"))
    return problems


def _names_current_bill(letter: Letter) -> bool:
    """Tell whether a bill stays in: one of a Congress that has ended is left out, with its stance."""
    if letter.bill is None:
        return False
    if not re.fullmatch(_DATE, letter.delivery_date):
        return True
    return letter.bill.congress >= congress_on(letter.delivery_date)
