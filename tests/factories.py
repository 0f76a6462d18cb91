"""What tests are not about, filled in: name only what the test is about."""

import secrets
from typing import Any

from django.utils import timezone

from actions.audience import recipients
from actions.congress.lookup import seats_for
from actions.congress.models import Dataset, Member, Seat, ZipDistrict, ZipPrefix
from actions.congress.models import Kind as DatasetKind
from actions.congress.states import SEATS
from actions.congress.turnover import begins, congress_on
from actions.delivery.outcomes import Result
from actions.letters import Person
from actions.models import Action, Message, Submission, Try
from campaigns.models import (
    Answer,
    Campaign,
    CampaignText,
    Graphic,
    Kind,
    Lesson,
    Organisation,
    Status,
    Target,
    TargetArea,
)


def create_organisation(**given: Any) -> Organisation:
    """Return a nonprofit that is stored."""
    values = {"name": "North Star", "about": "A nonprofit for tests.", **given}
    return Organisation.objects.create(**values)


def create_campaign(*, subject: str = "Please pass the bill", statement: str = "", **given: Any) -> Campaign:
    """Return an open letter campaign with one version of its text."""
    values: dict[str, Any] = {
        "slug": f"campaign-{secrets.token_hex(4)}", "title": "A fair law", "summary": "Why this law matters.",
        "button": "Write to Congress", "kind": Kind.MESSAGE, "status": Status.OPEN, "topics": ["Law"],
        "cwc_id": f"test-{secrets.token_hex(4)}", **given,
    }
    campaign = Campaign.objects.create(**values)
    CampaignText.publish(
        campaign, subject_en=subject, statement_en=statement or "Please vote for this bill.",
        subject_es="Por favor", statement_es="Por favor vote por esta ley.",
    )
    return campaign


def person(**given: str) -> Person:
    """Return somebody who writes; nobody real."""
    values = {
        "prefix": "Ms.", "first_name": "Ana", "last_name": "Muster", "email": "ana@example.org", "phone": "",
        "address1": "1 Main Street", "address2": "", "city": "Hoboken", "zip": "07030", **given,
    }
    return Person(**values)


def ensure_seats() -> None:
    """Put the 541 seats back where a test with real transactions has emptied every table."""
    if not Seat.objects.exists():
        Seat.objects.bulk_create(Seat(**vars(facts)) for facts in SEATS)


def submission(campaign: Campaign, **given: Any) -> Submission:
    """Return what a supporter of New Jersey's 8th district has reviewed and sends."""
    text = campaign.text
    assert text is not None
    who = given.pop("person", None) or person()
    state, district = given.pop("home", ("NJ", 8))
    values: dict[str, Any] = {
        "campaign": campaign, "text": text, "person": who, "own_words": "",
        "recipients": given.pop("recipients", None) or recipients(
            campaign, given.pop("seats", None) or seats_for(state, district)
        ),
        "state": state, "district": district, "language": "en", "once": secrets.token_hex(16), **given,
    }
    return Submission(**values)


def take(campaign: Campaign, **given: Any) -> Action:
    """Return an action that was taken now."""
    return Action.objects.take(submission(campaign, **given))[0]


def take_many(campaign: Campaign, number: int, **given: Any) -> list[Action]:
    """Return actions of so many people, each of another district, so that no office has more than one letter.

    The first lives in New Jersey's 8th district. At most 430.
    """
    homes = [("NJ", 8), *Seat.objects.filter(chamber="house").exclude(state="NJ", district=8).values_list(
        "state", "district"
    )[: number - 1]]
    return [
        take(campaign, person=person(email=f"p{count}@example.org"), home=home, **given)
        for count, home in enumerate(homes)
    ]


def settle(message: Message, result: Result) -> bool:
    """Write down one try of a claimed message; return whether it was still its holder's."""
    now = timezone.now()
    return bool(Message.objects.settle([Try(message, result, now, now)]))


def details(**given: str) -> dict[str, str]:
    """Return the second step of the form, filled in well."""
    values = {**vars(person()), "own_words": "", **given}
    return {"step": "details", **values}


