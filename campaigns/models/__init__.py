"""What staff publish: campaigns with their parts, the organisation's own details, and who vouches for the Spanish."""

from campaigns.models.audience import AudienceRule, Target, TargetArea, Variant
from campaigns.models.campaign import (
    ENDED,
    STATEMENT_MAX,
    Campaign,
    CampaignText,
    Kind,
    Recipients,
    Source,
    Status,
)
from campaigns.models.graphics import Design, Graphic
from campaigns.models.lessons import Answer, Lesson
from campaigns.models.organisation import Link, Organisation
from campaigns.models.pledges import Promise
from campaigns.models.reviews import SpanishReview

__all__ = [
    "ENDED", "STATEMENT_MAX", "Answer", "AudienceRule", "Campaign", "CampaignText", "Design", "Graphic", "Kind",
    "Lesson", "Link", "Organisation", "Promise", "Recipients", "Source", "SpanishReview", "Status", "Target",
    "TargetArea", "Variant",
]
