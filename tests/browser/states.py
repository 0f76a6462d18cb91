"""Every page of the site in every state a person can meet it in, one after the other in one browser page.

    for name in every_state(visit):
        ...  # `visit.page` is there now
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Page, Route, expect

from actions.congress.models import Dataset
from actions.models import Action, Gateway, Message
from actions.states import State
from campaigns import demo
from campaigns.models import Campaign, CampaignText, Organisation, Status
from newsletter.models import OutgoingMail, Subscriber
from newsletter.tasks import send_mail
from polaris_site import error_pages
from tests.browser.audience_states import audience, targets
from tests.browser.course_states import a_course
from tests.browser.kind_states import calls, pledges
from tests.browser.life import life
from tests.browser.share_states import sharing
from tests.browser.test_every_page import pages
from tests.browser.test_receipt_states import STATES, put
from tests.factories import create_campaign, create_congress, ensure_seats, person, take

LONG_WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis"  # the longest in dictionaries: it fits no phone in one line
WORDS = "My town needs this law."
# What somebody would open is open: nothing that can be read or pressed is left out.
OPEN = "document.querySelectorAll('details').forEach(details => details.open = true)"


@dataclass
class Visit:
    """Somebody looks at all of the site, in one language."""

    page: Page
    server: str  # the live server's address
    settings: LazySettings
    folder: Path  # where mails lie
    language: str = "en"

    def open(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.server + path)

    def open_route(self, route: str, *arguments: str) -> None:
        """Open a page the router knows by this name."""
        with translation.override(self.language):
            self.open(reverse(route, args=arguments))

    def press(self, css: str) -> None:
        """Press a button."""
        self.page.locator(css).first.click()

    def sees(self, css: str) -> None:
        """Wait until something is in the page."""
        expect(self.page.locator(css).first).to_be_attached()

    def show(self, response: HttpResponse) -> None:
        """Show an answer that a server gives only when something is wrong, at an address of ours."""
        body = response.content.decode()

        def answer(route: Route) -> None:
            route.fulfill(status=response.status_code, content_type="text/html", body=body)

        self.page.route("**/trouble/", answer, times=1)
        self.open("/trouble/")


def prepare(visit: Visit) -> Action:
    """Store what the site is seen with; return the action whose receipt and link the router's pages show."""
    ensure_seats()
    create_congress()
    demo.load()
    visit.settings.EMAIL_BACKEND = "newsletter.mail_files.EmailBackend"
    visit.settings.EMAIL_FILE_PATH = str(visit.folder)
    return take(create_campaign(slug="a-fair-law", position=9), doubt="check", language=visit.language)


def stand_still(route: Route) -> None:
    """Keep a receipt from bringing itself up to date while somebody looks at it."""
    request = route.request
    if request.method == "GET" and request.resource_type == "fetch":
        route.abort()
    else:
        route.continue_()


def every_state(visit: Visit) -> Iterator[str]:
    """Bring the page to each state in turn and return its name."""
    action = prepare(visit)
    visit.page.route("**/receipt/*/", stand_still)
    parts = [
        router_pages(visit, action), campaign_pages(visit), letter(visit), letter_changes(visit), elsewhere(visit),
        receipts(visit), own_receipt(visit), sharing(visit), pledges(visit), calls(visit), a_course(visit), news(visit),
        life(visit), errors(visit), long_words(visit), audience(visit, find, fill_in), targets(visit, find, fill_in),
        nothing_open(visit),
    ]
    for part in parts:
        for name in part:
            visit.page.wait_for_load_state()  # an element can be there before the styles that hide it are
            visit.page.evaluate(OPEN)
            yield f"{visit.language}: {name}"


def router_pages(visit: Visit, action: Action) -> Iterator[str]:
    """Every page the router knows in this language."""
    for route, path in pages(action, visit.language):
        is_ours = path.startswith("/es/") == (visit.language == "es")  # a page for developers has one language
        if is_ours and route != "home":  # which leads to Take Action
            visit.open(path)
            yield route


def campaign_pages(visit: Visit) -> Iterator[str]:
    """Campaigns as staff write them, and what becomes of them."""
    for slug in Campaign.objects.filter(is_demo=True).values_list("slug", flat=True):
        visit.open_route("actions:campaign", slug)
        yield f"campaign {slug}"
    for status in (Status.PAUSED, Status.WON, Status.LOST):
        following = Campaign.objects.filter(status=Status.OPEN).first()
        create_campaign(
            slug=f"is-{status}", status=status, position=8, outcome="The bill became law.", next_step=following,
            closed_at=timezone.now(), body="# Why\n\nBecause.\n\n- One\n- Two",
        )
        visit.open_route("actions:campaign", f"is-{status}")
        yield f"campaign {status}"
    visit.open_route("campaigns:take_action")
    yield "take action with ended campaigns"


def find(visit: Visit, zip_code: str, slug: str = "a-fair-law") -> None:
    """Take the first step of the letter."""
    visit.open_route("actions:campaign", slug)
    visit.page.fill("#id_zip", zip_code)
    visit.press("#go")


