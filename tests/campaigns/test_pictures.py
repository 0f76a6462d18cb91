"""Pictures as the site serves them: the same for everyone, drawn once, and of public campaigns alone."""

import io
import re
from html import unescape
from threading import Barrier, Thread
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from campaigns.drawing import SIZES
from campaigns.models import Graphic, Status
from campaigns.pictures import Shelf, drawing_of, said_by
from tests.factories import create_campaign, create_graphic, create_organisation, create_share_campaign, take

pytestmark = pytest.mark.django_db


def graphic_path(graphic: Graphic, name: str, language: str = "") -> str:
    return f"{language}/take-action/{graphic.campaign.slug}/graphic/{graphic.pk}/{name}"


def only_graphic(**given: Any) -> Graphic:
    return create_share_campaign(slug="spread", **given).graphics.get()


@pytest.mark.parametrize("size", SIZES)
def test_a_graphic_comes_in_every_size_and_form(client: Client, size: str) -> None:
    graphic = only_graphic()

    png, svg = (client.get(graphic_path(graphic, f"{size}.{form}")) for form in ("png", "svg"))

    with Image.open(io.BytesIO(png.content)) as image:
        assert (image.format, image.size) == ("PNG", SIZES[size])
    assert (png["Content-Type"], svg["Content-Type"]) == ("image/png", "image/svg+xml")
    assert "It begins with attention" in svg.content.decode()
    assert "script" not in svg["Content-Security-Policy"]
    assert "unsafe" not in svg["Content-Security-Policy"]
    assert "default-src 'none'" in svg["Content-Security-Policy"]


def test_a_download_has_a_plain_name(client: Client) -> None:
    graphic = only_graphic()

    seen, kept = (client.get(graphic_path(graphic, "story.png") + asked) for asked in ("", "?download"))

    assert "Content-Disposition" not in seen
    assert kept["Content-Disposition"] == f'attachment; filename="spread-{graphic.pk}-story.png"'
    assert kept.content == seen.content


def test_a_picture_that_has_not_changed_is_not_drawn_and_not_sent_again(client: Client) -> None:
    graphic = only_graphic()
    path = graphic_path(graphic, "wide.png")
    tag = client.get(path)["ETag"]

    again = client.get(path, headers={"If-None-Match": tag})
    Graphic.objects.update(headline_en="Something else")
    changed = client.get(path, headers={"If-None-Match": tag})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert changed.status_code == 200
    assert changed["ETag"] != tag


@pytest.mark.parametrize("name", [
    "huge.png", "square.gif", "own.png", "wide.webp", "square.PNG", "square.jpg", "1080.png", "square.svg.png",
])
def test_only_known_sizes_are_drawn(client: Client, name: str) -> None:
    assert client.get(graphic_path(only_graphic(), name)).status_code == 404


def test_pictures_are_only_got(client: Client) -> None:
    assert client.post(graphic_path(only_graphic(), "wide.png")).status_code == 405


def test_what_is_not_published_has_no_pictures(client: Client) -> None:
    graphic = only_graphic(status=Status.DRAFT)
    other = create_share_campaign(slug="other")

    assert client.get(graphic_path(graphic, "wide.png")).status_code == 404
    assert client.get("/take-action/spread/picture.png").status_code == 404
    assert client.get(f"/take-action/other/graphic/{graphic.pk}/wide.png").status_code == 404
    assert client.get(f"/take-action/{other.slug}/picture.png").status_code == 200


def test_a_graphic_speaks_one_language_at_a_time(client: Client) -> None:
    graphic = only_graphic()
    half = create_graphic(graphic.campaign, alt_es="")

    with translation.override("es"):
        whole, english = said_by(graphic), said_by(half)

    assert (whole.language, whole.headline) == ("es", "Empieza con atención")
    assert (english.language, english.headline, english.alt) == ("en", half.headline, "One star in a night sky.")
    assert "Empieza con atención" in client.get(graphic_path(graphic, "wide.svg", "/es")).content.decode()
    assert "It begins with attention" in client.get(graphic_path(half, "wide.svg", "/es")).content.decode()


def test_an_upload_is_served_as_it_was_encoded_and_in_its_own_shape_alone(client: Client) -> None:
    graphic = only_graphic()
    file = io.BytesIO()
    Image.new("RGB", (400, 300)).save(file, "JPEG")
    Graphic.objects.update(upload=file.getvalue(), upload_type="jpeg", upload_width=400, upload_height=300)

    own = client.get(graphic_path(graphic, "own.jpg"))
    again = client.get(graphic_path(graphic, "own.jpg"), headers={"If-None-Match": own["ETag"]})

    assert (own.content, own["Content-Type"]) == (file.getvalue(), "image/jpeg")
    assert own["X-Content-Type-Options"] == "nosniff"
    assert again.status_code == 304
    for name in ("own.png", "own.svg", "square.png", "square.svg", "square.webp"):
        assert client.get(graphic_path(graphic, name)).status_code == 404


