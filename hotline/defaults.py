"""What stands on the pages when staff wrote no record, or the database is away.

The number, keyword and chat address are those the National Human Trafficking Hotline publishes. Nobody of the
organisation has tried them yet, so they carry no date: staff are asked to call, text and open the chat once.
"""

from django.utils.translation import gettext_lazy as _

NAME = _("National Human Trafficking Hotline")
PHONE = "1-888-373-7888"
PHONE_E164 = "+18883737888"
TEXT_TO = "233733"
TEXT_KEYWORD = "BeFree"
CHAT_URL = "https://humantraffickinghotline.org/chat"
RELAY = "711"
EMERGENCY = "911"
HOURS = _("day and night, every day")
LANGUAGES = _("more than 200 languages by phone")

# How long a check of number, keyword and chat counts; after that staff are asked to try them again.
VERIFIED_DAYS = 90

# Who else helps. Each number as its organisation publishes it, read in November 2026: 988lifeline.org;
# thehotline.org (also ovc.ojp.gov, 20 January 2022); childhelphotline.org. Staff try them as they try the hotline's.
OTHER_HELP = (
    {
        "name": _("988 Suicide & Crisis Lifeline"), "for_whom": _("When you do not know how to go on."),
        "phone": "988", "phone_e164": "988", "text_to": "988", "website": "https://988lifeline.org/",
    },
    {
        "name": _("National Domestic Violence Hotline"), "for_whom": _("When a partner or somebody at home hurts you."),
        "phone": "1-800-799-7233", "phone_e164": "+18007997233", "text_to": "88788", "text_keyword": "START",
        "website": "https://www.thehotline.org/",
    },
    {
        "name": _("Childhelp National Child Abuse Hotline"),
        "for_whom": _("For children, and for adults who worry about one."),
        "phone": "1-800-422-4453", "phone_e164": "+18004224453", "text_to": "1-800-422-4453",
        "website": "https://www.childhelphotline.org/",
    },
)
