"""What a ZIP leads to: by the real files, and by the built-in facts alone."""

import time
from collections import Counter
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.congress.lookup import (
    Status,
    being_filled,
    choices,
    districts_of,
    find_offices,
    five_digits,
    has_members,
    has_zip_table,
    seats_for,
)
from actions.congress.models import Dataset, Kind, Member, Seat, ZipDistrict
from actions.congress.states import MILITARY_PREFIXES, STATE_PREFIXES
from actions.congress.turnover import WASHINGTON, begins
from tests.congress.published import NOW

AssertQueries = Any


@pytest.mark.parametrize(
    "typed",
    [
        "07030", " 07030 ", "07030-1234", "07030 1234", "070301234", "07030 - 1234", "07030–1234", "07030—1234",
        "07030\u22121234", "07030\u20111234", "０７０３０", "07030\u200b", "\u202a07030\u202c", "\t07030\n",
    ],
)  # fmt: skip
def test_zip_in_any_common_form_keeps_five_digits(typed: str) -> None:
    assert five_digits(typed) == "07030"


@pytest.mark.parametrize(
    "typed",
    ["", " ", "7030", "0703", "070300", "07030-12", "07030--1234", "O7030", "٠٧٠٣٠", "NJ 07030", "0" * 10_000_000],
    ids=lambda typed: ascii(typed[:20]),
)
def test_anything_else_is_no_zip_and_four_digits_are_no_lost_zero(typed: str) -> None:
    assert five_digits(typed) is None


@pytest.mark.django_db
@given(st.text())
def test_no_text_makes_a_lookup_raise(typed: str) -> None:
    found = find_offices(typed, now=NOW)

    assert found.input == typed
    assert (found.zip is None) == (found.status == Status.INVALID)


@pytest.mark.django_db
def test_without_data_the_built_in_facts_answer() -> None:
    found = {code: find_offices(code, now=NOW) for code in ("00501", "09123", "96941", "07030", "56901")}

    assert (found["00501"].status, found["00501"].states) == (Status.STATE_ONLY, ["NY"])
    assert (found["56901"].status, found["56901"].districts) == (Status.STATE_ONLY, ["DC-0"])
    assert found["56901"].representatives == {"DC-0": None}
    assert found["09123"].status == Status.MILITARY
    assert found["96941"].status == Status.NOT_REPRESENTED
    assert found["07030"].status == Status.UNKNOWN
    assert not has_members()
    assert not has_zip_table()
    assert not being_filled(NOW + timedelta(days=3650))


@pytest.mark.django_db
def test_without_data_seats_can_be_chosen_by_number() -> None:
    seats = seats_for("NJ", 8)

    assert districts_of("NJ") == list(range(1, 13))
    assert (districts_of("AK"), districts_of("XX")) == ([0], [])
    assert [seat.code for seat in seats] == ["HNJ08", "SNJ01", "SNJ02"]
    assert [seat.member for seat in seats] == [None, None, None]
    assert [seat.code for seat in seats_for("NJ", None)] == ["SNJ01", "SNJ02"]
    assert [seat.code for seat in seats_for("GU", 0)] == ["HGU00"]


