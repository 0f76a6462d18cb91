"""Who wants to hear from us."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    """Subscribers, their consent, and the one outbox of mail."""

    name = "newsletter"
    verbose_name = _("Newsletter and mail")
