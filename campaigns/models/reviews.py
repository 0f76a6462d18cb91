"""Who vouches for the Spanish."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SpanishReview(models.Model):
    """That a named person read all Spanish words of a page and found them right. Rows are added, never deleted.

    It is about exactly the words of its fingerprint: when one of them changes, the page is unreviewed again.
    """

    page = models.CharField(_("page"), max_length=60)
    fingerprint = models.CharField(max_length=64, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("account")
    )
    person_name = models.CharField(_("read by"), max_length=310)  # stays when the account is gone
    reviewed_on = models.DateField(_("day"), default=timezone.localdate)

    class Meta:
        verbose_name = _("Spanish review")
        verbose_name_plural = _("Spanish, page by page")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["page", "fingerprint", "person"], name="one_review_of_the_same_words"),
        ]

    def __str__(self) -> str:
        return f"{self.page} · {self.reviewed_on}"
