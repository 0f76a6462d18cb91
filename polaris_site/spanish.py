"""The Spanish of the site, page by page: a named person reads each page and vouches for it (`campaigns.SpanishReview`).

`SITE` says which words of the code belong to which page, in the order in which people should read them. An app adds
pages of what staff write with `behind`. Nothing here knows who reviewed what.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from babel.messages.pofile import read_po
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

LANGUAGE = "es"


class Pair(NamedTuple):
    """What stands in English, and what stands there in Spanish."""

    english: str
    spanish: str


@dataclass(frozen=True)
class Part:
    """Which words of the code make one page for review."""

    key: str
    title: str | Promise
    route: str  # an address that shows it; empty where each reader has their own
    files: tuple[str, ...]  # as django.po names them; with a slash at the end, all below
    words: tuple[str, ...] = ()  # of files that staff alone read otherwise; with … at the end, how they begin

    def has_file(self, name: str) -> bool:
        """Tell whether all words of a file are this page's."""
        return any(name == one or (one.endswith("/") and name.startswith(one)) for one in self.files)

    def has_word(self, english: str) -> bool:
        """Tell whether one string is named as this page's."""
        return any(english == one or (one.endswith("…") and english.startswith(one[:-1])) for one in self.words)


@dataclass(frozen=True)
class Page:
    """One page for review, with all its words as they are now."""

    key: str
    title: str | Promise
    pairs: tuple[Pair, ...]
    route: str = ""
    args: tuple[Any, ...] = ()
    asked: bool = True  # False: staff alone read it, and nobody has to vouch for it

    @property
    def words(self) -> int:
        """Return how many Spanish words there are to read."""
        return sum(len(pair.spanish.split()) for pair in self.pairs)

    @property
    def fingerprint(self) -> str:
        """Return what changes when a word does: a review is of exactly these words, whatever their order."""
        return hashlib.sha256(json.dumps(sorted(self.pairs)).encode()).hexdigest()

    @property
    def in_english(self) -> str:
        """Return the address of the English page."""
        return self._address(settings.LANGUAGE_CODE)

    @property
    def in_spanish(self) -> str:
        """Return the address of the Spanish page."""
        return self._address(LANGUAGE)

    def _address(self, language: str) -> str:
        with translation.override(language):
            return reverse(self.route, args=self.args) if self.route else ""


