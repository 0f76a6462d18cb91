"""The mail of a demonstration: files on this machine, shown to nobody else."""

import stat
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from newsletter.models import OutgoingMail, Subscriber
from newsletter.tasks import send_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    """Where mails lie."""
    settings.EMAIL_BACKEND = "newsletter.mail_files.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def test_each_mail_is_one_file_for_its_owner_alone(folder: Path) -> None:
    for number in range(3):
        OutgoingMail.objects.put(kind="receipt", to=f"p{number}@example.org", subject="Hello", text="Words")

    send_mail()

    files = list(folder.iterdir())
    assert sorted(file.suffix for file in files) == [".eml"] * 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_mail_sent_again_replaces_itself(folder: Path) -> None:
    mail = OutgoingMail.objects.put(kind="receipt", to="ana@example.org", subject="Hello", text="Words")
    assert mail
    send_mail()
    OutgoingMail.objects.update(state="queued", lease_id="", lease_ends=None)

    send_mail()

    assert [file.name for file in folder.iterdir()] == [f"{mail.message_id}.eml"]


def test_the_list_leads_to_a_mail_whose_links_can_be_pressed(client: Client) -> None:
    Subscriber.objects.ask("ana@example.org", page="newsletter", language="es")
    send_mail()
    mail = OutgoingMail.objects.get()

    listed = client.get("/dev/mail/").content.decode()
    shown = client.get(f"/dev/mail/{mail.message_id}.eml").content.decode()

    assert f"/dev/mail/{mail.message_id}.eml" in listed
    assert '/es/newsletter/confirm/' in shown
    assert 'href="http://' in shown


def test_markup_in_a_mail_stays_text(client: Client) -> None:
    OutgoingMail.objects.put(kind="receipt", to="ana@example.org", subject="<b>Hi</b>", text="<script>x()</script>")
    send_mail()

    shown = client.get(f"/dev/mail/{OutgoingMail.objects.get().message_id}.eml").content.decode()

    assert "<script>x()" not in shown
    assert "<b>Hi" not in shown


@pytest.mark.parametrize("name", ["x.eml", "..", ".x.eml", "%2e%2e%2fsite.eml", "secrets.env"])
def test_no_other_file_is_shown(client: Client, folder: Path, name: str) -> None:
    folder.mkdir()
    (folder.parent / "site.eml").write_text("not a mail of ours")
    (folder / "secrets.env").write_text("KEY=1")

    assert client.get(f"/dev/mail/{name}").status_code == 404


@pytest.mark.parametrize("headers", [
    {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": ""}, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
])
def test_nobody_from_elsewhere_sees_mail(client: Client, headers: dict[str, str]) -> None:
    assert client.get("/dev/mail/", **headers).status_code == 404  # type: ignore[arg-type]


def test_a_live_site_has_no_such_page(client: Client, settings: LazySettings) -> None:
    settings.DEMONSTRATION = False

    assert client.get("/dev/mail/").status_code == 404
