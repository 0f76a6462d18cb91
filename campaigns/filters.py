"""Choosing among all campaigns by kind, topic and where they stand: a plain address that can be shared."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Kind
from campaigns.models.life import PAST, Status
from campaigns.topics import TOPIC_LABELS


class Choice(NamedTuple):
    """One line of a filter."""

    value: str  # empty for "any"
    words: str | Promise
    is_chosen: bool


class Filter(NamedTuple):
    """One filter with what there is to choose from, "any" first."""

    name: str
    words: str | Promise
    choices: list[Choice]

    @property
    def chosen(self) -> str:
        """Return the chosen value; empty for "any"."""
        return next((choice.value for choice in self.choices if choice.is_chosen), "")


def _kinds(campaign: Campaign) -> list[str]:
    return [campaign.kind]


def _topics(campaign: Campaign) -> list[str]:
    return list(campaign.topics)


def _standings(campaign: Campaign) -> list[str]:
    return [campaign.standing.key]


Labels = dict[str, str | Promise]
STANDINGS = (Status.OPEN, PAST.key, Status.PAUSED, Status.WON, Status.LOST, Status.ARCHIVED)
# What each filter is called, what "any" is called there, what it asks of a campaign, and every value in its order.
FILTERS: tuple[tuple[str, str | Promise, str | Promise, Callable[[Campaign], list[str]], Labels], ...] = (
    ("kind", _("What you do"), _("Anything"), _kinds, {kind.value: kind.label for kind in Kind}),
    ("topic", _("Topic"), _("Any topic"), _topics, {**TOPIC_LABELS}),
    ("status", _("Where it stands"), _("Open or over"), _standings, {
        key: PAST.words if key == PAST.key else Status(key).label for key in STANDINGS
    }),
)
VALUES_OF = {name: values_of for name, _words, _any, values_of, _labels in FILTERS}


def filters(campaigns: Iterable[Campaign], query: QueryDict) -> list[Filter]:
    """Return the filters over these campaigns as an address has them set. What nobody can choose counts as "any"."""
    found = []
    rows = list(campaigns)
    for name, words, any_words, values_of, labels in FILTERS:
        there = {value for campaign in rows for value in values_of(campaign)}
        offered = [value for value in labels if value in there]
        chosen = query.get(name, "")
        chosen = chosen if chosen in offered else ""
        choices = [Choice("", any_words, not chosen)]
        choices += [Choice(value, labels[value], value == chosen) for value in offered]
        found.append(Filter(name, words, choices))
    return found


def chosen(campaigns: Iterable[Campaign], by: Iterable[Filter]) -> list[Campaign]:
    """Return the campaigns that every filter lets through."""
    wanted = {one.name: one.chosen for one in by if one.chosen}
    return [
        campaign for campaign in campaigns
        if all(wanted[name] in values_of(campaign) for name, values_of in VALUES_OF.items() if name in wanted)
    ]