@pytest.mark.usefixtures("real_congress")
@pytest.mark.django_db
class TestRealFiles:
    """The files of the 119th Congress as of 15 June 2026; expectations are public facts."""

    def test_counts_are_those_of_the_published_files(self) -> None:
        rows = dict(Dataset.objects.filter(active=True).values_list("kind", "rows"))
        held = Member.objects.current().values("seat_id")
        vacant = {seat.key for seat in Seat.objects.exclude(pk__in=held)}

        assert rows == {Kind.MEMBERS: 537, Kind.ZIPS: 40_324, Kind.PREFIXES: 934}
        assert vacant == {"CA-14", "FL-20", "GA-13", "TX-23"}
        assert Member.objects.exclude(contact_form="").count() == 88  # 89 published, one of them `hhttps://`
        assert ZipDistrict.objects.values("zip").distinct().count() == 33_791

    def test_every_district_of_a_zip_is_offered(self) -> None:
        table: dict[str, set[str]] = {}
        for row in ZipDistrict.objects.all():
            table.setdefault(row.zip, set()).add(f"{row.state}-{row.district}")
        several_states = {code for code, keys in table.items() if len({key[:2] for key in keys}) > 1}
        some = {*sorted(several_states), *sorted(table)[::100]}

        answers = {code: find_offices(code, now=NOW) for code in some}

        assert sum(len(keys) == 1 for keys in table.values()) == 27_754
        assert len(several_states) == 137
        assert all(set(found.districts) == table[code] for code, found in answers.items())
        assert {code for code, found in answers.items() if found.status == Status.MULTIPLE_STATES} == several_states
        assert all((found.status == Status.SINGLE) == (len(table[code]) == 1) for code, found in answers.items())

    @pytest.mark.parametrize(
        ("code", "status", "states", "districts"),
        [
            ("07030", "single", ["NJ"], ["NJ-8"]),
            ("10001", "multiple", ["NY"], ["NY-10", "NY-12"]),
            ("57717", "multiple_states", ["MT", "SD", "WY"], ["MT-2", "SD-0", "WY-0"]),
            ("20001", "single", ["DC"], ["DC-0"]),
            ("00901", "single", ["PR"], ["PR-0"]),
            ("96910", "single", ["GU"], ["GU-0"]),
            ("96799", "single", ["AS"], ["AS-0"]),
            ("96950", "single", ["MP"], ["MP-0"]),
            ("99501", "single", ["AK"], ["AK-0"]),
            ("00501", "state_only", ["NY"], []),
            ("20500", "state_only", ["DC", "MD", "VA"], ["DC-0"]),
            ("09012", "military", [], []),
            ("34002", "military", [], []),
            ("96266", "military", [], []),
            ("96940", "not_represented", [], []),
            ("96960", "not_represented", [], []),
            ("00000", "unknown", [], []),
            ("99999", "state_only", ["AK"], ["AK-0"]),
            ("0703", "invalid", [], []),
        ],
    )
    def test_zip_leads_to_its_districts(
        self, code: str, status: str, states: list[str], districts: list[str]
    ) -> None:
        found = find_offices(code, now=NOW)

        assert (found.status, found.states, found.districts) == (status, states, districts)
        assert list(found.representatives) == districts

    def test_members_of_a_zip_are_those_who_serve_there(self) -> None:
        found = find_offices("07030", now=NOW)

        assert found.senators == ["B001288", "K000394"]
        assert found.representatives == {"NJ-8": "M001226"}

    def test_vacant_seat_has_nobody_and_appointed_senators_stay(self) -> None:
        assert find_offices("94541", now=NOW).representatives["CA-14"] is None
        assert "M001244" in find_offices("33312", now=NOW).senators
        assert "H001104" in find_offices("43004", now=NOW).senators

    def test_member_published_without_full_name_phone_or_site_is_there(self) -> None:
        member = Member.objects.get(pk="G000607")

        assert member.name
        assert (member.phone, member.website, member.contact_form) == ("", "", "")
        assert member.seat.key == "CA-1"

    def test_party_stays_as_published_where_we_do_not_know_it(self) -> None:
        parties = Counter(Member.objects.current().values_list("party", flat=True))

        assert parties == {"Republican": 274, "Democrat": 260, "Independent": 3}
        assert Member(party="Whig").party_name == "Whig"

    def test_seats_come_with_their_members_in_two_queries(self, django_assert_max_num_queries: AssertQueries) -> None:
        with django_assert_max_num_queries(2):
            members = [seat.member.pk if seat.member else None for seat in seats_for("NJ", 8, now=NOW)]

        assert members == ["M001226", "K000394", "B001288"]

    def test_chooser_of_a_split_zip_ends_with_not_sure(self) -> None:
        offered = choices(find_offices("33312", now=NOW), now=NOW)

        assert [(choice.state, choice.district) for choice in offered] == [
            ("FL", 20), ("FL", 23), ("FL", 25), ("FL", None),
        ]
        assert [choice.member.pk if choice.member else None for choice in offered] == [None, "M001217", "W000797", None]
        assert offered[0].seat is not None

    def test_chooser_by_prefix_offers_all_districts_of_the_state(self) -> None:
        offered = choices(find_offices("00501", now=NOW), now=NOW)

        assert [choice.district for choice in offered] == [*range(1, 27), None]

    def test_chooser_is_one_line_where_there_is_one_seat_and_empty_where_there_is_none(self) -> None:
        assert [choice.district for choice in choices(find_offices("20001", now=NOW))] == [0]
        assert [choice.district for choice in choices(find_offices("99999", now=NOW))] == [0]
        assert choices(find_offices("09012", now=NOW)) == []
        assert choices(find_offices("0703", now=NOW)) == []

    def test_house_seats_are_being_filled_from_noon_until_an_import_knows_the_new_congress(self) -> None:
        noon = begins(120)
        house, senator, _ = seats_for("NJ", 8, now=NOW)

        before, after = find_offices("07030", now=noon - timedelta(seconds=1)), find_offices("07030", now=noon)

        assert before.representatives == {"NJ-8": "M001226"}
        assert after.representatives == {"NJ-8": None}
        assert after.senators == ["B001288", "K000394"]
        assert not being_filled(noon - timedelta(seconds=1))
        assert being_filled(noon, house)
        assert not being_filled(noon, senator)
        assert [bool(seat.member) for seat in seats_for("NJ", 8, now=noon)] == [False, True, True]
        assert {choice.member for choice in choices(after, now=noon)} == {None}

        Dataset.objects.filter(kind=Kind.MEMBERS, active=True).update(newest_term=noon.date())

        assert not being_filled(noon)
        assert find_offices("07030", now=noon).representatives == {"NJ-8": "M001226"}

    def test_new_map_answers_from_its_day_and_not_before(self) -> None:
        now = datetime(2026, 12, 1, tzinfo=WASHINGTON)
        new = Dataset.objects.create(
            kind=Kind.ZIPS, congress=120, source="a test", sha256="0" * 64, rows=1, fetched_at=now, checked_at=now,
            active=True,
        )
        ZipDistrict.objects.create(dataset=new, zip="07030", state="NJ", district=9)

        assert find_offices("07030", now=begins(120) - timedelta(seconds=1)).districts == ["NJ-8"]
        assert find_offices("07030", now=begins(120)).districts == ["NJ-9"]

    def test_built_in_prefixes_say_what_the_prefix_table_says(self) -> None:
        prefixes = Dataset.objects.get(kind=Kind.PREFIXES, active=True).zip_prefixes

        military = set(prefixes.filter(military=True).values_list("prefix", flat=True))
        states = dict(prefixes.filter(prefix__in=STATE_PREFIXES).values_list("prefix", "states"))

        assert military == MILITARY_PREFIXES
        assert states == STATE_PREFIXES

    def test_lookup_takes_less_than_a_millisecond(self) -> None:
        codes = list(ZipDistrict.objects.order_by("?").values_list("zip", flat=True)[:500])
        taken = []

        for code in codes:
            start = time.process_time()
            find_offices(code, now=NOW)
            taken.append(time.process_time() - start)

        assert median(taken) < 0.001  # seconds of our own work: other tests may hold the processor meanwhile
