"""Staff change what leads visitors somewhere only as administrators, typed twice, and tried."""

import re
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Permission, User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from hotline.models import Hotline, OtherHelp
from tests.hotline.test_record import store

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada", "ada@example.org"))
    return client


@pytest.fixture
def editor(client: Client) -> Client:
    """Staff who may change the record, and are no administrators."""
    staff = User.objects.create_user("ed", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="hotline"))
    client.force_login(staff)
    return client


def typed(hotline: Hotline, **changed: str) -> dict[str, str]:
    """What the form of a record posts when only this was changed in it."""
    names = [field.name for field in Hotline._meta.fields if field.name not in ("id", "is_active")]
    data = {name: str(getattr(hotline, name) or "") for name in names}
    return data | {"is_active": "on" if hotline.is_active else ""} | changed


def save(client: Client, hotline: Hotline, **changed: str) -> Any:
    return client.post(f"/admin/hotline/hotline/{hotline.pk}/change/", typed(hotline, **changed))


NEW = {"phone": "1-800-555-0100", "phone_e164": "+18005550100"}
TWICE = {
    "phone_again": "1-800-555-0100", "phone_tried": "tel:+18005550100",
    "phone_e164_again": "+18005550100", "phone_e164_tried": "tel:+18005550100",
}


def test_first_press_shows_the_new_link_and_saves_nothing(administrator: Client) -> None:
    hotline = store()

    answer = save(administrator, hotline, **NEW)

    page = answer.content.decode()
    assert '<a href="tel:+18005550100" rel="noreferrer noopener"' in page
    assert "Type it a second time." in page
    assert "Try the link, then tick the box." in page
    assert 'name="chat_url_again"' not in page  # only what changed
    hotline.refresh_from_db()
    assert hotline.phone == "1-888-373-7888"


def test_second_press_saves_what_was_typed_twice_and_tried(administrator: Client) -> None:
    hotline = store(verified_on=timezone.localdate(), verified_by="Ada")

    assert save(administrator, hotline, **NEW, **TWICE).status_code == 302

    hotline.refresh_from_db()
    assert hotline.phone == "1-800-555-0100"
    assert hotline.verified_on is None  # nobody has called the new one and written it down


def test_day_of_the_try_written_with_the_change_is_kept(administrator: Client) -> None:
    hotline = store()
    today = timezone.localdate()

    save(administrator, hotline, **NEW, **TWICE, verified_on=today.isoformat(), verified_by="Ada")

    hotline.refresh_from_db()
    assert hotline.verified_on == today


@pytest.mark.parametrize(
    "missing", [{"phone_again": "1-800-555-0101"}, {"phone_e164_tried": ""}, {"phone_again": ""}]
)
def test_two_that_differ_or_a_link_nobody_tried_are_not_saved(administrator: Client, missing: dict[str, str]) -> None:
    hotline = store()

    assert save(administrator, hotline, **NEW, **TWICE | missing).status_code == 200

    hotline.refresh_from_db()
    assert hotline.phone == "1-888-373-7888"


def test_tick_counts_for_the_link_it_was_set_beside(administrator: Client) -> None:
    hotline = store()
    other = {"phone": "1-800-555-0199", "phone_e164": "+18005550199"}
    again = {"phone_again": "1-800-555-0199", "phone_e164_again": "+18005550199"}

    page = save(administrator, hotline, **TWICE | other | again).content.decode()

    assert page.count("Try the link, then tick the box.") == 2
    assert page.count('value="tel:+18005550199"') == 2
    assert not re.search(r"<input[^>]*_tried[^>]* checked", page)
    hotline.refresh_from_db()
    assert hotline.phone == "1-888-373-7888"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://chat.example.org/"])
def test_link_that_cannot_be_right_is_not_offered_to_try(administrator: Client, address: str) -> None:
    page = save(administrator, store(), chat_url=address).content.decode()

    assert f'href="{address}" rel="noreferrer noopener"' not in page
    assert 'name="chat_url_again"' in page


