"""Graphics as staff write them, through the real admin pages."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from campaigns.models import Campaign, Graphic
from tests.campaigns.test_admin import NEW, problems, typed
from tests.campaigns.test_uploads import encoded

pytestmark = pytest.mark.django_db

WORDS = {
    "position": "0", "design": "night", "headline_en": "It begins with attention", "headline_es": "",
    "words_en": "", "words_es": "", "alt_en": "One star in a night sky.", "alt_es": "",
    "caption_en": "Good to know.", "caption_es": "",
}


def graphic(**given: Any) -> dict[str, Any]:
    """Return what the form of one graphic posts."""
    return {f"graphics-0-{name}": value for name, value in {**WORDS, **given}.items()}


def campaign_with(*graphics: dict[str, Any], initial: int = 0, **given: Any) -> dict[str, Any]:
    """Return what the form of a campaign with graphics posts."""
    both = {name: value for one in graphics for name, value in one.items()}
    counts = {"graphics-TOTAL_FORMS": str(len(graphics)), "graphics-INITIAL_FORMS": str(initial)}
    return typed(kind="share", subject_en="", statement_en="", cwc_id="", **counts, **both, **given)


def stored(client: Client, **given: Any) -> Graphic:
    """Store a campaign with one graphic."""
    response = client.post(NEW, campaign_with(graphic(**given)))
    assert response.status_code == 302, problems(response)
    return Graphic.objects.get()


def change(client: Client, row: Graphic, **given: Any) -> Any:
    """Save the campaign again with its graphic changed."""
    path = f"/admin/campaigns/campaign/{row.campaign_id}/change/"
    return client.post(
        path, campaign_with(graphic(id=str(row.pk), campaign=str(row.campaign_id), **given), initial=1)
    )


def file(content: bytes, name: str = "picture.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def test_staff_write_a_graphic_and_see_it(admin_client: Client) -> None:
    row = stored(admin_client, headline_es="Empieza con atención", alt_es="Una estrella.", caption_es="Es bueno.")

    page = admin_client.get(f"/admin/campaigns/campaign/{row.campaign_id}/change/").content.decode()

    assert page.count("data:image/svg+xml;base64,") == 2
    assert not row.upload_type


@pytest.mark.parametrize("missing", ["headline_en", "alt_en", "caption_en"])
def test_no_graphic_without_headline_description_and_caption(admin_client: Client, missing: str) -> None:
    response = admin_client.post(NEW, campaign_with(graphic(**{missing: "  "})))

    assert response.status_code == 200
    assert problems(response) != "[]"
    assert not Graphic.objects.exists()


@pytest.mark.parametrize("missing", ["alt_es", "caption_es"])
def test_a_spanish_headline_asks_for_the_rest_in_spanish(admin_client: Client, missing: str) -> None:
    given = {"headline_es": "Empieza", "alt_es": "Una estrella.", "caption_es": "Es bueno.", missing: ""}

    response = admin_client.post(NEW, campaign_with(graphic(**given)))

    assert "The headline has a Spanish form" in problems(response)
    assert not Graphic.objects.exists()


def test_letters_we_cannot_draw_are_named(admin_client: Client) -> None:
    response = admin_client.post(NEW, campaign_with(graphic(headline_en="Look 😀 here")))

    assert "😀" in problems(response)


def test_a_picture_of_staffs_own_takes_the_place_of_the_words_and_gives_it_back(
    admin_client: Client, client: Client
) -> None:
    row = stored(admin_client)

    changed = change(admin_client, row, own_picture=file(encoded("WEBP")))
    row.refresh_from_db()
    assert changed.status_code == 302, problems(changed)
    assert (row.upload_type, row.upload_width, row.upload_height) == ("jpeg", 600, 400)
    assert bytes(row.upload or b"")[:3] == b"\xff\xd8\xff"
    page = admin_client.get(f"/admin/campaigns/campaign/{row.campaign_id}/change/").content.decode()
    assert "data:image/jpeg;base64," in page
    kept = change(admin_client, row, caption_en="Other words.")
    row.refresh_from_db()
    assert kept.status_code == 302
    assert (row.upload_type, row.caption) == ("jpeg", "Other words.")
    change(admin_client, row, drop_picture="on")
    row.refresh_from_db()
    assert (row.upload, row.upload_type, row.upload_width) == (None, "", 0)


def test_a_file_that_is_refused_changes_nothing(admin_client: Client) -> None:
    row = stored(admin_client)

    for content in (b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"", bytes(50_000_000), encoded()[:500]):
        response = change(admin_client, row, own_picture=file(content), caption_en="Other words.")
        row.refresh_from_db()
        assert response.status_code == 200, len(content)
        assert problems(response) != "[]"
        assert (row.upload, row.caption) == (None, "Good to know.")


def test_what_was_uploaded_is_stored_nowhere_as_it_came(admin_client: Client) -> None:
    exif = Image.Exif()
    exif[0x010F] = "the phone of Ana Muster"
    row = stored(admin_client)

    change(admin_client, row, own_picture=file(encoded(exif=exif), "Ana Muster at home.jpg"))

    row.refresh_from_db()
    values = repr(list(Graphic.objects.values()) + list(Campaign.objects.values()))
    assert row.upload_type
    assert "Ana" not in values
    with Image.open(io.BytesIO(bytes(row.upload or b""))) as image:
        assert not image.getexif()
