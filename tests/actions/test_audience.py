"""Who gets a campaign's letters: rules, successors, and what a supporter sees of both."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from actions.audience import decisions, recipients
from actions.congress.lookup import seats_for
from actions.congress.models import Member, Seat
from actions.models import Action, Message, Sender
from actions.states import MEMBER_LEFT, State
from actions.tasks import purge, sweep
from campaigns.models import AudienceRule, Campaign, CampaignText, Status, Variant
from newsletter.models import OutgoingMail
from tests.actions.posting import ADDRESS, find, page, review, send, state_of
from tests.factories import create_campaign, details, take

pytestmark = pytest.mark.django_db
ASK, THANKS, NOBODY = "ask", "thanks", "nobody"


def rule(campaign: Campaign, variant: str, position: int = 0, **given: Any) -> AudienceRule:
    return AudienceRule.objects.create(campaign=campaign, variant=variant, position=position, **given)


def write_thanks(campaign: Campaign, statement: str = "Thank you for the bill.") -> None:
    text = campaign.text
    assert text
    CampaignText.publish(
        campaign, subject_en=text.subject_en, statement_en=text.statement_en, thanks_subject_en="Thank you",
        thanks_statement_en=statement, thanks_subject_es="Gracias", thanks_statement_es="Gracias por la ley.",
    )


def holder(**seat: Any) -> Member:
    return Member.objects.get(seat=Seat.objects.get(state="NJ", **seat), ended_on=None)


def got(campaign: Campaign, state: str = "NJ", district: int | None = 8) -> dict[str, str]:
    return {one.seat.key: str(one.variant.value) for one in decisions(campaign, seats_for(state, district))}


ALL = {"NJ-8": ASK, "NJ-S1": ASK, "NJ-S2": ASK}


@pytest.mark.parametrize(("rules", "expected"), [
    ([], ALL),
    ([{"chamber": "senate"}], {**ALL, "NJ-8": NOBODY}),
    ([{"chamber": "house"}], {"NJ-8": ASK, "NJ-S1": NOBODY, "NJ-S2": NOBODY}),
    ([{"states": ["NY"]}], dict.fromkeys(ALL, NOBODY)),
    ([{"states": ["NY", "NJ"]}], ALL),
    ([{"seats": ["NJ-8", "NJ-S1"]}], {**ALL, "NJ-S2": NOBODY}),
    ([{"party": "Independent"}], ALL),
    ([{"party": "Democrat"}], dict.fromkeys(ALL, NOBODY)),
    ([{"chamber": "senate", "seats": ["NJ-8"]}], dict.fromkeys(ALL, NOBODY)),  # every condition must hold
    ([{"seats": ["NJ-S1"], "variant": THANKS}, {}], {**ALL, "NJ-S1": THANKS}),
    ([{}, {"seats": ["NJ-S1"], "variant": THANKS}], ALL),  # the first that fits decides
    ([{"seats": ["NJ-S1"], "variant": NOBODY}, {"chamber": "senate"}], {
        "NJ-8": NOBODY, "NJ-S1": NOBODY, "NJ-S2": ASK,
    }),
])
def test_rules_decide(campaign: Campaign, rules: list[dict[str, Any]], expected: dict[str, str]) -> None:
    write_thanks(campaign)
    for position, given in enumerate(rules):
        rule(campaign, given.get("variant", ASK), position, **{k: v for k, v in given.items() if k != "variant"})

    assert got(campaign) == expected


def test_a_member_is_found_by_their_id(campaign: Campaign) -> None:
    rule(campaign, ASK, members=[holder(district=8).pk])

    assert got(campaign) == {"NJ-8": ASK, "NJ-S1": NOBODY, "NJ-S2": NOBODY}


def test_of_rules_at_one_place_the_older_decides(campaign: Campaign) -> None:
    rule(campaign, NOBODY)
    rule(campaign, ASK)

    assert set(got(campaign).values()) == {NOBODY}


@pytest.mark.parametrize("given", [{"party": "Independent"}, {"members": ["T000001"]}])
def test_an_empty_seat_fits_no_rule_about_a_person(campaign: Campaign, given: dict[str, Any]) -> None:
    rule(campaign, ASK, **given)

    assert got(campaign, "CA", 14)["CA-14"] == NOBODY


def test_an_empty_seat_is_asked_by_its_place_and_never_thanked(campaign: Campaign) -> None:
    write_thanks(campaign)
    first = rule(campaign, THANKS, chamber="house")

    assert got(campaign, "CA", 14)["CA-14"] == NOBODY
    first.variant = Variant.ASK
    first.save()
    assert got(campaign, "CA", 14)["CA-14"] == ASK


def test_thanks_that_are_not_written_reach_nobody(campaign: Campaign) -> None:
    rule(campaign, THANKS)

    assert recipients(campaign, seats_for("NJ", 8)) == []


def test_a_successor_is_written_to_without_an_edit(campaign: Campaign) -> None:
    rule(campaign, ASK, seats=["NJ-8"])
    replace(holder(district=8))

    assert got(campaign)["NJ-8"] == ASK


def replace(member: Member) -> Member:
    """A successor takes the seat."""
    Member.objects.filter(pk=member.pk).update(ended_on=timezone.localdate())
    return Member.objects.create(
        bioguide="N000001", seat=member.seat, name="New Member", party="Independent", term_start=member.term_start
    )


def ask_house_thank_senator(campaign: Campaign) -> None:
    write_thanks(campaign)
    rule(campaign, THANKS, members=[holder(senate_class=1).pk])
    rule(campaign, ASK, 1, chamber="house")


def test_review_shows_each_text_with_who_gets_it(client: Client, campaign: Campaign) -> None:
    ask_house_thank_senator(campaign)

    checked = page(review(client, own_words="My town needs this."))

    assert "Thanks to Member of NJ-S1" in checked.replace("\n", " ")
    assert "Asks Member of NJ-8" in checked
    assert "NJ-S2" not in checked
    assert checked.count("My town needs this.") == 2
    assert "Thank you for the bill." in checked
    assert "does not write to your other offices" in checked


def test_each_office_gets_its_text(client: Client, campaign: Campaign) -> None:
    ask_house_thank_senator(campaign)

    sent = send(client, own_words="My town needs this.")

    letters = {message.office_code: message.read_letter() for message in Message.objects.select_related("seat")}
    assert set(letters) == {"HNJ08", "SNJ01"}
    asked, thanked = letters["HNJ08"], letters["SNJ01"]
    assert asked
    assert thanked
    assert (asked.subject, asked.statement) == ("Please pass the bill", "Please vote for this bill.")
    assert (thanked.subject, thanked.statement) == ("Thank you", "Thank you for the bill.")
    assert asked.own_words == thanked.own_words == "My town needs this."
    senator = Message.objects.get(thanked__isnull=False)
    by_hand = page(client.post(sent["Location"], {"act": "words", "message": str(senator.pk)}))
    assert "Thank you for the bill." in by_hand
    assert "Please vote for this bill." not in by_hand


def test_whose_offices_get_nothing_is_told_so_and_nothing_is_kept(client: Client, campaign: Campaign) -> None:
    rule(campaign, ASK, states=["NY"])

    answer = page(find(client))

    assert "This campaign does not write to your offices" in answer
    assert "Member of NJ-8" in answer
    assert "See what else you can do" in answer


def test_whose_offices_get_nothing_is_led_to_no_draft(client: Client, campaign: Campaign) -> None:
    rule(campaign, ASK, states=["NY"])
    campaign.next_step = create_campaign(status=Status.DRAFT, title="Not yet", slug="not-yet", button="Not yet")
    campaign.save()

    answer = page(find(client))

    assert "Not yet" not in answer
    assert "not-yet" not in answer
    assert "See what else you can do" in answer
    assert 'name="state"' not in answer
    assert not Action.objects.exists()
    assert not Sender.objects.exists()


def test_where_only_one_of_two_districts_gets_something_the_choice_is_asked(
    client: Client, campaign: Campaign
) -> None:
    rule(campaign, ASK, seats=["NJ-10"])

    first = find(client, "07302")
    typed = details(zip="07302", city="Jersey City")
    ours = client.post(ADDRESS, {**typed, "office": "NJ-10", "state": state_of(first)})
    others = client.post(ADDRESS, {**typed, "office": "NJ-8", "state": state_of(first)})

    assert "Check and send" in page(ours)
    assert "This campaign does not write to your offices" in page(others)


def test_rules_that_change_before_send_are_reviewed_again(client: Client, campaign: Campaign) -> None:
    checked = review(client)
    rule(campaign, ASK, seats=["NJ-S1"])

    again = client.post(ADDRESS, {"step": "send", "state": state_of(checked)})

    assert "has just been changed" in page(again)
    assert not Action.objects.exists()
    client.post(ADDRESS, {"step": "send", "state": state_of(again)})
    assert [message.office_code for message in Message.objects.all()] == ["SNJ01"]


def test_rules_that_leave_nobody_before_send_end_it(client: Client, campaign: Campaign) -> None:
    checked = review(client)
    rule(campaign, NOBODY)

    answer = client.post(ADDRESS, {"step": "send", "state": state_of(checked)})

    assert "This campaign does not write to your offices" in page(answer)
    assert not Action.objects.exists()


def test_a_letter_is_sent_once_whoever_gets_it(client: Client, campaign: Campaign) -> None:
    ask_house_thank_senator(campaign)
    checked = state_of(review(client))

    first = client.post(ADDRESS, {"step": "send", "state": checked})
    rule(campaign, NOBODY, 0)  # what was sent stays sent, whatever the rules say now
    second = client.post(ADDRESS, {"step": "send", "state": checked})

    assert first["Location"] == second["Location"]
    assert Message.objects.count() == 2


def test_own_words_have_room_beside_the_longer_text(client: Client, campaign: Campaign) -> None:
    write_thanks(campaign, "x" * 2500)
    room = page(find(client))
    rule(campaign, THANKS, 1)
    rule(campaign, ASK)
    less = page(find(client))

    assert 'data-count="1500"' in room
    assert 'data-count="1500"' in less
    CampaignText.objects.filter(campaign=campaign).update(thanks_statement_en="x" * 3000)
    assert 'data-count="1000"' in page(find(client))


@pytest.mark.parametrize("first", [State.QUEUED, State.WAITING, State.HELD, State.SELF_SERVE])
def test_thanks_do_not_go_to_a_successor(client: Client, campaign: Campaign, first: State) -> None:
    write_thanks(campaign)
    rule(campaign, THANKS, members=[holder(district=8).pk])
    rule(campaign, ASK, 1)
    action = take(campaign, doubt="check" if first == State.HELD else "")
    thanks = action.messages.get(thanked__isnull=False)
    Message.objects.filter(pk=thanks.pk).update(
        state=first, gateway="house", **({"due": None} if first != State.QUEUED else {"due": timezone.now()})
    )
    if first == State.SELF_SERVE:
        Message.objects.filter(pk=thanks.pk).update(finished_at=timezone.now())
    replace(holder(district=8))

    sweep()
    purge()

    thanks.refresh_from_db()
    assert (thanks.state, thanks.error) == (State.WITHDRAWN, MEMBER_LEFT)
    assert not action.messages.filter(seat__chamber="senate", state=State.WITHDRAWN).exists()
    receipt = page(client.get(action.get_absolute_url()))
    assert "a letter of thanks for the person who held the seat" in receipt
    told = OutgoingMail.objects.filter(kind="news").count()
    assert told == (1 if first in (State.QUEUED, State.WAITING) else 0)


def test_thanks_whose_member_is_still_there_go_on(campaign: Campaign) -> None:
    write_thanks(campaign)
    rule(campaign, THANKS, members=[holder(district=8).pk])
    action = take(campaign)

    Message.objects.stop_for_successors(State.QUEUED)

    assert action.messages.get().state == State.QUEUED


def test_a_member_who_moves_to_the_senate_is_not_thanked_in_the_house(campaign: Campaign) -> None:
    write_thanks(campaign)
    member = holder(district=8)
    rule(campaign, THANKS, members=[member.pk])
    action = take(campaign)
    Member.objects.filter(pk=holder(senate_class=1).pk).update(ended_on=timezone.localdate())
    Member.objects.filter(pk=member.pk).update(seat=Seat.objects.get(state="NJ", senate_class=1))

    Message.objects.stop_for_successors(State.QUEUED)

    assert action.messages.get().error == MEMBER_LEFT


def test_thanks_that_were_held_are_confirmed_only_for_whom_they_thank(campaign: Campaign) -> None:
    write_thanks(campaign)
    rule(campaign, THANKS, members=[holder(district=8).pk])
    action = take(campaign, doubt="check")
    replace(holder(district=8))

    action.confirm()

    message = action.messages.get()
    assert (message.state, message.error) == (State.WITHDRAWN, MEMBER_LEFT)


def test_the_ask_goes_to_a_successor(campaign: Campaign) -> None:
    action = take(campaign)
    replace(holder(district=8))

    Message.objects.stop_for_successors(State.QUEUED)

    assert action.messages.get(seat__chamber="house").state == State.QUEUED