def test_the_picture_of_a_link_names_campaign_and_organisation(client: Client) -> None:
    create_organisation(name="North Star")
    create_campaign(slug="a-fair-law", title_en="A fair law", title_es="Una ley justa")

    english, spanish = (client.get(f"{prefix}/take-action/a-fair-law/picture.png") for prefix in ("", "/es"))
    site = client.get("/take-action/picture.png")

    for answer in (english, spanish, site):
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.size == (1200, 630)
    assert len({english.content, spanish.content, site.content}) == 3


def tags(client: Client, path: str, **headers: str) -> dict[str, str]:
    """Return what the page's tags for shared links say."""
    content = client.get(path, **headers).content.decode()  # type: ignore[arg-type]  # headers of the test client
    pairs = re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', content)
    assert len(pairs) == len(dict(pairs))
    return {name: unescape(value) for name, value in pairs}


@pytest.mark.parametrize("path", ["/take-action/", "/take-action/all/", "/take-action/a-fair-law/"])
@pytest.mark.parametrize("prefix", ["", "/es"])
def test_a_shared_link_shows_what_it_leads_to(client: Client, settings: LazySettings, path: str, prefix: str) -> None:
    settings.SITE_URL = "https://act.example.org"
    create_campaign(slug="a-fair-law", title='A "fair" <law>', title_es="Una ley justa")

    found = tags(client, prefix + path + "?code=somewhere", headers={"Host": "localhost"})  # type: ignore[arg-type]  # headers of the test client

    assert found["og:url"] == f"https://act.example.org{prefix}{path}"
    assert found["og:image"].startswith(f"https://act.example.org{prefix}/take-action/")
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["og:image:alt"]
    assert found["og:description"]
    assert (found["og:type"], found["twitter:card"]) == ("website", "summary_large_image")
    assert (found["og:locale"], found["og:locale:alternate"]) == (("es_US", "en_US") if prefix else ("en_US", "es_US"))
    picture = found["og:image"].removeprefix("https://act.example.org")
    assert client.get(picture)["Content-Type"] == "image/png"
    if "fair" in path:
        assert found["og:title"] == ("Una ley justa" if prefix else 'A "fair" <law>')


@pytest.mark.parametrize("status", [Status.WON, Status.PAUSED, Status.ARCHIVED])
def test_a_campaign_that_is_over_has_its_tags_too(client: Client, status: Status) -> None:
    create_campaign(slug="a-fair-law", status=status, closed_at=timezone.now())

    assert tags(client, "/take-action/a-fair-law/")["og:title"] == "A fair law"


def test_pages_about_help_or_a_person_say_nothing_where_they_are_shared(client: Client) -> None:
    action = take(create_campaign(slug="a-fair-law"), doubt="check")
    create_share_campaign(slug="spread")
    shared = client.post("/take-action/spread/", {"act": "shared"})["Location"]

    for path in (
        "/safety/", "/safety/practice/", "/take-action/how-we-count/", "/take-action/receipt/", "/newsletter/",
        action.get_absolute_url(), f"/take-action/confirm/{action.confirm_token}/", shared, "/nothing-here/",
        "/take-action/nothing-here/",
    ):
        assert tags(client, path) == {}, path
    typed = client.post("/take-action/a-fair-law/", {"zip": "1"}).content.decode()
    assert "og:" not in typed


def test_a_shelf_has_an_end_and_lets_go_of_what_nobody_asks_for() -> None:
    shelf, drawn = Shelf(room=100), []

    def get(key: str) -> bytes:
        return shelf.get(key, lambda: (drawn.append(key), b"x" * 40)[1])  # type: ignore[func-returns-value]  # appends, then gives bytes

    for key in ("a", "b", "a", "c", "a", "b"):
        get(key)

    assert drawn == ["a", "b", "c", "b"]
    assert shelf.taken <= 100


def test_many_who_ask_at_once_have_it_drawn_once() -> None:
    shelf, drawn, together = Shelf(room=1000), [], Barrier(8)

    def ask() -> None:
        together.wait()
        shelf.get("one", lambda: (drawn.append(1), b"x")[1])  # type: ignore[func-returns-value]  # appends, then gives bytes

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert drawn == [1]


def test_the_organisation_and_the_address_stand_on_every_graphic(settings: LazySettings) -> None:
    settings.SITE_URL = "https://act.example.org"
    create_organisation(name="North Star")

    drawing = drawing_of(only_graphic(), "square", "svg").file().decode()

    assert ">North Star</text>" in drawing
    assert ">act.example.org</text>" in drawing
