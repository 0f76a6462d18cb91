"""The table of fields: limits one under, at and one over, choices, and what stays out."""

from dataclasses import replace

import pytest

from actions.delivery.cwc_xml import to_xml
from actions.delivery.fields import (
    BILL_TYPES,
    FIELDS,
    PREFIXES,
    STATES,
    TOPICS,
    Chamber,
    Fault,
    Field,
    Problem,
    check,
    congress_on,
    limit,
)
from actions.delivery.letter import Bill, Letter
from tests.delivery.letters import a_letter

TEXTS = [
    field for field in FIELDS[Chamber.SENATE]
    if field.attribute and "." not in field.attribute and not (field.pattern or field.choices)
]


def with_text(field: Field, text: str) -> Letter:
    return a_letter(Chamber.SENATE, **{field.attribute: text})


def faults(letter: Letter, chamber: Chamber = Chamber.SENATE) -> dict[str, Fault]:
    return {problem.attribute: problem.fault for problem in check(letter, chamber)}


@pytest.mark.parametrize("chamber", Chamber)
def test_a_complete_letter_has_no_problem(chamber: Chamber) -> None:
    assert check(a_letter(chamber), chamber) == []


@pytest.mark.parametrize("field", TEXTS, ids=lambda field: field.attribute)
def test_a_text_may_be_as_long_as_its_limits_and_no_longer(field: Field) -> None:
    bounds = limit(field.attribute)

    assert faults(with_text(field, "x" * bounds.shortest)) == {}
    assert faults(with_text(field, "x" * bounds.longest)) == {}
    assert faults(with_text(field, "x" * (bounds.longest + 1))) == {field.attribute: Fault.LONG}
    if bounds.shortest > 1:
        assert faults(with_text(field, "x" * (bounds.shortest - 1))) == {field.attribute: Fault.SHORT}


@pytest.mark.parametrize("field", TEXTS, ids=lambda field: field.attribute)
def test_only_texts_of_many_lines_hold_a_line_break(field: Field) -> None:
    found = faults(with_text(field, "one two\nthree four"))

    assert found == ({} if field.many_lines else {field.attribute: Fault.SHAPE})


@pytest.mark.parametrize(
    "attribute",
    ["delivery_id", "delivery_date", "campaign_id", "office", "prefix", "first_name", "last_name", "address1",
     "city", "state", "zip", "email", "subject"],
)
def test_what_offices_need_cannot_be_empty(attribute: str) -> None:
    assert faults(a_letter(Chamber.SENATE, **{attribute: " "})) == {attribute: Fault.MISSING}


@pytest.mark.parametrize(
    ("attribute", "good", "bad"),
    [
        ("delivery_id", "A" * 32, "a" * 31),
        ("delivery_id", "9" * 32, "a" * 33),
        ("delivery_date", "20270103", "20271303"),
        ("office", "SNJ02", "SNJ04"),
        ("zip", "07030-1234", "0703O"),
        ("zip", "07030", "٠٧٠٣٠"),
        ("phone", "201-555-0100", "201 555 0100"),
        ("email", "a@b.example", "a@b"),
        ("email", "a+b@b.example", "a@b@c.example"),
        ("more_info_url", "http://example.org", "ftp://example.org"),
    ],
)
def test_the_shape_of_a_text_is_checked(attribute: str, good: str, bad: str) -> None:
    assert faults(a_letter(Chamber.SENATE, **{attribute: good})) == {}
    assert faults(a_letter(Chamber.SENATE, **{attribute: bad})) == {attribute: Fault.SHAPE}


@pytest.mark.parametrize(
    ("attribute", "bad"),
    [("prefix", "Mx."), ("prefix", "Mr"), ("state", "FM"), ("topics", ("law",)), ("stance", "pro")],
)
def test_only_listed_choices_go(attribute: str, bad: object) -> None:
    assert faults(a_letter(Chamber.SENATE, **{attribute: bad})) == {attribute: Fault.CHOICE}


def test_an_office_code_belongs_to_its_chamber() -> None:
    letter = a_letter(Chamber.SENATE)

    assert check(letter, Chamber.HOUSE) == [Problem("Recipient/MemberOffice", Fault.SHAPE, "office")]


def test_one_of_statement_and_own_words_is_enough_and_none_is_not() -> None:
    assert faults(a_letter(Chamber.SENATE, statement="")) == {}
    assert faults(a_letter(Chamber.SENATE, own_words="")) == {}
    assert faults(a_letter(Chamber.SENATE, statement="", own_words="")) == {"statement": Fault.MISSING}


def test_a_bill_needs_a_stance_and_a_known_type() -> None:
    assert faults(a_letter(Chamber.SENATE, stance="")) == {"stance": Fault.MISSING}
    assert faults(a_letter(Chamber.SENATE, bill=Bill(119, "H.R.", 1))) == {}
    assert faults(a_letter(Chamber.SENATE, bill=Bill(119, "hb", 1))) == {"bill.type": Fault.CHOICE}


def test_a_bill_of_a_congress_that_has_ended_stays_out_with_its_stance() -> None:
    letter = a_letter(delivery_date="20270103", bill=Bill(119, "hr", 1), stance="Pro")

    xml = to_xml(letter, Chamber.HOUSE)

    assert check(letter, Chamber.HOUSE) == []
    assert b"Bill" not in xml
    assert b"ProOrCon" not in xml
    assert b"ProOrCon" in to_xml(replace(letter, delivery_date="20270102"), Chamber.HOUSE)


@pytest.mark.parametrize(
    ("day", "congress"), [("20261123", 119), ("20270102", 119), ("20270103", 120), ("20290102", 120)]
)
def test_the_congress_turns_on_the_third_of_january_of_odd_years(day: str, congress: int) -> None:
    assert congress_on(day) == congress


def test_a_problem_never_repeats_what_was_typed() -> None:
    problems = check(a_letter(email="canary", city="c" * 900, zip="canary"), Chamber.HOUSE)

    assert len(problems) == 3
    assert "canary" not in " ".join(map(repr, problems))


def test_the_lists_are_whole() -> None:
    assert len(TOPICS) == len(set(TOPICS)) == 32
    assert len(STATES) == len(set(STATES)) == 56
    assert PREFIXES == ("Mr.", "Mrs.", "Miss", "Ms.", "Dr.")
    assert BILL_TYPES[Chamber.HOUSE].keys() == BILL_TYPES[Chamber.SENATE].keys()
    assert BILL_TYPES[Chamber.SENATE]["hconres"] == "H.Con.Res"


def test_a_limit_of_something_unknown_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        limit("mood")