STAFF = "staff"
# The order counts: a string that stands on several pages belongs to the first of them.
SITE = (
    Part(
        "hotline", _("Hotline and Quick Exit"), "hotline:practice",
        (
            "hotline/defaults.py", "templates/hotline/_bar.html", "templates/hotline/_exit_status.html",
            "templates/hotline/_help.html", "templates/hotline/_inline.html", "templates/hotline/_line.html",
            "templates/hotline/_other_help.html", "templates/hotline/_plain.txt", "templates/hotline/_text_note.html",
            "templates/hotline/practice.html",
        ),
        ("Leave this site",),
    ),
    Part("safety", _("Stay safe online"), "hotline:safety", ("templates/hotline/safety.html",)),
    Part(
        "frame", _("Frame of every page: header, footer, errors"), "campaigns:take_action",
        (
            "templates/base.html", "templates/_demonstration.html", "templates/_error_summary.html",
            "templates/_footer.html", "templates/campaigns/_spanish_note.html", "templates/errors/",
            "templates/polaris/",
        ),
        ("Our organisation",),
    ),
    Part(
        "take-action", _("Take Action and the list"), "campaigns:all",
        (
            "actions/models/counters.py", "templates/actions/_counters.html", "templates/actions/how_we_count.html",
            "campaigns/pictures.py", "campaigns/templatetags/open_graph.py",
            "campaigns/filters.py", "campaigns/topics.py",
            "templates/campaigns/_card.html", "templates/campaigns/all.html", "templates/campaigns/take_action.html",
        ),
        (
            "Write to Congress", "Call Congress", "Pledge", "Share", "Learn", "Write a letter",  # kinds of campaigns
            "Open", "Paused", "Won", "Lost", "Archived", "Deadline passed",  # where they stand
        ),
    ),
    Part(
        "campaign", _("Campaign pages and the letter form"), "campaigns:take_action",
        (
            "actions/congress/states.py", "actions/consents.py", "actions/forms/",
            "templates/actions/_before_address.html", "templates/actions/_beside_own_words.html",
            "templates/actions/_ended_heading.html", "templates/actions/_offices.html",
            "templates/actions/_statement.html", "templates/actions/_steps.html", "templates/actions/_texts.html",
            "templates/actions/_trouble.html", "templates/actions/ask.html",
            "templates/actions/campaign.html", "templates/actions/details.html", "templates/actions/ended.html",
            "templates/actions/link_is_over.html", "templates/actions/no_letter.html",
            "templates/actions/no_member.html", "templates/campaigns/_facts.html",
            "templates/campaigns/_next.html", "templates/campaigns/_partly_english.html",
            "templates/campaigns/_progress.html", "templates/campaigns/_related.html",
            "templates/campaigns/_standing.html", "templates/campaigns/_what_happened.txt",
        ),
        (
            "Democrat", "Republican", "Independent", "Senator for %(state)s",
            "Representative for %(state)s (at large)", "Representative for %(state)s’s %(district)s district",
        ),
    ),
    Part(
        "share", _("Graphics to share"), "",
        (
            "actions/views/share.py", "templates/actions/_graphic.html", "templates/actions/receipt/_share.html",
            "templates/actions/share.html", "templates/actions/shared.html",
        ),
    ),
    Part("pledge", _("Pledges"), "", ("templates/actions/pledge.html", "templates/actions/receipt/_pledge.html")),
    Part(
        "call", _("Calls"), "",
        (
            "actions/models/calls.py", "templates/actions/_call_hours.html", "templates/actions/_call_office.html",
            "templates/actions/_call_words.html", "templates/actions/call.html", "templates/actions/call_district.html",
            "templates/actions/call_offices.html", "templates/actions/receipt/_call.html",
        ),
    ),
    Part(
        "course", _("Courses and certificates"), "actions:check_certificate",
        ("templates/actions/course/", "templates/actions/receipt/_training.html"),
    ),
    Part(
        "receipt", _("Review and receipt"), "actions:lost_receipt",
        (
            "templates/actions/_by_hand.html", "templates/actions/_message.html",
            "templates/actions/_text_to_copy.html", "templates/actions/confirm.html",
            "templates/actions/lost_receipt.html", "templates/actions/receipt.html", "templates/actions/review.html",
        ),
        ("On its way", "Accepted by the office’s system", "Needs you", "Waiting", "Not sent"),
    ),
    Part(
        "news", _("News by email"), "newsletter:sign_up",
        (
            "newsletter/forms.py", "templates/newsletter/_fields.html", "templates/newsletter/_form.html",
            "templates/newsletter/confirm.html", "templates/newsletter/leave.html",
            "templates/newsletter/link_is_over.html", "templates/newsletter/sign_up.html",
            "templates/newsletter/thanks.html",
        ),
    ),
    Part(
        "mails", _("Mails"), "",
        ("actions/mails.py", "actions/outcome_mails.py", "templates/actions/mail/"),
        ("Please confirm your email address", "Hello,\n\nsomebody, probably you, typed this email address…"),
    ),
    Part(
        STAFF, _("Staff only"), "",
        (
            "actions/admin.py", "actions/apps.py", "actions/audience.py", "actions/campaign_admin.py",
            "actions/congress/apps.py", "actions/congress/freshness.py", "actions/congress/models.py",
            "actions/ending.py", "actions/member_list.py", "actions/models/attempts.py", "actions/models/courses.py",
            "actions/models/gateways.py", "actions/models/ledger.py", "actions/models/notices.py",
            "actions/models/outbox.py", "actions/models/submissions.py", "actions/states.py",
            "actions/target_admin.py", "actions/target_files.py",
            "campaigns/admin.py", "campaigns/apps.py", "campaigns/campaign_form.py", "campaigns/forms.py",
            "campaigns/graphics_admin.py", "campaigns/lessons_admin.py", "campaigns/models/",
            "campaigns/next_steps.py", "campaigns/review_admin.py", "campaigns/translation.py",
            "campaigns/uploads.py", "hotline/admin.py", "hotline/apps.py", "hotline/cover.py", "hotline/forms.py",
            "hotline/models.py", "hotline/numbers.py", "hotline/translation.py", "hotline/versions.py",
            "newsletter/apps.py", "newsletter/models/", "polaris_site/settings.py", "polaris_site/spanish.py",
            "polaris_site/views.py", "templates/styleguide.html",
            "templates/admin/", "templates/hotline/_untried.html", "templates/hotline/mail/",
            "templates/newsletter/dev_mail.html", "templates/newsletter/dev_mail_one.html",
        ),
    ),
)


Content = Callable[[], Iterable[Page]]
_content: list[tuple[str, Content]] = []


def behind(key: str, content: Content) -> None:
    """Have pages of what staff wrote reviewed too, right after a page of the site."""
    _content.append((key, content))


def pages() -> Iterator[Page]:
    """Every page in the order of review. What staff wrote is asked of the database only when its turn comes."""
    for page in of_the_code():
        yield page
        yield from chain.from_iterable(content() for key, content in _content if key == page.key)


def pairs_of(row: Any, fields: Iterable[str]) -> Iterator[Pair]:
    """Return the words of a row in both languages; where the Spanish is empty, visitors read the English."""
    for field in fields:
        texts = (getattr(row, build_localized_fieldname(field, code)) for code in (settings.LANGUAGE_CODE, LANGUAGE))
        pair = Pair(*(text or "" for text in texts))
        if any(pair):
            yield pair


def part_of(english: str, files: Iterable[str]) -> Part | None:
    """Return the first page a string of the code belongs to, None where no page claims it."""
    names = list(files)
    return next((part for part in SITE if part.has_word(english) or any(map(part.has_file, names))), None)


@cache
def of_the_code() -> tuple[Page, ...]:
    """Return the pages of the site with the words of the code. They change with the code alone: read once."""
    found: dict[str, list[Pair]] = {part.key: [] for part in SITE}
    path = settings.BASE_DIR / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale=LANGUAGE) if message.id]
    for message in messages:
        english, spanish = _forms(message.id), _forms(message.string)
        # A string nobody claims fails a test; until somebody says where it belongs, it is read with the frame.
        part = part_of(english[0], (name for name, _line in message.locations))
        found[part.key if part else "frame"] += [
            Pair(english[0 if index == 0 else -1], text) for index, text in enumerate(spanish)
        ]
    return tuple(
        Page(part.key, part.title, tuple(found[part.key]), part.route, asked=part.key != STAFF) for part in SITE
    )


def _forms(strings: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """Return singular and plurals of what may be one string."""
    return [strings] if isinstance(strings, str) else list(strings or [])
