"""What frames every page: language, policy, and what templates never hold."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.test import Client

from polaris_site.csp import hash_source
from polaris_site.templatetags.frame import in_language
from tests.factories import create_organisation

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
CSS = settings.BASE_DIR / "static" / "css" / "site.css"


@pytest.mark.parametrize(
    ("here", "there", "language"),
    [
        ("/safety/", "/es/safety/", "es"),
        ("/es/safety/", "/safety/", "en"),
        ("/take-action/all/?kind=call", "/es/take-action/all/?kind=call", "es"),
        ("/es/", "/", "en"),
        ("/essays/", "/es/essays/", "es"),
        ("/es//elsewhere.example/", "/elsewhere.example/", "en"),
    ],
)
def test_switch_keeps_the_page(here: str, there: str, language: str) -> None:
    assert in_language(here, language) == there


@pytest.mark.django_db
def test_switch_is_in_the_other_language(client: Client) -> None:
    page = client.get("/safety/").content.decode()

    assert '<html lang="en">' in page
    assert '<a href="/es/safety/" lang="es" hreflang="es">Español</a>' in page


@pytest.mark.django_db
def test_only_our_own_files_and_the_script_of_the_exit_may_run(client: Client) -> None:
    response = client.get("/safety/")

    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    scripts = re.findall(r"<script>(.*?)</script>", response.content.decode(), re.DOTALL)
    assert len(scripts) == 1
    assert policy["script-src"].split() == ["'self'", hash_source(scripts[0])]
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert "geolocation=()" in response.headers["Permissions-Policy"]
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert not response.cookies


@pytest.mark.django_db
def test_the_script_comes_before_anything_that_loads(client: Client) -> None:
    page = client.get("/safety/").content.decode()

    assert page.index("<script>") < page.index("<link ")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("prefix", "says"), [("", "Information, and ways to help."), ("/es", "Información y maneras de ayudar.")]
)
def test_description_of_a_page_is_neutral_unless_the_page_says_more(
    client: Client, prefix: str, says: str
) -> None:
    for path in ("/safety/", "/safety/try/", "/newsletter/", "/take-action/receipt/"):
        page = client.get(prefix + path).content.decode()

        assert re.findall(r'<meta name="description" content="([^"]+)', page) == [says], path


@pytest.mark.django_db
def test_demonstration_says_so(client: Client, settings: LazySettings) -> None:
    settings.DEMONSTRATION = True
    assert "nothing reaches Congress" in client.get("/no-such-page/").content.decode()

    settings.DEMONSTRATION = False
    assert "nothing reaches Congress" not in client.get("/no-such-page/").content.decode()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_template_holds_no_inline_style_or_script_and_loads_nothing_from_elsewhere(template: Path) -> None:
    words = template.read_text(encoding="utf-8")

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", words)
    assert not re.search(r"<script(?![^>]*\ssrc=\"{%)", words)
    assert not re.search(r"""<(?:script|link|img|iframe)[^>]*(?:src|href)=["'](?:https?:)?//""", words)


def test_stylesheet_stays_light() -> None:
    assert CSS.stat().st_size <= 15_000  # bytes


def test_picture_files_hold_nothing_but_shapes() -> None:
    for picture in (settings.BASE_DIR / "static" / "img").glob("*.svg"):
        assert not re.search(r"<script|<style|href|<image", picture.read_text(encoding="utf-8")), picture.name


@pytest.mark.django_db
def test_an_error_page_says_whose_site_it_is_once_any_page_has(client: Client) -> None:
    create_organisation(name="An Organisation")
    client.get("/take-action/")

    brand = re.search(r'<a class="brand".*?</a>', client.get("/no-such-page/").content.decode(), re.DOTALL)

    assert brand
    assert "An Organisation" in brand[0]
