"""Imports: what is right is used at once and whole; what is wrong changes nothing and says why."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.congress.freshness import staff_warnings
from actions.congress.lookup import find_offices
from actions.congress.models import Dataset, Member
from actions.congress.source import BadData
from actions.congress.states import SEATS
from tests.congress.published import FIRST, NOW, legislator, legislators, load_from

pytestmark = pytest.mark.django_db


def test_complete_files_are_in_use_after_one_load(published: Path) -> None:
    load_from(published)

    assert Member.objects.current().count() == 541
    assert find_offices("10000", now=NOW).representatives == {"AL-1": FIRST}
    assert set(Dataset.objects.filter(active=True).values_list("kind", "congress")) == {
        ("members", 119), ("zips", 119), ("prefixes", 119),
    }
    assert staff_warnings(NOW) == []
    assert any("8 days" in warning for warning in staff_warnings(NOW + timedelta(days=8)))











def test_staff_are_told_what_is_missing() -> None:
    warnings = staff_warnings(NOW)

    assert any("No member names are loaded" in warning for warning in warnings)
    assert any("No ZIP codes are loaded" in warning for warning in warnings)


def people_with(**changes: Any) -> list[dict[str, Any]]:
    people = legislators()
    people[0] = {**people[0], **changes}
    return people


def text(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><title>Sorry</title>", "looks like a web page"),
        (text(legislators())[:-100], "not complete JSON"),
        (b"[" * 100_000, "not complete JSON"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b'{"message": "rate limit"}', "not a list"),
        (b"[]", "has 0 members"),
        (text(legislators()[:300]), "has 300 members"),
        (text([*legislators(), legislator(900, SEATS[0])]), "has 542 members"),
        (text([legislator(900, SEATS[0]), *legislators()[:-1]]), "seat HAL01 2 times"),
        (text([legislator(1, SEATS[0]), *legislators()[1:]]), "Bioguide id X000001 2 times"),
        (text(people_with(terms=[])), "entry 1 is not a member"),
        (text(people_with(id={})), "entry 1 is not a member"),
        (text(people_with(id={"bioguide": 7})), "entry 1 is not a member"),
        (text(people_with(terms=[{"type": "rep", "state": "AL", "district": 99}])), "no such seat: AL 99"),
        (text(people_with(terms=[{"type": "rep", "state": "AL", "district": [1]}])), "entry 1 is not a member"),
        (text([None, *legislators()[1:]]), "entry 1 is not a member"),
        (text([legislator(0, SEATS[0], start="soon"), *legislators()[1:]]), "entry 1 is not a member"),
        (text([legislator(0, SEATS[0], party="x" * 41), *legislators()[1:]]), "longer than 40"),
        (b" " * 20_000_001, "larger than 20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)  # fmt: skip
def test_bad_file_of_members_changes_nothing_and_says_why(published: Path, content: bytes, why: str) -> None:
    (published / "legislators-current.json").write_bytes(content)

    with pytest.raises(BadData, match=why):
        load_from(published)

    assert not Dataset.objects.exists()


def changed(what: str, by: str) -> Callable[[str], str]:
    return lambda rows: rows.replace(what, by)


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("zip_districts_119.csv", lambda _: "", "is empty"),
        ("zip_districts_119.csv", lambda _: "<html>Not found</html>\n<p>", "line 2 cannot be read"),
        ("zip_districts_119.csv", lambda rows: rows[:50_000], "has 2[0-9]+ ZIP codes|cannot be read"),
        ("zip_districts_119.csv", changed("10000,AL,1,", "10000,AL,8,"), "no such district: AL-8"),
        ("zip_districts_119.csv", changed("10000,AL,1,", "1000,AL,1,"), "five digits"),
        ("zip_districts_119.csv", changed(",AK,0,", ",AL,1,"), "no ZIP code for 1 of 441 districts: AK-0"),
        ("zip_districts_119.csv", changed("zip,state", "zcta,state"), "line 2 cannot be read"),
        ("zip_districts_119.csv", changed("10000,AL,1", '10000,AL,"1' + "x" * 200_000), "not a CSV|cannot be read"),
        ("zip3_states.csv", lambda rows: rows[:3000], "prefixes in|cannot be read"),
        ("zip3_states.csv", changed(",AK,state", ",AL,state"), "no prefix for AK"),
        ("zip3_states.csv", changed("001,AK,", "001,ZZ,"), "no such state: ZZ"),
        ("zip3_states.csv", changed("001,AK,", "000,AK,"), "each once"),
    ],
)  # fmt: skip
def test_bad_table_changes_nothing_and_says_why(
    published: Path, name: str, change: Callable[[str], str], why: str
) -> None:
    file = published / name
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")

    with pytest.raises(BadData, match=why):
        load_from(published)

    assert not Dataset.objects.exists()


@pytest.mark.parametrize("name", ["legislators-current.json", "zip_districts_119.csv", "zip3_states.csv"])
def test_missing_file_is_named(published: Path, name: str) -> None:
    (published / name).unlink()

    with pytest.raises(BadData, match=f"{name} is missing"):
        load_from(published)
