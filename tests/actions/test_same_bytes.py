"""One letter, many tries: whatever happens between them, the same bytes go to the same office."""

import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings, settings
from django.db import connection
from django.utils import timezone

from actions.congress.models import Member, Seat
from actions.letters import EASTERN
from actions.models import Gateway, Message, Office
from actions.states import State
from actions.tasks import sweep
from campaigns.models import CampaignText, Organisation
from tests.delivery.far_ends import Behaviour, FarEnd, far_end, http
from tests.factories import create_campaign, create_congress, create_organisation, take

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def send_from_a_new_process(url: str) -> None:
    """Have another process send what is due, as after a restart of the worker."""
    database = connection.settings_dict
    where = (
        f"sqlite:///{database['NAME']}" if connection.vendor == "sqlite"
        else f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{database['NAME']}"
    )
    environment = {
        **os.environ, "DATABASE_URL": where, "CWC_HOUSE_URL": url, "CWC_SENATE_URL": "http://127.0.0.1:9",
        "SECRET_KEY": "another key, as after a change of all that may change",
    }
    subprocess.run([sys.executable, "manage.py", "send_due"], cwd=settings.BASE_DIR, env=environment, check=True)


def says_no_five_times() -> Behaviour:
    """Answer 503 to five letters, over however many connections, and then take one."""
    replies = iter([*[http(503)] * 5, http(200)])

    def behave(end: FarEnd, connection: socket.socket) -> None:
        while True:
            end.read_request(connection)
            # Who takes part is asked too, and is not what this is about.
            connection.sendall(http(404) if end.heads[-1].startswith(b"GET") else next(replies))

    return behave


def make_due() -> None:
    """Let the minutes until the next try go by."""
    now = timezone.now() - timedelta(seconds=1)
    Message.objects.filter(state=State.QUEUED).update(due=now)
    Gateway.objects.update(resting_until=None)
    Office.objects.update(resting_until=None)


def test_an_edit_midnight_a_successor_a_new_name_and_a_restart_change_no_byte(
    settings: LazySettings, tmp_path: Path
) -> None:
    create_congress()
    create_organisation(name="North Star")
    campaign = create_campaign(statement="The statement as it was reviewed.")
    with far_end(says_no_five_times()) as end:
        settings.CWC_HOUSE_URL = end.url
        action, today = take(campaign, own_words="My own words. 🌟"), timezone.now().astimezone(EASTERN)
        sweep()
        make_due()
        send_from_a_new_process(end.url)
        tomorrow = (today + timedelta(days=1)).replace(hour=0, minute=6)
        with time_machine.travel(tomorrow):
            make_due()
            sweep()
            CampaignText.publish(campaign, subject_en="Another subject", statement_en="Another statement.")
            Organisation.objects.update(name="Another name")
            make_due()
            sweep()
            seat = Seat.objects.get(state="NJ", district=8)
            Member.objects.filter(seat=seat).delete()
            Member.objects.create(
                bioguide="N000001", seat=seat, name="A successor", party="Independent", term_start=tomorrow.date()
            )
            make_due()
            sweep()
            make_due()
            sweep()

    message = action.messages.get(gateway="house")
    assert message.state == State.DELIVERED
    letters = [body for body in end.bodies if body]
    assert len(letters) == 6
    (body,) = set(letters)
    assert f"<DeliveryDate>{today:%Y%m%d}</DeliveryDate>".encode() in body
    assert b"The statement as it was reviewed." in body
    assert b"North Star" in body
    assert message.delivery_id.encode() in body
