"""Demonstration content: complete in both languages, sourced, and never over what staff wrote."""

import re

import pytest
from django.core.management import call_command

from campaigns import demo
from campaigns.drawing import undrawable
from campaigns.models import Answer, Campaign, CampaignText, Graphic, Lesson, Organisation, Status

pytestmark = pytest.mark.django_db

# Words that stand on no page, with the reason in the project's notes on content.
BANNED = r"rescue|slave|\bsold\b|\bsaved\b|congratulat|\binvalid|\bfailed\b|you are safe|rescat|esclav|a salvo"


def test_loading_twice_changes_nothing() -> None:
    call_command("load_demo", verbosity=0)
    before = list(Campaign.objects.order_by("pk").values())

    assert demo.load() == []
    assert list(Campaign.objects.order_by("pk").values()) == before


def test_loading_never_overwrites_staff() -> None:
    demo.load()
    Campaign.objects.filter(slug="enablers-act").update(title_en="Edited by staff", status=Status.PAUSED)
    Campaign.objects.filter(slug="raise-awareness").delete()
    Organisation.objects.update(name="Edited name")

    created = demo.load()

    edited = Campaign.objects.get(slug="enablers-act")
    assert created == ["raise-awareness"]
    assert (edited.title_en, edited.status) == ("Edited by staff", Status.PAUSED)  # type: ignore[attr-defined]  # a column of the translation
    assert Organisation.objects.get().name == "Edited name"


def test_every_word_stands_in_both_languages() -> None:
    demo.load()

    for campaign in Campaign.objects.all():
        for name in ("title", "summary", "button", "body", "outcome", "bill_status"):
            english, spanish = getattr(campaign, f"{name}_en"), getattr(campaign, f"{name}_es")
            assert bool(english) == bool(spanish), (campaign.slug, name)
            assert not english or english != spanish, (campaign.slug, name)
        assert campaign.is_demo


def test_every_campaign_names_its_sources_in_both_languages() -> None:
    demo.load()

    for campaign in Campaign.objects.all():
        sources = campaign.sources.all()
        assert sources, campaign.slug
        for source in sources:
            dated = source.published_on or re.search("no date|up to date", source.title_en)  # type: ignore[attr-defined]  # a column of the translation
            assert dated, source
            assert source.url.startswith("https://")
            assert source.title_es  # type: ignore[attr-defined]  # a column of the translation


def test_letters_fit_offices_and_leave_room_for_own_words() -> None:
    demo.load()

    texts = CampaignText.objects.all()
    assert {text.campaign.slug for text in texts} == {"enablers-act", "fund-legal-help"}
    for text in texts:
        assert len(text.statement_en) <= 2000
        assert text.statement_en.startswith("Please")
        assert not re.search(r"(?i)^dear|sincerely", text.statement_en)
        assert len(text.subject_en) <= 100


def test_the_course_has_short_lessons_with_one_right_answer_each_in_both_languages() -> None:
    demo.load()

    lessons = [vars(lesson) for lesson in Lesson.objects.all()]
    assert len(lessons) == Lesson.objects.ready().count() == 6
    for lesson in lessons:
        assert 120 <= len(lesson["body_en"].split()) <= 220, lesson["title_en"]
        assert 120 <= len(lesson["body_es"].split()) <= 260, lesson["title_es"]  # Spanish needs more words
        answers = [vars(answer) for answer in Answer.objects.filter(lesson=lesson["id"])]
        assert [answer["is_right"] for answer in answers].count(True) == 1
        assert len(answers) == 3
        for row in (lesson, *answers):
            for name in [name for name in row if name.endswith("_en")]:
                english, spanish = row[name], row[f"{name[:-3]}_es"]
                assert bool(english) == bool(spanish), (row["id"], name)
                assert not english or english != spanish, (row["id"], name)
    right = Answer.objects.filter(is_right=True).values_list("position", flat=True)
    assert len(set(right)) == 3  # nobody learns that it is always the second


def test_no_word_that_harms() -> None:
    demo.load()

    tables = (Campaign, CampaignText, Organisation, Lesson, Answer)
    rows = [vars(row) for table in tables for row in table._default_manager.all()]
    shown = " ".join(str(value) for row in rows for value in row.values())
    assert "trata" in shown  # the Spanish is among it
    assert not re.search(BANNED, shown, re.IGNORECASE)


def test_lines_of_the_source_flow_into_paragraphs_and_lists() -> None:
    text = demo.flowing("# Head\nfirst\nsecond\n\n- one\nstill one\n- two\n")

    assert text == "# Head\nfirst second\n\n- one still one\n- two"


def test_graphics_are_whole_in_both_languages_and_drawn_as_written() -> None:
    demo.load()

    graphics = Graphic.objects.all()
    assert graphics.count() == 4
    for graphic in graphics:
        for language in ("en", "es"):
            headline, words, alt, caption = (
                getattr(graphic, f"{name}_{language}") for name in ("headline", "words", "alt", "caption")
            )
            assert headline in alt, alt
            assert words.rstrip(".") in alt, alt
            assert caption
            assert len(caption) <= 280
            assert undrawable(headline + words) == ""
            assert not re.search(BANNED, f"{headline} {words} {alt} {caption}", re.IGNORECASE)
            # No figure without what it is a share of, where it comes from, and its year.
            figures = re.findall(r"\d+%", words)
            assert not figures or re.search("Hotline, 2020|Línea Nacional.* 2020", words)
            assert not figures or re.search("it was known|Cuando se supo", words)
