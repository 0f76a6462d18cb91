"""What staff publish: campaigns with their parts, the organisation's own details, and who vouches for the Spanish."""

from campaigns.models.audience import AudienceRule, Target, TargetArea, Variant
from campaigns.models.campaign import (
    NEEDED_PARTS,
    STATEMENT_MAX,
    Campaign,
    CampaignText,
    Kind,
    Recipients,
    Source,
)
from campaigns.models.graphics import Design, Graphic
from campaigns.models.lessons import Answer, Lesson
from campaigns.models.life import ENDED, Standing, Status, lets_letters_out
from campaigns.models.organisation import Link, Organisation
from campaigns.models.pledges import Promise
from campaigns.models.reviews import SpanishReview

__all__ = [
    "ENDED", "NEEDED_PARTS", "STATEMENT_MAX", "Answer", "AudienceRule", "Campaign", "CampaignText", "Design", "Graphic",
    "Kind", "Lesson", "Link", "Organisation", "Promise", "Recipients", "Source", "SpanishReview", "Standing", "Status",
    "Target", "TargetArea", "Variant", "lets_letters_out",
]
