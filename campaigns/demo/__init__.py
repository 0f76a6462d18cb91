"""Demonstration content: an organisation and its campaigns, each fact dated and sourced, for staff to edit."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from campaigns.models import Answer, Campaign, CampaignText, Graphic, Lesson, Organisation, Promise, Source

FOLDER = Path(__file__).parent


def load() -> list[str]:
    """Create what is missing and touch nothing else; return the names of what was created."""
    created = _load_organisation()
    files = [tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("campaign-*.toml"))]
    new = [data for data in files if not Campaign.objects.filter(slug=data["slug"]).exists()]
    with transaction.atomic():
        for data in new:
            _create(data)
        for data in new:
            following = Campaign.objects.filter(slug=data.get("next_step", "")).first()
            Campaign.objects.filter(slug=data["slug"]).update(next_step=following)
    return created + [data["slug"] for data in new]


def _load_organisation() -> list[str]:
    if Organisation.objects.exists():
        return []
    data = tomllib.loads((FOLDER / "organisation.toml").read_text("utf-8"))
    links = data.pop("links")
    with transaction.atomic():
        organisation = Organisation.objects.create(**data)
        for position, link in enumerate(links):
            organisation.links.create(position=position, **link)
    return [organisation.name]


def _create(data: dict[str, Any]) -> None:
    words = _both_languages(data)
    columns = ("slug", "kind", "status", "position", "topics", "goal", "cwc_id")
    plain = {name: data[name] for name in columns if name in data}
    bill = {f"bill_{name}": value for name, value in data.get("bill", {}).items()}
    campaign = Campaign(
        **plain, **words, **bill, stance=data.get("stance", ""), is_demo=True,
        opened_at=timezone.now(), closed_at=data.get("closed_at"),
    )
    campaign.full_clean()
    campaign.save()
    _create_lessons(campaign, _lessons(data["slug"]))
    if letter := data.get("letter"):
        CampaignText.publish(campaign, **_both_languages(letter))
    for position, promise in enumerate(data.get("promises", [])):
        Promise.objects.create(
            campaign=campaign, position=position, text_en=flowing(promise["en"]), text_es=flowing(promise["es"])
        )
    for position, graphic in enumerate(data.get("graphics", [])):
        drawn = Graphic(campaign=campaign, position=position, design=graphic["design"], **_both_languages(graphic))
        drawn.full_clean()
        drawn.save()
    for position, source in enumerate(data.get("sources", [])):
        Source.objects.create(
            campaign=campaign, position=position, url=source["url"], published_on=source.get("published_on"),
            title_en=source["en"], title_es=source["es"],
        )


def _lessons(slug: str) -> list[dict[str, Any]]:
    """Return the lessons of a course, which have files of their own; none where there are none."""
    files = [tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob(f"lessons-{slug}-*.toml"))]
    return [lesson for file in files for lesson in file["lessons"]]


def _create_lessons(campaign: Campaign, lessons: list[dict[str, Any]]) -> None:
    for position, given in enumerate(lessons, 1):
        lesson = Lesson(campaign=campaign, position=position, **_both_languages(given))
        lesson.full_clean()
        lesson.save()
        for place, said in enumerate(given["answers"], 1):
            answer = Answer(
                lesson=lesson, position=place, is_right=said.get("right", False), **_both_languages(said)
            )
            answer.full_clean()
            answer.save()


def _both_languages(data: dict[str, Any]) -> dict[str, str]:
    """Return the words of a part in both languages, by the names of their fields."""
    return {
        f"{name}_{language}": flowing(text) for language in ("en", "es") for name, text in data[language].items()
    }


def flowing(text: str) -> str:
    """Join the lines of each paragraph; lines of a list and headings stay lines of their own."""
    joined: list[str] = []
    for line in text.strip().splitlines():
        starts_anew = not line or line.startswith(("# ", "- ")) or not joined or not joined[-1]
        if starts_anew or joined[-1].startswith("# "):
            joined.append(line)
        else:
            joined[-1] += f" {line}"
    return "\n".join(joined)
