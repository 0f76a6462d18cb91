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
