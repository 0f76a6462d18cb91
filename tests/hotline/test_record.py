"""One record stands behind every place that says how to reach help."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from hotline.models import Hotline

pytestmark = pytest.mark.django_db


def store(**changed: object) -> Hotline:
    hotline = Hotline.built_in()
    for name, value in changed.items():
        setattr(hotline, name, value)
    hotline.save()
    return hotline


def test_without_a_record_the_built_in_numbers_stand(client: Client) -> None:
    page = client.get("/safety/").content.decode()

    assert "tel:+18883737888" in page
    assert "sms:233733?&amp;body=BeFree" in page
    assert "https://humantraffickinghotline.org/chat" in page


def test_record_feeds_header_bar_and_page(client: Client) -> None:
    store(phone="1-800-555-0100", phone_e164="+18005550100", text_to="55501", chat_url="https://chat.example.org/")

    page = client.get("/safety/").content.decode()

    # header line, help block, bar
    assert page.count('href="tel:+18005550100"') == 3
    assert page.count('href="sms:55501?&amp;body=BeFree"') == 3
    assert page.count('href="https://chat.example.org/"') == 3
    assert "888-373" not in page


def test_word_of_the_text_arrives_whole(client: Client) -> None:
    store(text_keyword="Be & Free")

    assert "sms:233733?&amp;body=Be%20%26%20Free" in client.get("/safety/").content.decode()


def test_staff_words_stand_in_each_language(client: Client) -> None:
    store(name_en="National Hotline", name_es="Línea Nacional")

    assert "National Hotline" in client.get("/safety/").content.decode()
    assert "Línea Nacional" in client.get("/es/safety/").content.decode()


def test_a_record_put_away_is_not_shown(client: Client) -> None:
    store(phone="1-800-555-0100", is_active=False)

    assert "555-0100" not in client.get("/safety/").content.decode()


def test_only_one_record_is_shown() -> None:
    store()

    with pytest.raises(IntegrityError):
        store()


def test_numbers_nobody_tried_lately_want_another_try() -> None:
    today = timezone.localdate()

    assert not Hotline.built_in().is_verified
    assert Hotline(verified_on=today - timedelta(days=90)).is_verified
    assert not Hotline(verified_on=today - timedelta(days=91)).is_verified


def test_mails_carry_it_as_text() -> None:
    words = Template("{% load hotline %}{% hotline_plain %}").render(Context())

    assert words.strip() == (
        "If you need help: National Human Trafficking Hotline, call 1-888-373-7888, text BeFree to 233733, "
        "or chat at https://humantraffickinghotline.org/chat. In danger now: 911."
    )


def test_staff_begin_with_what_the_pages_show_now(client: Client) -> None:
    client.force_login(User.objects.create_superuser("staff"))

    page = client.get("/admin/hotline/hotline/add/").content.decode()

    assert 'value="+18883737888"' in page
    assert 'value="National Human Trafficking Hotline"' in page
    assert 'value="Línea Nacional contra la Trata de Personas"' in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [("phone_e164", "1-888-373-7888"), ("phone_e164", "+1 888"), ("text_to", "+23"), ("chat_url", "http://x.org/"),
     ("chat_url", "javascript:alert(1)")],
)
def test_staff_cannot_store_a_link_that_does_not_dial(client: Client, field: str, typed: str) -> None:
    client.force_login(User.objects.create_superuser("staff"))
    record = {
        "name_en": "Hotline", "hours_en": "always", "languages_en": "many", "phone": "1-888-373-7888",
        "phone_e164": "+18883737888", "text_to": "233733", "text_keyword": "BeFree", "relay": "711",
        "emergency": "911", "chat_url": "https://humantraffickinghotline.org/chat", "is_active": "on",
    }

    refused = client.post("/admin/hotline/hotline/add/", record | {field: typed})
    assert refused.status_code == 200
    assert not Hotline.objects.exists()

    client.post("/admin/hotline/hotline/add/", record)
    assert Hotline.objects.exists()
