"""All administrators hear of a change, each once, through a real mail server, whatever becomes of one address."""

import socket
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from celery.signals import before_task_publish
from django.apps import apps
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from hotline.models import Hotline
from hotline.tasks import tell_administrators
from tests.hotline.test_record import store
from tests.hotline.test_ways import NEW, TWICE, save
from tests.newsletter.mail_server import Inbox

pytestmark = pytest.mark.django_db

ADA, BEA = "ada@example.org", "bea@example.org"


@pytest.fixture
def two() -> None:
    """Two administrators with an address, the one with the first address first."""
    User.objects.create_superuser("ada", ADA)
    User.objects.create_superuser("bea", BEA)


def told(inbox: Inbox) -> list[str]:
    return [str(mail["To"]) for mail in inbox.mails]


def waiting() -> int:
    return len(Hotline.history.filter(told_at=None))


@pytest.mark.usefixtures("two")
def test_each_active_administrator_with_an_address_hears_once(inbox: Inbox) -> None:
    User.objects.create_superuser("gone", "gone@example.org", is_active=False)
    User.objects.create_superuser("no-address")
    User.objects.create_user("ed", "ed@example.org", is_staff=True)
    store()

    tell_administrators()
    tell_administrators()

    assert told(inbox) == [ADA, BEA]
    assert inbox.mails[0]["Subject"] == "The hotline record was changed"
    assert inbox.mails[0]["Auto-Submitted"] == "auto-generated"


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("address", ["ada\n@example.org", "ada@", ADA])
def test_one_broken_address_keeps_no_other_from_hearing(inbox: Inbox, address: str) -> None:
    User.objects.filter(username="ada").update(email=address)
    inbox.recipient = {ADA: "550 no such mailbox", "ada@": "553 no such address"}
    store()

    tell_administrators()

    assert told(inbox) == [BEA]
    assert waiting() == 0


@pytest.mark.usefixtures("two")
def test_who_may_be_told_later_is_tried_again_and_nobody_hears_twice(inbox: Inbox) -> None:
    inbox.recipient[ADA] = "450 try later"
    store()
    tell_administrators()
    assert (told(inbox), waiting()) == ([BEA], 1)

    inbox.recipient.clear()
    tell_administrators()

    assert (told(inbox), waiting()) == ([BEA, ADA], 0)


@pytest.mark.usefixtures("two")
def test_what_nobody_took_is_not_told(inbox: Inbox) -> None:
    inbox.recipient = {ADA: "550 no such mailbox", BEA: "550 no such mailbox"}
    store()

    tell_administrators()

    assert waiting() == 1


@pytest.mark.usefixtures("two")
def test_mail_server_that_hangs_up_is_asked_again(inbox: Inbox) -> None:
    inbox.hang_up = True
    store()
    tell_administrators()
    assert (told(inbox), waiting()) == ([], 1)

    inbox.hang_up = False
    tell_administrators()

    assert (told(inbox), waiting()) == ([ADA, BEA], 0)


@pytest.mark.usefixtures("two")
def test_mail_server_that_is_away_is_asked_again(inbox: Inbox, settings: LazySettings) -> None:
    store()
    port = settings.EMAIL_PORT
    with socket.socket() as closed:  # bound but not listening: connections are refused
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = closed.getsockname()[1]
        tell_administrators()
    assert waiting() == 1

    settings.EMAIL_PORT = port
    tell_administrators()

    assert told(inbox) == [ADA, BEA]


@pytest.mark.usefixtures("two")
def test_worker_that_died_while_telling_is_followed_by_another(inbox: Inbox) -> None:
    store()
    assert Hotline.history.get().claim()  # and it dies

    tell_administrators()
    assert told(inbox) == []

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        tell_administrators()
    assert told(inbox) == [ADA, BEA]


def test_change_waits_until_an_administrator_has_an_address(client: Client, inbox: Inbox) -> None:
    ada = User.objects.create_superuser("ada")
    client.force_login(ada)
    hotline = store()
    history = f"/admin/hotline/hotline/{hotline.pk}/history/"
    tell_administrators()
    assert waiting() == 1
    assert "No administrator has an email address" in client.get(history).content.decode()

    ada.email = ADA
    ada.save()
    tell_administrators()

    assert told(inbox) == [ADA]
    assert "No administrator has an email address" not in client.get(history).content.decode()


@pytest.mark.usefixtures("two")
def test_deletion_is_told_with_what_stood_there(inbox: Inbox) -> None:
    hotline = store(phone="1-800-555-0100", phone_e164="+18005550100")
    tell_administrators()
    inbox.mails.clear()
    hotline.delete()

    tell_administrators()

    text = inbox.mails[0].get_payload(decode=True).decode()  # type: ignore[union-attr]  # of plain text it is bytes
    assert "phone, as dialled: +18005550100 → –" in text


@pytest.mark.usefixtures("two")
def test_record_older_than_its_history_gets_a_version_to_go_back_to_and_nobody_is_mailed(inbox: Inbox) -> None:
    Hotline.built_in().save_without_historical_record()  # type: ignore[attr-defined]  # comes from simple_history

    for _ in range(2):  # a second run finds nothing to do
        import_module("hotline.migrations.0004_first_versions").keep_first_versions(apps, None)
    tell_administrators()

    assert [version.phone for version in Hotline.history.all()] == ["1-888-373-7888"]
    assert told(inbox) == []


def test_worker_is_woken_once_the_change_is_stored(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    woken: list[str] = []
    before_task_publish.connect(lambda sender, **_: woken.append(sender), weak=False, dispatch_uid="test")
    client.force_login(User.objects.create_superuser("ada"))
    hotline = store()

    try:
        with django_capture_on_commit_callbacks(execute=True):
            save(client, hotline, **NEW, **TWICE)
            assert woken == []
    finally:
        before_task_publish.disconnect(dispatch_uid="test")

    assert woken == ["hotline.tasks.tell_administrators"]
