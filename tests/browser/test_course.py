"""A course as people take it: without scripts, in Spanish with them, with the keyboard alone; and on paper."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from actions.models import Action, Certificate, read_counters
from campaigns import demo
from campaigns.models import Lesson
from tests.actions.learning import right, wrong
from tests.browser.test_journey import entries
from tests.browser.test_keyboard import reach

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COURSE = "/take-action/human-trafficking-training/"
LONG_NAME = ("Maximiliana Wilhelmina " * 4)[:80]


def start(page: Page, address: str) -> str:
    """Begin the course of the demonstration; return the address of the learner's page."""
    demo.load()
    page.goto(address)
    page.locator("main form button").click()
    page.wait_for_url("**/course/*/")
    return page.url


def choose(page: Page, key: int) -> None:
    page.locator(f"#answer-{key}").check()
    page.locator("main form button").click()


def learn(page: Page, lessons: list[Lesson]) -> None:
    """Answer each question right, one lesson after the other."""
    for lesson in lessons:
        expect(page.locator("h1")).to_have_text(lesson.title)
        choose(page, right(lesson).pk)
        page.wait_for_url(f"**right={right(lesson).pk}")


def test_without_scripts_from_the_card_to_a_checked_certificate(scriptless: Page, live_server: LiveServer) -> None:
    page = scriptless
    demo.load()
    page.goto(f"{live_server.url}/take-action/")
    page.get_by_role("link", name="Human Trafficking 101", exact=True).click()
    page.get_by_role("button", name="Start the course").click()
    page.get_by_role("link", name="Begin").click()
    lessons = list(Lesson.objects.all())

    choose(page, wrong(lessons[0]).pk)
    expect(page.get_by_role("alert")).to_contain_text(wrong(lessons[0]).why)
    page.locator("main form button").click()
    expect(page.get_by_role("link", name="Choose an answer.")).to_be_visible()
    learn(page, lessons)
    page.get_by_label("Name on the certificate").fill("Ana Muster")
    page.get_by_role("button", name="Finish the course").click()
    page.wait_for_url("**/receipt/*/")
    page.reload()
    assert read_counters()["actions"] == 1
    page.go_back(wait_until="commit")
    page.goto(page.url)
    assert read_counters()["actions"] == 1

    action = Action.objects.select_related("enrolment").get()
    page.goto(live_server.url + action.enrolment.get_absolute_url())
    page.get_by_role("link", name="See and print your certificate").click()
    code = page.locator(".certificate__code").inner_text()
    expect(page.get_by_role("button", name="Print it")).to_be_hidden()
    page.goto(f"{live_server.url}{COURSE}")
    page.get_by_role("link", name="Check a certificate").click()
    page.get_by_label("Code of the certificate").fill(code.lower())
    page.get_by_role("button", name="Check the certificate").click()
    expect(page.locator("dd").first).to_have_text("Ana Muster")
    assert Certificate.objects.count() == read_counters()["actions"] == 1
    assert page.context.cookies() == []


def test_in_spanish_with_scripts_no_post_and_no_try_becomes_a_history_entry(
    page: Page, live_server: LiveServer
) -> None:
    mine = start(page, f"{live_server.url}/es{COURSE}")
    page.locator(".next a.button").click()
    expect(page.locator("h1")).to_have_text("Qué es la trata de personas")
    first = Lesson.objects.all()[0]
    before = len(entries(page))

    for _ in range(2):
        choose(page, wrong(first).pk)
        alert = page.locator("main [role=alert]:not([hidden])")
        expect(alert).to_contain_text(str(wrong(first).why_es))  # type: ignore[attr-defined]  # a column of the translation
        expect(alert).to_be_focused()
    assert len(entries(page)) == before
    choose(page, right(first).pk)
    expect(page.locator("h1")).to_have_text("Cómo ocurre")
    expect(page.locator("main [role=status] .notice")).to_contain_text(str(right(first).why_es))  # type: ignore[attr-defined]  # a column of the translation
    assert len(entries(page)) == before

    page.go_back(wait_until="commit")

    expect(page.locator("h1")).to_have_text("Trata de personas: curso básico")
    assert page.url == mine
    expect(page.locator("main .chip.accepted")).to_have_count(1)


def test_a_page_shown_again_says_what_is_done_by_now(page: Page, live_server: LiveServer) -> None:
    start(page, f"{live_server.url}{COURSE}")
    page.evaluate("window.kept = true")
    page.locator(".next a.button").click()
    choose(page, right(Lesson.objects.all()[0]).pk)
    expect(page.locator("h1")).to_have_text("How it happens")

    page.go_back(wait_until="commit")

    expect(page.get_by_text("1 of 6 lessons done")).to_be_visible()
    assert page.evaluate("window.kept")  # the browser had kept it
    expect(page.get_by_role("button", name="Copy my link")).to_be_visible()


def test_a_dead_connection_keeps_the_answer_and_says_so(page: Page, live_server: LiveServer) -> None:
    start(page, f"{live_server.url}{COURSE}")
    page.locator(".next a.button").click()
    first = Lesson.objects.all()[0]
    page.context.set_offline(True)

    choose(page, right(first).pk)
    expect(page.get_by_text("We could not reach the site just now.")).to_be_visible()
    page.context.set_offline(False)
    page.locator("main form button").click()

    expect(page.locator("h1")).to_have_text("How it happens")


def test_with_the_keyboard_alone(page: Page, live_server: LiveServer) -> None:
    demo.load()
    page.goto(f"{live_server.url}{COURSE}")
    reach(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/course/*/")
    reach(page, ".next a.button")
    page.keyboard.press("Enter")
    lessons = list(Lesson.objects.all())
    for lesson in lessons:
        expect(page.locator("h1")).to_have_text(lesson.title)
        if lesson.content_note:
            reach(page, ".notice a[href='#question']")
            page.keyboard.press("Enter")
        reach(page, "[type=radio]")
        page.keyboard.press("Space")
        for _ in range([answer.is_right for answer in lesson.answers.all()].index(True)):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**right={right(lesson).pk}")
    reach(page, "#id_name")
    page.keyboard.type("Ana Muster")
    page.keyboard.press("Enter")

    page.wait_for_url("**/receipt/*/")
    assert Certificate.objects.get().name == "Ana Muster"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_certificate_is_printed_alone_on_one_sheet(
    page: Page, live_server: LiveServer, language: str, paper: str
) -> None:
    prefix = "" if language == "en" else "/es"
    start(page, f"{live_server.url}{prefix}{COURSE}")
    page.locator(".next a.button").click()
    for lesson in Lesson.objects.all():
        choose(page, right(lesson).pk)
        page.wait_for_url(f"**right={right(lesson).pk}")
    page.locator("#id_name").fill(LONG_NAME)
    page.locator("#finish").click()
    page.wait_for_url("**/receipt/*/")
    with_link = Action.objects.get().enrolment
    page.goto(f"{live_server.url}{prefix}{with_link.certificate_url}")

    printed = page.pdf(format=paper)

    assert re.findall(rb"/Count (\d+)", printed) == [b"1"]
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    for hidden in ("header", "footer", ".bar", ".hero", ".beside"):
        assert not any(one.is_visible() for one in page.locator(hidden).all()), hidden
    expect(page.locator(".certificate__name")).to_be_visible()
    page.emulate_media(media="screen")
    page.evaluate("window.print = () => { window.asked = true }")
    page.locator("[data-print]").click()
    assert page.evaluate("window.asked")