def create_congress() -> None:
    """Store a handful of ZIPs and who serves there: invented people in real seats.

    07030 lies in NJ-8; 07302 in NJ-8 and NJ-10; 20001 in DC; 99501 in Alaska at large; 89439 in CA-3 and NV-2;
    94501 in CA-14, whose seat is empty.
    """
    now = timezone.now()
    term_start = begins(congress_on(now)).date()
    common = {"congress": congress_on(now), "source": "tests", "fetched_at": now, "checked_at": now, "active": True}
    zips = Dataset.objects.create(kind=DatasetKind.ZIPS, sha256="a", rows=7, **common)
    places = [
        ("07030", "NJ", 8), ("07302", "NJ", 8), ("07302", "NJ", 10), ("20001", "DC", 0), ("99501", "AK", 0),
        ("89439", "CA", 3), ("89439", "NV", 2), ("94501", "CA", 14),
    ]
    ZipDistrict.objects.bulk_create(
        ZipDistrict(dataset=zips, zip=zip_code, state=state, district=district) for zip_code, state, district in places
    )
    Dataset.objects.create(
        kind=DatasetKind.MEMBERS, sha256="b", rows=1, newest_term=term_start, **common
    )
    prefixes = Dataset.objects.create(kind=DatasetKind.PREFIXES, sha256="c", rows=2, **common)
    ZipPrefix.objects.create(dataset=prefixes, prefix="070", states="NJ")
    ZipPrefix.objects.create(dataset=prefixes, prefix="901", states="CA")
    wanted = Seat.objects.filter(state__in=["NJ", "DC", "AK", "NV", "CA"]).exclude(state="CA", district=14)
    Member.objects.bulk_create(
        Member(
            bioguide=f"T{number:06}", seat=seat, name=f"Member of {seat.key}", party="Independent",
            phone="202-555-0123", website="https://example.org/member", term_start=term_start,
            contact_form="https://example.org/contact" if seat.is_senate else "",
        )
        for number, seat in enumerate(wanted)
    )


def create_pledge(*texts: str, **given: Any) -> Campaign:
    """Return an open pledge with these promises."""
    campaign = create_campaign(**{"kind": Kind.PLEDGE, "cwc_id": None, "button": "Pledge", **given})
    for position, text in enumerate(texts or ("I will listen.", "I will learn.")):
        campaign.promises.create(text_en=text, text_es=f"{text} (es)", position=position)
    return campaign


def create_call(**given: Any) -> Campaign:
    """Return an open campaign of calls."""
    values = {"call_script_en": "Please vote for the bill.", "call_script_es": "Por favor, vote por la ley.", **given}
    return create_campaign(**{"kind": Kind.CALL, "cwc_id": None, "button": "Call", **values})


def create_share_campaign(*, graphics: int = 1, **given: Any) -> Campaign:
    """Return an open campaign of graphics to share."""
    values: dict[str, Any] = {
        "slug": f"share-{secrets.token_hex(4)}", "title": "Spread the word", "summary": "Why this is worth sharing.",
        "button": "Share Graphics", "kind": Kind.SHARE, "status": Status.OPEN, **given,
    }
    campaign = Campaign.objects.create(**values)
    for position in range(graphics):
        create_graphic(campaign, position=position)
    return campaign


def create_graphic(campaign: Campaign, **given: Any) -> Graphic:
    """Return a graphic in both languages."""
    values: dict[str, Any] = {
        "headline_en": "It begins with attention", "headline_es": "Empieza con atención",
        "words_en": "And with promises.", "words_es": "Y con promesas.", "alt_en": "One star in a night sky.",
        "alt_es": "Una estrella en el cielo de noche.", "caption_en": "Good to know.",
        "caption_es": "Es bueno saberlo.",
        **given,
    }
    return Graphic.objects.create(campaign=campaign, **values)


def create_lesson(campaign: Campaign, **given: Any) -> Lesson:
    """Return a lesson with three answers, the second of which is right."""
    number = campaign.lessons.count() + 1
    values: dict[str, Any] = {
        "title": f"Lesson about {number}", "body": f"# Text {number}\n\nWords.", "question": f"What is {number}?",
        "position": number, **given,
    }
    lesson = Lesson.objects.create(campaign=campaign, **values)
    for place, text in enumerate(("too little", "right", "too much")):
        Answer.objects.create(
            lesson=lesson, position=place, text=f"{number}: {text}", is_right=text == "right",
            why=f"Why {number} {text}.",
        )
    return lesson


def create_course(lessons: int = 3, **given: Any) -> Campaign:
    """Return an open course with so many lessons."""
    values: dict[str, Any] = {
        "slug": f"course-{secrets.token_hex(4)}", "title": "A short course", "summary": "Why it matters.",
        "button": "Learn", "kind": Kind.TRAINING, "status": Status.OPEN, **given,
    }
    campaign = Campaign.objects.create(**values)
    for number in range(lessons):
        create_lesson(campaign, content_note="" if number else "This may be hard to read.")
    return campaign


def create_targets(campaign: Campaign, *given: dict[str, Any]) -> list[Target]:
    """Return people outside Congress whom a campaign writes to; `states` and `zips` are the places they serve."""
    found = []
    for values in given:
        code = secrets.token_hex(4)
        areas = [{"state": state} for state in values.get("states", [])]
        areas += [{"zip": zip_code} for zip_code in values.get("zips", [])]
        named = {name: value for name, value in values.items() if name not in ("states", "zips")}
        target = Target.objects.create(
            **{"campaign": campaign, "name": f"Target {code}", "email": f"t{code}@example.org", **named}
        )
        TargetArea.objects.bulk_create(TargetArea(target=target, **area) for area in areas)
        found.append(target)
    return found