def fill_in(visit: Visit, **typed: str) -> None:
    """Fill in the second step."""
    visit.sees("#id_own_words")
    who = {**vars(person()), "own_words": WORDS, **typed}
    for name in ("first_name", "last_name", "email", "address1", "city", "own_words"):
        visit.page.fill(f"#id_{name}", who[name])
    visit.page.select_option("#id_prefix", who["prefix"])


def letter(visit: Visit) -> Iterator[str]:
    """The letter from the ZIP to the receipt, with what can go wrong."""
    visit.open_route("actions:campaign", "a-fair-law")
    visit.press("#go")
    visit.sees("#id_zip[aria-invalid=true]")
    yield "ZIP error"
    visit.page.context.set_offline(True)
    visit.press("#go")
    expect(visit.page.locator("[data-trouble]")).to_be_visible()
    visit.page.context.set_offline(False)
    yield "no connection"
    find(visit, "07030")
    visit.sees("[data-steps=details]")
    yield "details empty"
    visit.press("#go")
    visit.sees("#id_first_name[aria-invalid=true]")
    yield "details error"
    visit.page.reload()
    yield "loaded again"
    find(visit, "07030")
    fill_in(visit)
    visit.press("#go")
    visit.sees("[data-steps=review]")
    yield "review"
    visit.press("button[value=send]")
    visit.page.wait_for_url("**/receipt/*/")
    yield "receipt just sent"


def letter_changes(visit: Visit) -> Iterator[str]:
    """The campaign changes or ends while somebody writes."""
    campaign = create_campaign(slug="it-changes")
    find(visit, "07030", "it-changes")
    fill_in(visit, email="changes@example.org")
    visit.press("#go")
    visit.sees("[data-steps=review]")
    CampaignText.publish(campaign, subject_en="Please pass it now", statement_en="Please vote for this bill now.")
    visit.press("button[value=send]")
    visit.sees("main [role=alert]:not([hidden])")
    yield "review of a changed letter"
    Campaign.objects.filter(pk=campaign.pk).update(status=Status.PAUSED)
    visit.press("button[value=send]")
    visit.sees("[data-steps=ended]")
    yield "ended while writing"


def elsewhere(visit: Visit) -> Iterator[str]:
    """ZIPs that leave a choice, or lead nowhere; and a site without tables of Congress."""
    find(visit, "07302")
    visit.sees("#id_office_0")
    yield "district chooser"
    visit.press("#go")
    visit.sees("[aria-invalid=true], [role=alert] a")
    yield "district chooser error"
    find(visit, "07099")
    visit.sees("[data-steps=details]")
    yield "district chooser of a whole state"
    for name, zip_code in {"empty seat": "94501", "no senators": "20001"}.items():
        find(visit, zip_code)
        visit.sees("[data-steps=details]")
        yield name
    for name, zip_code in {"military": "09001", "unknown ZIP": "00001"}.items():
        find(visit, zip_code)
        visit.sees("[data-steps=no-member]")
        yield name


def receipts(visit: Visit) -> Iterator[str]:
    """A receipt in each state a letter can be in."""
    for name, (facts, _, _) in STATES.items():
        action = take(create_campaign(), own_words=WORDS, language=visit.language)
        put(action, visit.settings, **facts)
        visit.open_route("actions:receipt", action.receipt_token)
        yield f"receipt {name}"
        Gateway.objects.all().delete()
        visit.settings.CWC_HOUSE_MAINTENANCE = ""


def own_receipt(visit: Visit) -> Iterator[str]:
    """What somebody does on their receipt, and the ways back to it."""
    repeat = take(create_campaign(), doubt="repeat")
    visit.open_route("actions:confirm", repeat.confirm_token)
    yield "confirm a repeat"
    Message.objects.filter(action=repeat).update(state=State.EXPIRED, finished_at=timezone.now(), letter=None)
    visit.open_route("actions:receipt", repeat.receipt_token)
    yield "receipt never confirmed"
    visit.open_route("actions:confirm", repeat.confirm_token)
    yield "nothing to confirm"
    action = take(create_campaign(), own_words=WORDS)
    visit.open_route("actions:receipt", action.receipt_token)
    visit.press("button[value=words]")
    visit.sees("#copy")
    yield "receipt text to copy"
    visit.press("button[value=sent]")
    visit.sees("button[value=unsent]")
    yield "receipt done by hand"
    visit.press("button[value=withdraw]")
    visit.sees("main div[role=status] p")
    yield "receipt stopped"
    with translation.override(visit.language):
        visit.open(f"{action.get_absolute_url()}?stopped=0")
    yield "receipt too late to stop"
    action.disown()
    visit.open_route("actions:receipt", action.receipt_token)
    yield "receipt of somebody else"
    visit.open_route("actions:lost_receipt")
    visit.press("main form:has(#id_email) [type=submit]")
    visit.sees("#id_email[aria-invalid=true]")
    yield "lost receipt error"
    visit.page.fill("#id_email", "ana@example.org")
    visit.press("main form:has(#id_email) [type=submit]")
    expect(visit.page.locator("#id_email")).to_have_count(0)
    yield "lost receipt done"


