"""How staff say who gets a campaign's letters, through the real admin pages."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from actions.congress.models import Member, Seat
from actions.congress.states import SEATS, Chamber, SeatFacts
from actions.forms.rules import SEAT_KEYS
from actions.member_list import read_members
from actions.spreadsheets import safe_cell
from campaigns.models import AudienceRule, Campaign
from tests.campaigns.test_admin import problems, typed

pytestmark = pytest.mark.django_db


def path(campaign: Campaign) -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/change/"


def post(client: Client, campaign: Campaign, *rules: dict[str, str], **given: Any) -> Any:
    """Save the campaign with these rules, all of them new."""
    data = typed(
        slug=campaign.slug, cwc_id=campaign.cwc_id, **{"audience_rules-TOTAL_FORMS": str(len(rules)), **given}
    )
    for number, given_rule in enumerate(rules):
        values = {
            "position": str(number), "variant": "ask", "chamber": "", "party": "", "states": "", "seats": "",
            "members": "", **given_rule,
        }
        data |= {f"audience_rules-{number}-{name}": value for name, value in values.items()}
    return client.post(path(campaign), data)


def errors(response: Any) -> str:
    return str(response.context["errors"])


def test_rules_are_stored_as_typed(admin_client: Client, campaign: Campaign) -> None:
    response = post(admin_client, campaign, {
        "variant": "thanks", "chamber": "senate", "party": "Independent", "states": "nj, NY",
        "seats": "nj-s1\nAK-AL NJ-08",
    }, thanks_subject_en="Thank you", thanks_statement_en="Thank you for it.")

    assert response.status_code == 302, problems(response)
    rule = AudienceRule.objects.get()
    assert (rule.variant, rule.chamber, rule.party) == ("thanks", "senate", "Independent")
    assert (rule.states, rule.seats, rule.members) == (["NJ", "NY"], ["NJ-S1", "AK-0", "NJ-8"], [])


@pytest.mark.parametrize(("wrong", "words"), [
    ({"states": "NJ, XX"}, "Line 1: “XX” is not the code of a state"),
    ({"seats": "NJ-8\nNJ-99"}, "Line 2: “NJ-99” is not a seat"),
    ({"seats": "NJ-S3"}, "Line 1: “NJ-S3” is not a seat"),
    ({"party": "Whig"}, "Whig"),
    ({"members": "Nobody At All"}, "no member who serves now has this name"),
])
def test_what_names_nothing_is_refused_by_line(
    admin_client: Client, campaign: Campaign, wrong: dict[str, str], words: str
) -> None:
    response = post(admin_client, campaign, wrong)

    assert response.status_code == 200
    assert words in errors(response).replace("&quot;", '"')
    assert not AudienceRule.objects.exists()


def test_every_seat_has_a_key_that_a_rule_takes() -> None:
    seats = [Seat(**vars(facts)) for facts in SEATS]

    assert {seat.key for seat in seats} == SEAT_KEYS


def test_a_pasted_list_is_shown_as_understood_before_it_is_stored(admin_client: Client, campaign: Campaign) -> None:
    Member.objects.filter(seat__state="NJ", seat__district=8).update(name="Ana T. Muster")
    member = Member.objects.get(name="Ana T. Muster")

    first = post(admin_client, campaign, {"members": "• Rep. Muster, Ana T. [I-NJ-8]*\t01/16/2025\n"})
    shown = first.context["inline_admin_formsets"][-1].formset.forms[0]["members"].value()

    assert first.status_code == 200
    assert f"is {member.pk} Ana T. Muster (NJ-8)" in errors(first)
    assert not AudienceRule.objects.exists()
    second = post(admin_client, campaign, {"members": shown})
    assert second.status_code == 302
    assert AudienceRule.objects.get().members == [member.pk]


def test_one_line_that_is_not_understood_stores_nothing(admin_client: Client, campaign: Campaign) -> None:
    member = Member.objects.get(seat__state="NJ", seat__district=8)

    response = post(admin_client, campaign, {"members": f"{member.pk} {member.name} (NJ-8)\nRep. Nobody, No [D-NJ-9]"})

    assert response.status_code == 200
    assert "Line 2, not understood" in errors(response)
    assert not AudienceRule.objects.exists()


def test_a_rule_whose_member_left_can_be_saved_again(admin_client: Client, campaign: Campaign) -> None:
    member = Member.objects.get(seat__state="NJ", seat__district=8)
    rule = AudienceRule.objects.create(campaign=campaign, members=[member.pk])
    Member.objects.filter(pk=member.pk).update(ended_on="2026-01-01")
    page = admin_client.get(path(campaign)).content.decode()
    assert "no longer in this seat" in page

    response = post(
        admin_client, campaign, {"id": str(rule.pk), "members": f"{member.pk} {member.name} (no longer in this seat)"},
        **{"audience_rules-INITIAL_FORMS": "1"},
    )

    assert response.status_code == 302, problems(response)
    rule.refresh_from_db()
    assert rule.members == [member.pk]


SMITHS = [
    ("S000001", "Christopher H. Smith", "NJ", 4), ("S000002", "Adam Smith", "WA", 9),
    ("S000003", "Adrian Smith", "NE", 3),
    ("K000001", "Amy Klobuchar", "MN", None), ("G000001", 'Jesús G. "Chuy" García', "IL", 4),
    ("B000001", "Nicholas J. Begich III", "AK", 0), ("K000002", "Thomas H. Kean, Jr.", "NJ", 7),
    ("V000001", "Derrick Van Orden", "WI", 3), ("O000001", "Alexandria Ocasio-Cortez", "NY", 14),
    ("L000001", "Ben Ray Luján", "NM", None),
]


def people() -> list[Member]:
    found = []
    for bioguide, name, state, district in SMITHS:
        facts = SeatFacts(
            Chamber.SENATE if district is None else Chamber.HOUSE, state, district, 1 if district is None else None
        )
        found.append(Member(bioguide=bioguide, name=name, party="Democrat", seat=Seat(**vars(facts))))
    return found


@pytest.mark.parametrize(("line", "bioguide"), [
    ("Rep. Smith, Christopher H. [R-NJ-4]*", "S000001"),
    ("Rep. Smith, Christopher H. [R-NJ-4]*\t01/16/2025", "S000001"),
    ("• Rep. Smith, Adam [D-WA-9]  2025-03-01", "S000002"),
    ("3. Sen. Klobuchar, Amy [D-MN]", "K000001"),
    ("Sen. Klobuchar, Amy Jean [D-MN]", "K000001"),
    ("Sen. Luján, Ben Ray [D-NM]", "L000001"),
    ("Rep. Garcia, Jesus G. \"Chuy\" [D-IL-4]", "G000001"),
    ("Rep. Begich, Nicholas J. III [R-AK-At Large]", "B000001"),
    ("Rep. Kean, Thomas H., Jr. [R-NJ-7]", "K000002"),
    ("Tom Kean Jr.", ""),  # Tom is not Thomas to a program
    ("Thomas Kean Jr.", "K000002"),
    ("Van Orden", "V000001"),
    ("Van Orden, Derrick", "V000001"),
    ("Derrick Van Orden (R-WI)", "V000001"),
    ("Alexandria Ocasio-Cortez", "O000001"),
    ("Chris Smith", "S000001"),
    ("Smith", ""),  # three of them
    ("Adam Smith", "S000002"),
    ("S000003", "S000003"),
    ("s000003 whoever", "S000003"),
    ("X999999", ""),
    ("Rep. Klobuchar, Amy [D-MN]", ""),  # not in the House
    ("Sen. Smith, Adam [D-WA-9]", ""),
    ("Rep. Jones, Ana [D-NJ-4]", ""),  # that seat is somebody else's
    ("", None), ("Cosponsor", None), ("* = Original cosponsor", None), ("01/16/2025", None), ("—", None),
])
def test_lines_as_people_copy_them(line: str, bioguide: str | None) -> None:
    found = read_members(line, people())

    if bioguide is None:
        assert found == []
    else:
        (one,) = found
        assert (one.member.bioguide if one.member else "") == bioguide
        assert bool(one.problem) == (bioguide == "")


def test_a_name_of_several_lists_them() -> None:
    (one,) = read_members("Smith", people())

    assert {member.bioguide for member in one.candidates} == {"S000001", "S000002", "S000003"}
    assert "Adrian Smith (NE-3)" in one.problem


def test_hostile_lists_cost_little() -> None:
    assert read_members("(" * 5_000, people())[0].problem
    assert len(read_members("Rep. [-" * 40 + "\n" * 2_000, people())) == 1


def test_thanks_are_a_version_of_the_text(admin_client: Client, campaign: Campaign) -> None:
    words = {"thanks_subject_en": "Thank you", "thanks_statement_en": "Thank you for it."}
    post(admin_client, campaign, **words)
    post(admin_client, campaign, **words)
    post(admin_client, campaign, **{**words, "thanks_statement_en": "Thank you very much."})

    versions = list(campaign.texts.values_list("version", "thanks_statement_en"))
    assert versions[:2] == [(3, "Thank you very much."), (2, "Thank you for it.")]
    assert len(versions) == 3


def test_half_a_letter_of_thanks_is_refused(admin_client: Client, campaign: Campaign) -> None:
    assert "Write both" in errors(post(admin_client, campaign, thanks_subject_en="Thank you"))


def test_staff_are_warned_of_thanks_that_are_not_written(admin_client: Client, campaign: Campaign) -> None:
    post(admin_client, campaign, {"variant": "thanks"})

    page = admin_client.get(path(campaign)).content.decode()
    assert "the letter of thanks is not written" in page
    assert "nobody gets a letter today" in page


def test_staff_see_who_would_get_it_today(admin_client: Client, campaign: Campaign) -> None:
    AudienceRule.objects.create(campaign=campaign, chamber="house", states=["NJ", "CA"])

    page = admin_client.get(f"/admin/campaigns/campaign/{campaign.pk}/audience/").content.decode()
    link = admin_client.get(path(campaign)).content.decode()

    assert "Who would get this today" in link
    assert "vacant" in page
    assert "0: House · NJ, CA" in page
    assert "<dd>64</dd>" in page  # 12 and 52 seats


def test_the_same_as_a_table(admin_client: Client, campaign: Campaign) -> None:
    Member.objects.filter(seat__state="NJ", seat__district=8).update(name="=cmd|'/C calc'!A0")

    response = admin_client.get(f"/admin/campaigns/campaign/{campaign.pk}/audience.csv")

    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert len(rows) == 542
    assert next(row for row in rows if row[0] == "NJ-8")[2] == "'=cmd|'/C calc'!A0"


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


def test_nobody_else_sees_it(client: Client, django_user_model: Any, campaign: Campaign) -> None:
    client.force_login(django_user_model.objects.create_user("staff", password="x", is_staff=True))

    for end in ("audience/", "audience.csv"):
        assert client.get(f"/admin/campaigns/campaign/{campaign.pk}/{end}").status_code == 403
