"""Every change of the record is kept, told to all administrators, and goes back with one press."""

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from hotline.models import Hotline
from hotline.tasks import tell_administrators
from hotline.versions import described
from tests.hotline.test_record import store
from tests.hotline.test_ways import NEW, TWICE, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client) -> User:
    ada = User.objects.create_superuser("ada", "ada@example.org")
    User.objects.create_superuser("bea", "bea@example.org")
    User.objects.create_superuser("no-address")
    User.objects.create_user("ed", "ed@example.org", is_staff=True)
    client.force_login(ada)
    return ada


def test_all_administrators_are_mailed_what_changed_once(client: Client, ada: User) -> None:
    hotline = store()
    tell_administrators()
    mail.outbox.clear()
    save(client, hotline, **NEW, **TWICE)

    tell_administrators()
    tell_administrators()

    assert sorted(one.to[0] for one in mail.outbox) == ["ada@example.org", "bea@example.org"]
    text = mail.outbox[0].body
    assert "ada changed how visitors reach the hotline" in text
    assert "phone, as dialled: +18883737888 → +18005550100" in text
    assert f"/admin/hotline/hotline/{hotline.pk}/history/" in text


@pytest.mark.usefixtures("ada")
def test_change_of_words_is_kept_and_mailed_to_nobody(client: Client) -> None:
    hotline = store()
    tell_administrators()
    mail.outbox.clear()

    save(client, hotline, hours_en="always")
    tell_administrators()

    assert mail.outbox == []
    assert [change.field for change in described(Hotline.history.first()).changes] == ["hours_en"]


@pytest.mark.usefixtures("ada")
def test_mail_server_that_is_away_is_asked_again(client: Client, settings: object) -> None:
    store()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]  # nobody listens there
    tell_administrators()
    assert Hotline.history.filter(told_at=None).count() == 1

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    tell_administrators()

    assert len(mail.outbox) == 2
    assert not Hotline.history.filter(told_at=None).exists()


@pytest.mark.usefixtures("ada")
def test_earlier_version_goes_back_with_one_press_and_that_can_be_taken_back(client: Client) -> None:
    hotline = store()
    save(client, hotline, **NEW, **TWICE)
    newer, older = hotline.history.all()
    page = client.get(f"/admin/hotline/hotline/{hotline.pk}/history/").content.decode()
    assert "phone, as read: 1-888-373-7888 → 1-800-555-0100" in page
    way_back = f"/admin/hotline/hotline/{hotline.pk}/put-back/{older.history_id}/"
    assert f'action="{way_back}"' in page

    client.post(way_back)

    assert "1-888-373-7888" in client.get("/safety/").content.decode()
    client.post(f"/admin/hotline/hotline/{hotline.pk}/put-back/{newer.history_id}/")
    assert "1-800-555-0100" in client.get("/safety/").content.decode()
    assert hotline.history.count() == 4
    assert [version.history_user.username for version in hotline.history.all()[:3]] == ["ada"] * 3


@pytest.mark.usefixtures("ada")
def test_version_that_is_put_back_takes_the_place_of_what_is_shown(client: Client) -> None:
    old = store()
    version = old.history.get()
    old.is_active = False
    old.save()
    store(**NEW)

    client.post(f"/admin/hotline/hotline/{old.pk}/put-back/{version.history_id}/")

    assert Hotline.current() == old


def test_other_staff_read_the_versions_and_put_none_back(client: Client) -> None:
    hotline = store()
    client.force_login(User.objects.create_user("ed", is_staff=True))

    assert client.get(f"/admin/hotline/hotline/{hotline.pk}/history/").status_code == 403  # may not see the record
    answer = client.post(f"/admin/hotline/hotline/{hotline.pk}/put-back/{hotline.history.get().history_id}/")
    assert answer.status_code == 403
    assert client.get(f"/admin/hotline/hotline/{hotline.pk}/put-back/1/").status_code == 405