def test_number_that_changes_while_it_is_not_shown_has_not_been_tried_either(administrator: Client) -> None:
    hotline = store(is_active=False, verified_on=timezone.localdate(), verified_by="Ada")

    save(administrator, hotline, **NEW)

    hotline.refresh_from_db()
    assert hotline.phone == "1-800-555-0100"
    assert (hotline.verified_on, hotline.verified_by) == (None, "")


def test_words_alone_are_saved_at_once(administrator: Client) -> None:
    hotline = store()

    assert save(administrator, hotline, hours_en="always").status_code == 302

    hotline.refresh_from_db()
    assert hotline.hours == "always"


def test_record_that_is_shown_again_is_tried_like_a_new_one(administrator: Client) -> None:
    hotline = store(**NEW, is_active=False)

    answer = save(administrator, hotline, is_active="on")

    assert "tel:+18005550100" in answer.content.decode()
    hotline.refresh_from_db()
    assert not hotline.is_active


def test_another_website_to_leave_to_is_tried_too(administrator: Client) -> None:
    hotline = store()
    news = {"cover_url": "https://news.example.net/"}

    assert 'href="https://news.example.net/"' in save(administrator, hotline, **news).content.decode()
    save(administrator, hotline, **news, cover_url_again="https://news.example.net/",
         cover_url_tried="https://news.example.net/")

    assert 'href="https://news.example.net/" rel="noreferrer nofollow" data-exit' in (
        administrator.get("/safety/").content.decode()
    )


def test_website_of_the_record_is_taken_away_once_that_of_the_settings_was_tried(
    administrator: Client, settings: LazySettings
) -> None:
    hotline = store(cover_url="https://news.example.net/")

    assert f'href="{settings.COVER_URL}"' in save(administrator, hotline, cover_url="").content.decode()
    save(administrator, hotline, cover_url="", cover_url_tried=settings.COVER_URL)

    hotline.refresh_from_db()
    assert hotline.cover_url == ""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phone": "1-888-373-7889"}, "This is not the number that is dialled."),
        ({"phone": "373-7888"}, "This is not the number that is dialled."),  # dials somebody else in each town
        ({"phone": "1-888-373-RUTH"}, "Not every phone has letters."),
        ({"phone": "1-888-373-7888 or Joe"}, "Not every phone has letters."),
        ({"cover_url": "https://act.example.org/"}, "This is an address of this site."),
        ({"cover_url": "http://news.example.net/"}, "Use an address that begins with https://."),
        ({"verified_on": "2999-01-01", "verified_by": "Ada"}, "This day has not come yet."),
        ({"verified_on": "2026-01-01"}, "Say both: the day, and who tried it."),
    ],
)
def test_what_cannot_be_right_is_refused_in_words(
    administrator: Client, settings: LazySettings, wrong: dict[str, str], said: str
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "act.example.org"]
    hotline = store()

    assert said in save(administrator, hotline, **wrong).content.decode()

    hotline.refresh_from_db()
    assert (hotline.phone, hotline.cover_url, hotline.verified_on) == ("1-888-373-7888", "", None)


@pytest.mark.parametrize("read", ["1-888-373-7888", "+1 (888) 373 7888", "(888) 373-7888", "888.373.7888"])
def test_number_may_be_read_with_or_without_its_country(administrator: Client, read: str) -> None:
    hotline = store()

    save(administrator, hotline, phone=read, phone_again=read, phone_tried="tel:+18883737888")

    hotline.refresh_from_db()
    assert hotline.phone == read


@pytest.mark.parametrize("wrong", [{"phone": "1-800-555-0199"}, {"cover_url": "https://testserver/"}])
def test_words_can_be_changed_beside_a_way_that_has_become_wrong(editor: Client, wrong: dict[str, str]) -> None:
    hotline = store(**wrong)

    save(editor, hotline, hours_en="always")

    hotline.refresh_from_db()
    assert hotline.hours == "always"


