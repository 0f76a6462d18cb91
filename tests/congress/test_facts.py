"""Seats are facts: the same with and without data."""

from collections import Counter
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from actions.congress.models import Seat
from actions.congress.states import MILITARY_PREFIXES, SEATS, STATE_PREFIXES, STATES, Chamber
from actions.congress.turnover import WASHINGTON, begins, congress_on, is_turnover


def test_seats_number_541_as_the_constitution_and_the_census_have_it() -> None:
    house = [seat for seat in SEATS if seat.chamber == Chamber.HOUSE]
    classes = Counter(seat.senate_class for seat in SEATS if seat.chamber == Chamber.SENATE)

    assert len(house) == 441
    assert sum(not STATES[seat.state].delegate for seat in house) == 435
    assert classes == {1: 33, 2: 33, 3: 34}
    assert len({seat.code for seat in SEATS}) == 541


def test_each_state_has_two_senators_and_no_territory_has_any() -> None:
    assert {len(state.senate_classes) for state in STATES.values() if not state.delegate} == {2}
    assert {code for code, state in STATES.items() if state.delegate} == {"AS", "DC", "GU", "MP", "PR", "VI"}
    assert {code for code, state in STATES.items() if state.districts == [0] and not state.delegate} == {
        "AK", "DE", "ND", "SD", "VT", "WY",
    }


def test_built_in_prefixes_are_16_military_and_22_of_states() -> None:
    assert (len(MILITARY_PREFIXES), len(STATE_PREFIXES)) == (16, 22)
    assert set(STATE_PREFIXES.values()) <= set(STATES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "district", "code", "key", "label"),
    [
        ("NJ", 8, "HNJ08", "NJ-8", "Representative for New Jersey’s 8th district"),
        ("NY", 11, "HNY11", "NY-11", "Representative for New York’s 11th district"),
        ("CA", 52, "HCA52", "CA-52", "Representative for California’s 52nd district"),
        ("AK", 0, "HAK00", "AK-0", "Representative for Alaska (at large)"),
        ("DC", 0, "HDC00", "DC-0", "Delegate for the District of Columbia"),
        ("AS", 0, "HAQ00", "AS-0", "Delegate for American Samoa"),
        ("PR", 0, "HPR00", "PR-0", "Resident Commissioner for Puerto Rico"),
    ],
)
def test_seat_has_its_office_code_and_a_name_people_know(
    state: str, district: int, code: str, key: str, label: str
) -> None:
    seat = Seat.objects.get(state=state, district=district)

    assert (seat.code, seat.key, seat.label) == (code, key, label)


@pytest.mark.django_db
def test_senators_of_a_state_have_codes_by_class() -> None:
    seats = Seat.objects.filter(state="NJ", chamber=Chamber.SENATE)

    assert [seat.code for seat in seats] == ["SNJ01", "SNJ02"]
    assert {seat.label for seat in seats} == {"Senator for New Jersey"}


@pytest.mark.django_db
def test_no_label_in_any_language_says_district_0() -> None:
    for language in ("en", "es"):
        with override(language):
            labels = [seat.label for seat in Seat.objects.all()]

            assert not [label for label in labels if " 0" in label or "%" in label]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"chamber": "house", "state": "NJ", "district": 8},
        {"chamber": "senate", "state": "NJ", "senate_class": 1},
        {"chamber": "senate", "state": "NJ", "district": 13, "senate_class": 3},
        {"chamber": "house", "state": "NJ"},
    ],
)
def test_database_refuses_a_second_or_impossible_seat(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(**wrong)


@pytest.mark.parametrize(
    ("moment", "congress"),
    [
        (datetime(2025, 1, 3, 12, tzinfo=WASHINGTON), 119),
        (datetime(2026, 12, 31, 23, 59, tzinfo=WASHINGTON), 119),
        (datetime(2027, 1, 3, 11, 59, 59, tzinfo=WASHINGTON), 119),
        (datetime(2027, 1, 3, 12, tzinfo=WASHINGTON), 120),
        (datetime(2028, 6, 1, tzinfo=WASHINGTON), 120),
    ],
)
def test_congress_changes_at_noon_in_washington(moment: datetime, congress: int) -> None:
    assert congress_on(moment) == congress


def test_congress_begins_on_3_january_of_an_odd_year() -> None:
    assert begins(120).isoformat() == "2027-01-03T12:00:00-05:00"
    assert is_turnover(datetime(2027, 1, 20, 23, tzinfo=WASHINGTON))
    assert not is_turnover(datetime(2027, 1, 21, tzinfo=WASHINGTON))
    assert not is_turnover(datetime(2026, 1, 5, tzinfo=WASHINGTON))
