"""The topics of the Library of Congress by which offices sort their mail, spelt as the offices' systems expect.

`actions/delivery/fields.py` holds the same list for letters; a test keeps the two equal.
"""

from django.utils.translation import gettext_lazy as _

# How visitors read each of them. What is stored, and what offices get, is the English.
TOPIC_LABELS = {
    "Agriculture and Food": _("Agriculture and Food"),
    "Animals": _("Animals"),
    "Armed Forces and National Security": _("Armed Forces and National Security"),
    "Arts, Culture, Religion": _("Arts, Culture, Religion"),
    "Civil Rights and Liberties, Minority Issues": _("Civil Rights and Liberties, Minority Issues"),
    "Commerce": _("Commerce"),
    "Congress": _("Congress"),
    "Crime and Law Enforcement": _("Crime and Law Enforcement"),
    "Economics and Public Finance": _("Economics and Public Finance"),
    "Education": _("Education"),
    "Emergency Management": _("Emergency Management"),
    "Energy": _("Energy"),
    "Environmental Protection": _("Environmental Protection"),
    "Families": _("Families"),
    "Finance and Financial Sector": _("Finance and Financial Sector"),
    "Foreign Trade and International Finance": _("Foreign Trade and International Finance"),
    "Government Operations and Politics": _("Government Operations and Politics"),
    "Health": _("Health"),
    "Housing and Community Development": _("Housing and Community Development"),
    "Immigration": _("Immigration"),
    "International Affairs": _("International Affairs"),
    "Labor and Employment": _("Labor and Employment"),
    "Law": _("Law"),
    "Native Americans": _("Native Americans"),
    "Public Lands and Natural Resources": _("Public Lands and Natural Resources"),
    "Science, Technology, Communications": _("Science, Technology, Communications"),
    "Social Sciences and History": _("Social Sciences and History"),
    "Social Welfare": _("Social Welfare"),
    "Sports and Recreation": _("Sports and Recreation"),
    "Taxation": _("Taxation"),
    "Transportation and Public Works": _("Transportation and Public Works"),
    "Water Resources Development": _("Water Resources Development"),
}
TOPICS = tuple(TOPIC_LABELS)