def news(visit: Visit) -> Iterator[str]:
    """The newsletter from a mistake to leaving it, and the mails of a demonstration."""
    for route in ("newsletter:sign_up", "campaigns:take_action"):
        visit.open_route(route)
        visit.press("[data-newsletter] [type=submit]")
        visit.sees("#newsletter_email[aria-invalid=true]")
        yield f"newsletter error on {route}"
    visit.page.fill("#newsletter_email", "news@example.org")
    visit.press("[data-newsletter] [type=submit]")
    expect(visit.page.locator("#newsletter_email")).to_have_count(0)
    yield "newsletter thanks in place"
    subscriber = Subscriber.objects.get()
    mail = OutgoingMail.objects.latest("pk")
    link = re.search(r"/\S*newsletter/confirm/\S+", mail.text.replace(visit.settings.SITE_URL, ""))
    assert link
    visit.open(link[0])
    yield "newsletter confirm"
    visit.press("main form button")
    visit.sees("main a[href*='/leave/']")
    yield "newsletter confirmed"
    visit.open_route("newsletter:leave", subscriber.leave_token)
    yield "newsletter leave"
    visit.press("main form button")
    expect(visit.page.locator("main form")).to_have_count(0)
    yield "newsletter left"
    if visit.language == "en":
        send_mail()
        visit.open("/dev/mail/")
        yield "dev mail list"
        visit.open(f"/dev/mail/{mail.message_id}.eml")
        yield "dev mail"
    visit.open_route("hotline:safety")
    visit.press("[data-discreet-toggle]")
    yield "discreet mode on"
    visit.press("[data-discreet-toggle]")


def errors(visit: Visit) -> Iterator[str]:
    """What is seen when something is wrong. The missing page is among the router's."""
    path = "/" if visit.language == "en" else f"/{visit.language}/"
    requests: dict[str, HttpRequest] = {
        "get": RequestFactory().get(path),
        "post": RequestFactory().post(path, {"own_words": WORDS, "state": "sealed"}),
    }
    with translation.override(visit.language):
        answers = {
            "400": error_pages.bad_request(requests["get"]),
            "403": error_pages.forbidden(requests["get"]),
            "413": error_pages.content_too_large(requests["get"]),
            "500": error_pages.server_error(requests["get"]),
            "503": error_pages.unavailable(requests["get"]),
            "503 with words": error_pages.unavailable(requests["post"]),
        }
    for name, response in answers.items():
        visit.show(response)
        yield name
    # A form that another website's page posts to us.
    visit.page.goto("about:blank")
    with visit.page.expect_navigation():
        visit.page.evaluate("""address => {
            const form = document.createElement("form");
            Object.assign(form, {method: "post", action: address});
            document.body.append(form);
            form.submit();
        }""", f"{visit.server}{path}newsletter/")
    yield "403 form from elsewhere"


def long_words(visit: Visit) -> Iterator[str]:
    """Names and words as long as the fields let them be, in words that no line takes."""
    name = f"The {LONG_WORD} and {LONG_WORD}"
    Organisation.objects.update(name=name, legal_line=f"{name}, a nonprofit", email=f"{LONG_WORD.lower()}@example.org")
    create_campaign(
        slug="long", title=f"A {LONG_WORD} law for every {LONG_WORD}", summary=f"{LONG_WORD} is why. " * 9,
        button=LONG_WORD[:40], position=2, body=f"# {LONG_WORD}\n\n{LONG_WORD} " * 3, subject=f"Pass {LONG_WORD}",
        statement=f"{LONG_WORD} " * 20, bill_status=f"{LONG_WORD} committee",
    )
    for route in ("campaigns:take_action", "campaigns:all", "newsletter:sign_up"):
        visit.open_route(route)
        yield f"long words on {route}"
    visit.open_route("actions:campaign", "long")
    yield "long words on a campaign"
    find(visit, "07030", "long")
    words = f"{LONG_WORD} https://example.org/{'a' * 200} " * 3
    fill_in(visit, first_name=LONG_WORD, last_name=LONG_WORD, city=LONG_WORD, own_words=words)
    visit.press("#go")
    visit.sees("[data-steps=review]")
    yield "long words in review"
    visit.press("button[value=send]")
    visit.page.wait_for_url("**/receipt/*/")
    visit.press("button[value=words]")
    visit.sees("#copy")
    yield "long words on a receipt"


def nothing_open(visit: Visit) -> Iterator[str]:
    """A site that is new: no tables of Congress, no campaign, no organisation."""
    Dataset.objects.all().delete()
    find(visit, "07030")
    visit.sees("#id_home_state")
    yield "district by number"
    Campaign.objects.update(status=Status.DRAFT)
    Organisation.objects.update(is_active=False)
    for route in ("campaigns:take_action", "campaigns:all"):
        visit.open_route(route)
        yield f"nothing open on {route}"
