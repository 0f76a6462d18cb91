"""Imports into a site that has data: what changes hands, what stays, and the way back."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from time_machine import TimeMachineFixture

from actions.congress.formats import MemberRecord
from actions.congress.freshness import data_as_of, staff_warnings
from actions.congress.loading import File, go_back, load, read_files
from actions.congress.lookup import find_offices
from actions.congress.models import Dataset, Kind, Member, Seat, ZipDistrict
from actions.congress.source import BadData, Directory
from actions.congress.states import SEATS
from actions.congress.turnover import begins
from tests.congress.published import FIRST, NOW, legislator, legislators, load_from, run, write_members, zip_rows


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded_congress")
class TestSiteWithData:
    """The made-up files of the 119th Congress are in use before each test."""

    def test_same_files_again_change_nothing_but_the_day_they_were_checked(self, published: Path) -> None:
        rows = ZipDistrict.objects.count()
        later = NOW + timedelta(days=1)

        new = load(read_files(Directory(published), later), later)

        assert new == []
        assert (Dataset.objects.count(), ZipDistrict.objects.count()) == (3, rows)
        assert data_as_of() == later

    def test_who_left_is_ended_and_who_came_holds_the_seat(self, published: Path) -> None:
        people = legislators()
        people[0] = legislator(900, SEATS[0])
        write_members(published, people)

        load_from(published)

        assert Member.objects.get(pk=FIRST).ended_on == NOW.date()
        assert Seat.objects.get(state="AL", district=1).member == Member.objects.get(pk="X000900")

    def test_member_may_move_to_another_seat_and_come_back(self, published: Path) -> None:
        senate = next(number for number, seat in enumerate(SEATS) if seat.senate_class)
        people = legislators()
        people[0], people[senate] = legislator(senate, SEATS[0]), legislator(0, SEATS[senate])
        write_members(published, people)

        load_from(published)

        assert Member.objects.get(pk=FIRST).seat.code == SEATS[senate].code
        assert Member.objects.current().count() == 541

        del people[0]
        write_members(published, people)
        load_from(published)
        write_members(published, legislators())
        load_from(published)

        assert Seat.objects.get(state="AL", district=1).member == Member.objects.get(pk=FIRST)

    def test_one_can_go_back_to_the_file_before(self, published: Path) -> None:
        write_members(published, [legislator(900, SEATS[0]), *legislators()[1:]])
        load_from(published)

        go_back(Kind.MEMBERS, NOW)

        assert find_offices("10000", now=NOW).representatives == {"AL-1": FIRST}
        assert Member.objects.get(pk="X000900").ended_on is not None

    def test_there_is_nothing_to_go_back_to_after_the_first_load(self) -> None:
        with pytest.raises(BadData, match="no earlier file"):
            go_back(Kind.ZIPS, NOW)

    def test_only_one_earlier_file_is_kept(self, published: Path) -> None:
        for number in range(3):
            write_members(published, [legislator(900 + number, SEATS[0]), *legislators()[1:]])
            load(read_files(Directory(published), NOW), NOW + timedelta(hours=number))

        assert Dataset.objects.filter(kind=Kind.MEMBERS).count() == 2
        assert Member.objects.filter(pk__startswith="X0009").count() == 3

    def test_many_changes_at_once_need_a_person_outside_the_turnover(self, published: Path) -> None:
        write_members(published, [*(legislator(900 + n, SEATS[n]) for n in range(16)), *legislators()[16:]])

        with pytest.raises(BadData, match=r"16 seats.*--accept-changes"):
            load_from(published)
        assert Member.objects.get(pk=FIRST).ended_on is None

        load_from(published, accept_changes=True)
        assert Member.objects.get(pk=FIRST).ended_on is not None

    def test_a_new_congress_may_change_every_seat_in_its_first_days(self, published: Path) -> None:
        write_members(published, [legislator(1000 + n, seat, start="2027-01-03") for n, seat in enumerate(SEATS)])

        load_from(published, now=begins(120) + timedelta(days=2))

        assert Member.objects.current().count() == 541
        assert Member.objects.get(pk="X001000").seat.key == "AL-1"
        assert find_offices("10000", now=begins(120)).representatives == {"AL-1": "X001000"}

    def test_database_error_in_the_switch_leaves_the_old_data_in_use(self, published: Path) -> None:
        files = read_files(Directory(published), NOW)
        broken = [
            File(Kind.ZIPS, 119, "a test", "0" * 64, zips=(("99999", "AK", 0),)),
            File(
                Kind.MEMBERS, 119, "a test", "1" * 64,
                members=tuple(
                    MemberRecord(f"Y{n:06}", "HAL01", "Two on one seat", "", "", "", "", "2025-01-03")
                    for n in range(2)
                ),
            ),
        ]

        with pytest.raises(DatabaseError):
            load([*files, *broken], NOW)

        assert find_offices("10000", now=NOW).representatives == {"AL-1": FIRST}
        assert Dataset.objects.filter(active=True).count() == 3

    def test_next_map_may_be_loaded_ahead_and_waits_for_its_day(self, published: Path) -> None:
        moved = "\n".join(zip_rows()).replace("10000,AL,1", "10000,AL,2")
        (published / "zip_districts_120.csv").write_text(moved, encoding="utf-8")

        load_from(published)

        assert find_offices("10000", now=NOW).districts == ["AL-1"]
        assert find_offices("10000", now=begins(120)).districts == ["AL-2"]

    def test_map_of_the_last_congress_is_better_than_none_and_staff_are_told(self, published: Path) -> None:
        now = begins(120) + timedelta(days=1)

        load_from(published, now=now)

        assert find_offices("10000", now=now).districts == ["AL-1"]
        assert any("earlier Congress" in warning for warning in staff_warnings(now))
        assert any("House wait" in warning for warning in staff_warnings(now))

    def test_unknown_party_new_columns_and_wrong_addresses_do_not_stop_an_import(self, published: Path) -> None:
        people = legislators()
        people[0] = legislator(
            0, SEATS[0], party="D", url="https://example.org/", contact_form="hhttps://example.org/", phone="call me",
            pronouns="new",
        )
        del people[0]["name"]["official_full"]
        write_members(published, people)

        load_from(published)

        member = Member.objects.get(pk=FIRST)
        assert (member.name, member.party, member.party_name) == ("Given Number 0", "D", "D")
        assert (member.website, member.contact_form, member.phone) == ("https://example.org/", "", "")

    def test_load_says_what_is_in_use_and_nothing_changed_the_second_time(
        self, published: Path, time_machine: TimeMachineFixture
    ) -> None:
        time_machine.move_to(NOW)
        write_members(published, legislators()[1:])

        first, second = run("load_congress", "--from", str(published)), run("load_congress", "--from", str(published))

        assert "540, Congress 119, new." in first
        assert "33,075" in first
        assert "Vacant: AL-1." in first
        assert "Nothing changed" not in first
        assert "Nothing changed" in second

    def test_load_goes_back_when_asked(self, published: Path, time_machine: TimeMachineFixture) -> None:
        time_machine.move_to(NOW)
        write_members(published, [legislator(900, SEATS[0]), *legislators()[1:]])
        run("load_congress", "--from", str(published))

        said = run("load_congress", "--go-back", "members")

        assert "In use again" in said
        assert Member.objects.get(pk=FIRST).ended_on is None