@pytest.mark.parametrize("wrong", [{"phone": "7233"}, {"phone": ""}, {"phone_e164": ""}, {"phone": "1-800-799-SAFE"}])
def test_other_help_dials_what_it_says(administrator: Client, wrong: dict[str, str]) -> None:
    right = {"name_en": "Helpers", "for_whom_en": "All", "phone": "1-800-799-7233", "phone_e164": "+18007997233",
             "position": "1"}

    administrator.post("/admin/hotline/otherhelp/add/", right | wrong)
    assert not OtherHelp.objects.exists()

    administrator.post("/admin/hotline/otherhelp/add/", right)
    administrator.post("/admin/hotline/otherhelp/add/", right | {"phone": "988", "phone_e164": "988"})
    assert OtherHelp.objects.count() == 2


def test_other_staff_change_words_and_the_day_and_nothing_that_leads_away(editor: Client) -> None:
    hotline = store()

    save(editor, hotline, **NEW, **TWICE, hours_en="always", chat_url="https://elsewhere.example/",
         is_active="", verified_on=timezone.localdate().isoformat(), verified_by="Ed")

    hotline.refresh_from_db()
    assert (hotline.hours, hotline.verified_by) == ("always", "Ed")
    assert hotline.phone == "1-888-373-7888"
    assert hotline.chat_url == "https://humantraffickinghotline.org/chat"
    assert hotline.is_active


@pytest.mark.django_db(transaction=True)
def test_words_saved_at_the_same_moment_bring_no_old_number_back(editor: Client) -> None:
    hotline = store()

    def save_words() -> None:
        save(editor, hotline, hours_en="always")
        connection.close()

    saving = Thread(target=save_words)
    with transaction.atomic():  # an administrator is about to save another number
        Hotline.objects.filter(pk=hotline.pk).update(**NEW)
        saving.start()
        saving.join(timeout=0.5)
    saving.join()

    hotline.refresh_from_db()
    assert (hotline.hours, hotline.phone) == ("always", "1-800-555-0100")


def test_other_staff_neither_add_nor_delete_nor_touch_other_help(editor: Client) -> None:
    hotline = store()
    other = OtherHelp.objects.create(name="Helpers", for_whom="All", website="https://helpers.example/")

    for address in (
        "hotline/add/", f"hotline/{hotline.pk}/delete/", "otherhelp/add/", f"otherhelp/{other.pk}/delete/",
    ):
        assert editor.get(f"/admin/hotline/{address}").status_code == 403
    editor.post(f"/admin/hotline/otherhelp/{other.pk}/change/", {"name_en": "Others", "for_whom_en": "None"})
    other.refresh_from_db()
    assert other.name == "Helpers"


def test_staff_see_red_on_every_page_until_somebody_has_tried(administrator: Client) -> None:
    assert "Nobody has tried the hotline’s number" in administrator.get("/admin/").content.decode()

    hotline = store(verified_on=timezone.localdate() - timedelta(days=91), verified_by="Ada")
    assert "was last tried on" in administrator.get("/admin/hotline/").content.decode()
    assert hotline.phone in administrator.get("/safety/").content.decode()  # shown all the same

    Hotline.objects.update(verified_on=timezone.localdate())
    assert "messagelist" not in administrator.get("/admin/").content.decode()


def test_staff_are_led_to_where_they_may_write_the_day_down(editor: Client) -> None:
    assert "Ask an administrator to do it." in editor.get("/admin/").content.decode()  # only they add a record

    link = f'<a href="/admin/hotline/hotline/{store().pk}/change/">Hotline</a>'
    assert link in editor.get("/admin/").content.decode()

    User.objects.get().user_permissions.clear()
    page = editor.get("/admin/").content.decode()
    assert "Ask an administrator to do it." in page
    assert ">Hotline</a>" not in page


def test_nobody_is_told_so_before_signing_in(client: Client) -> None:
    assert "tried" not in client.get("/admin/login/").content.decode()


def test_other_help_is_what_staff_wrote(administrator: Client) -> None:
    assert "1-800-799-7233" in administrator.get("/safety/").content.decode()

    OtherHelp.objects.create(
        name_en="Helpers", name_es="Ayudantes", for_whom_en="For all", for_whom_es="Para todos", phone="1-800-555-0123",
        phone_e164="+18005550123",
    )

    page = administrator.get("/es/safety/").content.decode()
    assert "Ayudantes" in page
    assert 'href="tel:+18005550123"' in page
    assert "799-7233" not in page
