"""Totals and deltas together are exact at every moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from actions.models import Counter, CounterDelta, CounterTotal, count, read_counters
from actions.tasks import fold_counters
from campaigns.models import Campaign
from tests.factories import create_campaign, take


@pytest.mark.django_db
def test_folding_changes_no_total() -> None:
    campaign = create_campaign()
    for value in (1, 1, -1, 1):
        count(Counter.MESSAGES, campaign.pk, value)
    before = read_counters()

    fold_counters()

    assert before == read_counters() == {"actions": 0, "messages": 2, "pledges": 0}
    assert CounterDelta.objects.count() == 0
    assert CounterTotal.objects.get().value == 2


@pytest.mark.django_db
def test_a_campaign_has_counters_of_its_own() -> None:
    one, other = create_campaign(), create_campaign()
    take(one)

    assert read_counters(one)["actions"] == 1
    assert read_counters(other)["actions"] == 0


@pytest.mark.django_db
def test_machines_read_the_same_numbers(client: Client) -> None:
    take(create_campaign())

    answer = client.get("/take-action/counters.json").json()

    assert {name: answer[name] for name in ("actions", "messages", "pledges")} == read_counters()
    assert answer["as_of"].endswith("+00:00")


@pytest.mark.django_db(transaction=True)
def test_two_folders_beside_eight_writers_lose_and_double_nothing() -> None:
    campaign: Campaign = create_campaign()

    def write(_: int) -> None:
        try:
            for _turn in range(25):
                count(Counter.ACTIONS, campaign.pk)
        finally:
            connection.close()

    def fold(_: int) -> None:
        try:
            for _turn in range(40):
                CounterDelta.objects.fold(7)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        work = [pool.submit(write, n) for n in range(8)] + [pool.submit(fold, n) for n in range(2)]
        for job in work:
            job.result()

    assert read_counters()["actions"] == 200
    fold_counters()
    assert read_counters()["actions"] == 200
