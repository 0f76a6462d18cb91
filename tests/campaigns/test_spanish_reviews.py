"""Spanish counts as unreviewed until a named person ticks it, page by page, and visitors are told so."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns import demo
from campaigns.models import Campaign, SpanishReview, Status
from campaigns.reviews import LASTS, Checked, checked, standings
from hotline.models import Hotline
from polaris_site.spanish import of_the_code
from tests.factories import create_campaign, create_organisation
from tests.hotline.test_record import store

pytestmark = pytest.mark.django_db

LIST = "/admin/campaigns/spanishreview/"
SENTENCE = "Aún no hay una persona que haya revisado toda esta traducción"


@pytest.fixture
def reviewer(client: Client) -> Client:
    """Staff who may vouch for the Spanish, and nothing else."""
    staff = User.objects.create_user("rosa", first_name="Rosa", last_name="Molina", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="add_spanishreview"))
    client.force_login(staff)
    return client


def address(key: str) -> str:
    return f"{LIST}page/{key}/"


def seen(client: Client, key: str) -> str:
    """Return the fingerprint of the words that the page shows now."""
    found = re.search(r'name="fingerprint" value="(\w+)"', client.get(address(key)).content.decode())
    assert found
    return found[1]


def tick(client: Client, key: str, **typed: str) -> Any:
    return client.post(address(key), {"fingerprint": seen(client, key), "read": "on", **typed}, follow=True)


def state(client: Client, key: str) -> str:
    """Return what the list says of a page."""
    page = client.get(LIST).content.decode()
    row = re.search(rf'<a href="{address(key)}">.*?</th>\s*<td>(.*?)</td>', page, re.DOTALL)
    assert row
    return " ".join(re.sub(r"<[^>]+>", "", row[1]).split())


def vouch_for_all() -> None:
    for one in standings():
        SpanishReview.objects.create(page=one.page.key, fingerprint=one.page.fingerprint, person_name="Rosa Molina")


class TestPages:
    """What there is to read, and in which order."""

    def test_pages_stand_in_the_order_of_review(self, reviewer: Client) -> None:
        store(hours_en="always", hours_es="siempre")
        create_organisation(legal_line_en="A nonprofit", legal_line_es="Sin fines de lucro")
        campaign = create_campaign()

        page = reviewer.get(LIST).content.decode()

        assert re.findall(rf'href="{LIST}page/([\w-]+)/"', page) == [
            "hotline", "hotline-record", "safety", "frame", "organisation", "take-action", "campaign",
            f"campaign-{campaign.pk}", "share", "pledge", "call", "course", "receipt", "news", "mails", "staff",
        ]
        assert state(reviewer, "hotline") == "unreviewed"
        assert state(reviewer, "staff") == "no review needed"
        assert 'href="/es/safety/try/" lang="es"' in page
        assert 'href="/safety/try/"' in page

    def test_all_words_stand_side_by_side_in_their_language(self, reviewer: Client) -> None:
        page = reviewer.get(address("hotline")).content.decode()

        assert re.search(r'<td lang="en">Leave this site</td>\s*<td lang="es">Salir de este sitio</td>', page)
        assert page.count('<td lang="es">') == len(of_the_code()[0].pairs)

    def test_a_campaign_is_read_with_its_letter_and_an_empty_field_says_what_visitors_read(
        self, reviewer: Client
    ) -> None:
        campaign = create_campaign(title_en="A fair law", title_es="Una ley justa", summary_en="Why.", summary_es="")

        page = reviewer.get(address(f"campaign-{campaign.pk}")).content.decode()

        assert "Una ley justa" in page
        assert "Por favor vote por esta ley." in page
        assert "visitors read the English" in page

    def test_what_is_not_published_is_not_asked_for(self, reviewer: Client) -> None:
        draft = create_campaign(status=Status.DRAFT)

        assert reviewer.get(address(f"campaign-{draft.pk}")).status_code == 404
        assert reviewer.get(address("no-such-page")).status_code == 404

    @pytest.mark.parametrize("path", [LIST, address("hotline"), "/admin/"])
    def test_pages_need_no_script_and_no_style_of_their_own(self, reviewer: Client, path: str) -> None:
        page = reviewer.get(path).content.decode().partition('<div id="content')[2]

        assert page
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page.partition("</main>")[0])


class TestTick:
    """What a tick stores, and what makes it void."""

    def test_a_tick_names_the_person_and_the_day(self, reviewer: Client) -> None:
        with time_machine.travel("2026-11-24 17:00Z", tick=False):
            answer = tick(reviewer, "hotline")

        review = SpanishReview.objects.get()
        assert (review.page, review.person_name, review.reviewed_on) == ("hotline", "Rosa Molina", date(2026, 11, 24))
        assert review.fingerprint == of_the_code()[0].fingerprint
        assert "“Hotline and Quick Exit” is reviewed" in answer.content.decode()
        assert state(reviewer, "hotline") == "reviewed by Rosa Molina on Nov. 24, 2026"
        assert state(reviewer, "safety") == "unreviewed"

    def test_the_name_stays_when_the_account_is_gone(self, reviewer: Client, admin_client: Client) -> None:
        tick(reviewer, "hotline")

        User.objects.get(username="rosa").delete()

        assert state(admin_client, "hotline").startswith("reviewed by Rosa Molina on")

    def test_without_the_tick_nothing_is_stored(self, reviewer: Client) -> None:
        answer = tick(reviewer, "hotline", read="")

        assert "read every line, then tick the box" in answer.content.decode()
        assert not SpanishReview.objects.exists()

    def test_words_that_change_while_somebody_reads_are_not_vouched_for(self, reviewer: Client) -> None:
        hotline = store(hours_es="siempre")
        before = seen(reviewer, "hotline-record")
        Hotline.objects.filter(pk=hotline.pk).update(hours_es="a veces")

        answer = tick(reviewer, "hotline-record", fingerprint=before)

        page = answer.content.decode()
        assert "words of this page changed while you read" in page
        assert "a veces" in page
        assert before not in page
        assert not SpanishReview.objects.exists()

    def test_a_word_that_changes_afterwards_makes_its_page_unreviewed_and_no_other(self, reviewer: Client) -> None:
        campaign, other = create_campaign(title_es="Una ley justa"), create_campaign()
        key = f"campaign-{campaign.pk}"
        tick(reviewer, key)
        tick(reviewer, f"campaign-{other.pk}")

        Campaign.objects.filter(pk=campaign.pk).update(title_es="Una ley")

        assert state(reviewer, key).startswith("changed since Rosa Molina read it on")
        assert state(reviewer, f"campaign-{other.pk}").startswith("reviewed by")
        assert "other words than now" in reviewer.get(address(key)).content.decode()
        tick(reviewer, key)
        assert state(reviewer, key).startswith("reviewed by")
        assert SpanishReview.objects.filter(page=key).count() == 2


class TestWho:
    """Who may vouch, and that nobody takes back what was said."""

    def test_staff_without_the_permission_neither_see_nor_tick(self, client: Client) -> None:
        client.force_login(User.objects.create_user("ed", is_staff=True))

        assert client.get(LIST).status_code == 403
        assert client.get(address("hotline")).status_code == 403
        answer = client.post(address("hotline"), {"fingerprint": of_the_code()[0].fingerprint, "read": "on"})
        assert answer.status_code == 403
        assert "not reviewed yet" not in client.get("/admin/").content.decode()

    def test_who_may_only_look_gets_no_form(self, client: Client) -> None:
        staff = User.objects.create_user("ed", is_staff=True)
        staff.user_permissions.add(Permission.objects.get(codename="view_spanishreview"))
        client.force_login(staff)

        assert "fingerprint" not in client.get(address("hotline")).content.decode()
        answer = client.post(address("hotline"), {"fingerprint": of_the_code()[0].fingerprint, "read": "on"})
        assert answer.status_code == 403

    def test_words_of_staff_take_no_tick(self, reviewer: Client) -> None:
        answer = reviewer.post(address("staff"), {"fingerprint": of_the_code()[-1].fingerprint, "read": "on"})

        assert answer.status_code == 403

    def test_a_tick_needs_the_token_of_the_form(self, reviewer: Client) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = reviewer.cookies

        answer = strict.post(address("hotline"), {"fingerprint": of_the_code()[0].fingerprint, "read": "on"})

        assert answer.status_code == 403
        assert not SpanishReview.objects.exists()

    @pytest.mark.parametrize("act", ["delete", "change"])
    def test_nobody_takes_back_what_somebody_said(self, admin_client: Client, act: str) -> None:
        tick(admin_client, "hotline")
        review = SpanishReview.objects.get()

        assert admin_client.post(f"{LIST}{review.pk}/{act}/", {"post": "yes", "page": "safety"}).status_code == 403
        admin_client.post(LIST, {"action": "delete_selected", "_selected_action": review.pk, "post": "yes"})
        review.refresh_from_db()
        assert review.page == "hotline"

    def test_the_front_page_of_staff_says_how_much_is_left(self, reviewer: Client) -> None:
        assert "12 pages are not reviewed yet" in reviewer.get("/admin/").content.decode()

        vouch_for_all()

        assert "not reviewed yet" not in reviewer.get("/admin/").content.decode()


class TestVisitors:
    """What Spanish pages say, and what it costs."""

    def test_spanish_pages_say_that_nobody_checked_them_until_somebody_did(self, client: Client) -> None:
        demo.load()
        assert SENTENCE in client.get("/es/safety/").content.decode()

        vouch_for_all()
        checked.forget()

        assert SENTENCE not in client.get("/es/safety/").content.decode()

    def test_one_page_that_is_not_reviewed_is_enough(self, client: Client) -> None:
        vouch_for_all()
        create_campaign()

        assert SENTENCE in client.get("/es/take-action/").content.decode()

    def test_english_pages_and_error_pages_say_nothing(self, client: Client) -> None:
        for path in ("/safety/", "/no/such/page/", "/es/no/such/page/"):
            page = client.get(path).content.decode()
            assert "traducción" not in page, path
            assert "checked all of this translation" not in page, path

    def test_it_costs_one_query_a_minute_until_all_is_reviewed(self, client: Client) -> None:
        def queries(path: str) -> int:
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            return len(asked)

        english = queries("/safety/")

        assert queries("/es/safety/") == english + 1
        assert queries("/es/safety/") == english

    def test_what_was_seen_is_looked_at_again_after_a_minute(self) -> None:
        now = [0.0]
        seen_by_process = Checked(clock=lambda: now[0])
        assert not seen_by_process.now()
        vouch_for_all()

        now[0] = LASTS - 1.0
        assert not seen_by_process.now()
        now[0] = LASTS
        assert seen_by_process.now()


def test_a_review_sent_twice_is_one_review(reviewer: Client) -> None:
    words = {"fingerprint": seen(reviewer, "safety"), "read": "on"}

    for _ in range(2):
        assert reviewer.post(address("safety"), words).status_code == 302

    assert SpanishReview.objects.filter(page="safety").count() == 1
