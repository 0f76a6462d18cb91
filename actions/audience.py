"""Who gets a campaign's letters: its rules over seats of Congress, decided when a supporter writes.

Of the rules the first that fits decides; every condition that is filled in must hold. A rule about a person (party,
member) never fits an empty seat, and nobody is thanked there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from actions.congress.models import Member, Seat
from campaigns.models import AudienceRule, Campaign, CampaignText, Target, TargetArea, Variant

TARGETS_AT_MOST = 20  # letters of one supporter in one campaign


@dataclass(frozen=True)
class Recipient:
    """One office of Congress, or one person staff entered, and which of the two letters it gets."""

    seat: Seat | None
    variant: Variant = Variant.ASK
    target: Target | None = None

    @property
    def member(self) -> Member | None:
        """Return who holds the seat; None while it is empty, and for people staff entered."""
        return self.seat.member if self.seat else None

    @property
    def name(self) -> str:
        """Return whom the letter is for, as a page names them: the seat where it is empty."""
        if self.target:
            return self.target.name
        return self.member.name if self.member else self.label

    @property
    def label(self) -> str:
        """Return what office they hold, in the reader's language."""
        if self.target:
            return self.target.title
        return self.seat.label if self.seat else ""

    @property
    def code(self) -> str:
        """Return the code the letter carries: HNJ08 for a seat, T12 for a person staff entered."""
        if self.target:
            return target_code(self.target.pk)
        return self.seat.code if self.seat else ""

    @property
    def is_thanked(self) -> bool:
        """Tell whether it gets the letter of thanks."""
        return self.variant == Variant.THANKS

    @property
    def mark(self) -> str:
        """Return what a review was about, so that Send notices a change: office, letter, and who is thanked."""
        thanked = self.member.pk if self.is_thanked and self.member else ""
        return f"{self.code} {self.variant} {thanked}"


@dataclass(frozen=True)
class Decision:
    """What one office gets, and by which rule; None where none fits or there is none."""

    seat: Seat
    variant: Variant
    rule: AudienceRule | None = None
    why: str = ""  # said to staff where it is not the rule itself

    @property
    def recipient(self) -> Recipient | None:
        """Return who is written to; None where nobody is."""
        return None if self.variant == Variant.NOBODY else Recipient(self.seat, self.variant)


def target_code(pk: int) -> str:
    """Return the code of a person staff entered, in the place of an office's."""
    return f"T{pk}"


def has_thanks(text: CampaignText | None) -> bool:
    """Tell whether a letter of thanks is written: offices read English."""
    return bool(text and text.thanks_subject_en and text.thanks_statement_en)


def fits(rule: AudienceRule, seat: Seat) -> bool:
    """Tell whether every condition of a rule holds for a seat as it is held now."""
    member = seat.member
    return all((
        not rule.chamber or rule.chamber == seat.chamber,
        not rule.party or (member is not None and member.party == rule.party),
        not rule.states or seat.state in rule.states,
        not rule.seats or seat.key in rule.seats,
        not rule.members or (member is not None and member.bioguide in rule.members),
    ))


def decisions(campaign: Campaign, seats: Iterable[Seat]) -> list[Decision]:
    """Return what each seat gets, in the order given. Asks the database once, and for the text where one is thanked."""
    rules = list(campaign.audience_rules.all())
    if not rules:
        return [Decision(seat, Variant.ASK) for seat in seats]
    thanks = any(rule.variant == Variant.THANKS for rule in rules) and has_thanks(campaign.text)
    return [_decision(rules, seat, thanks=thanks) for seat in seats]


def _decision(rules: list[AudienceRule], seat: Seat, *, thanks: bool) -> Decision:
    rule = next((rule for rule in rules if fits(rule, seat)), None)
    if rule is None:
        return Decision(seat, Variant.NOBODY, None, _("no rule fits"))
    variant = Variant(rule.variant)
    if variant == Variant.THANKS and not thanks:
        return Decision(seat, Variant.NOBODY, rule, _("the letter of thanks is not written"))
    if variant == Variant.THANKS and seat.member is None:
        return Decision(seat, Variant.NOBODY, rule, _("nobody holds the seat, so nobody is thanked"))
    return Decision(seat, variant, rule)


def recipients(campaign: Campaign, seats: Iterable[Seat]) -> list[Recipient]:
    """Return which of these seats are written to, and which letter each gets."""
    return [one.recipient for one in decisions(campaign, seats) if one.recipient]


def targets_for(campaign: Campaign, zip_code: str, states: Iterable[str]) -> list[Recipient]:
    """Return the people staff entered who serve a ZIP code or one of these states, or everybody; by name.

    At most TARGETS_AT_MOST: more would be no letter any more but a circular.
    """
    serving = TargetArea.objects.filter(Q(zip=zip_code) | Q(state__in=list(states)), target__campaign=campaign)
    anywhere = ~Exists(TargetArea.objects.filter(target=OuterRef("pk")))
    found = Target.objects.filter(Q(pk__in=serving.values("target")) | anywhere, campaign=campaign, is_active=True)
    return [Recipient(None, target=target) for target in found.order_by("name", "pk")[:TARGETS_AT_MOST]]


def thanks_somebody(campaign: Campaign) -> bool:
    """Tell whether a rule of the campaign thanks instead of asking."""
    return campaign.audience_rules.filter(variant=Variant.THANKS).exists()
