"""Every change of the record is kept, told to all administrators, and goes back with one press."""

import re

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


@pytest.mark.parametrize(("is_active", "said"), [(True, "is shown again"), (False, "nor do they now")])
def test_who_puts_a_version_back_is_told_whether_visitors_see_it(
    client: Client, ada: User, is_active: bool, said: str
) -> None:
    hotline = store(is_active=is_active)

    answer = client.post(
        f"/admin/hotline/hotline/{hotline.pk}/put-back/{hotline.history.get().history_id}/", follow=True
    )

    assert said in answer.content.decode()


def test_page_of_the_record_says_who_changed_it_last_and_what(client: Client, ada: User) -> None:
    hotline = store()
    save(client, hotline, **NEW, **TWICE)
    save(client, hotline, **NEW, hours_en="always")

    page = client.get(f"/admin/hotline/hotline/{hotline.pk}/change/").content.decode()

    assert "hours [en]: day and night, every day → always" in page
    assert f"/admin/hotline/hotline/{hotline.pk}/history/" in page


def test_deleted_record_is_put_back_from_the_address_of_its_mail(client: Client, ada: User) -> None:
    hotline = store(**NEW, name_es="Línea Nuestra")
    number = hotline.pk
    hotline.delete()
    history = f"/admin/hotline/hotline/{number}/history/"
    way_back = re.search(r'action="(/admin/hotline/hotline/\d+/put-back/\d+/)"', client.get(history).content.decode())
    assert way_back

    client.post(way_back[1])

    page = client.get("/es/safety/").content.decode()
    assert "1-800-555-0100" in page
    assert "Línea Nuestra" in page


@pytest.mark.parametrize("address", ["9999", "no-number"])
def test_record_that_never_was_has_no_versions(client: Client, ada: User, address: str) -> None:
    assert client.get(f"/admin/hotline/hotline/{address}/history/").status_code == 404
