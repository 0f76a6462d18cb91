"""Letters for the tests of delivery: complete ones, of which a test names only what it is about."""

from dataclasses import replace
from typing import Any

from actions.delivery.fields import Chamber
from actions.delivery.letter import Agent, Bill, Letter

OFFICES = {Chamber.HOUSE: "HNJ08", Chamber.SENATE: "SNJ01"}
KEYS = {Chamber.HOUSE: "house-key-of-the-tests", Chamber.SENATE: "senate-key-of-the-tests"}

_LETTER = Letter(
    delivery_id="0123456789abcdef0123456789abcdef",
    delivery_date="20261123",
    agent=Agent("Agent", "ack@example.org", "Contact Name", "contact@example.org", "202-555-0100"),
    campaign_id="a-bill-pro",
    office=OFFICES[Chamber.HOUSE],
    prefix="Ms.",
    first_name="Ana",
    last_name="Díaz",
    address1="1 Example Street",
    address2="Floor 2",
    city="Hoboken",
    state="NJ",
    zip="07030",
    email="ana@example.org",
    phone="201-555-0100",
    subject="Please support this bill",
    topics=("Crime and Law Enforcement", "Law"),
    statement="This is the statement of the organisation.",
    own_words="These are words of my own.",
    bill=Bill(119, "hr", 1234),
    stance="Pro",
    organisation="An organisation",
    organisation_about="What it is for.",
    newsletter_opt_in="N",
    more_info_url="https://example.org/bill",
)


def a_letter(chamber: Chamber = Chamber.HOUSE, **changes: Any) -> Letter:
    """Return a letter with every part filled, for an office of the chamber."""
    return replace(_LETTER, **{"office": OFFICES[chamber], **changes})
