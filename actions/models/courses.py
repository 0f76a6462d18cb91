"""Somebody takes a course, without an account or a cookie, and can show that they finished it."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.models.ledger import Action
from actions.models.submissions import Submission
from campaigns.models import Campaign
from polaris_site.encryption import EncryptedTextField
from polaris_site.identity import keyed_hash

# Letters and digits that nobody mistakes for another: no 0 and O, no 1, I and L.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12  # characters: 31 ** 12 codes, so that none is found by trying
NAME_MAX = 80  # characters of a name on a certificate, so that it stays on one sheet
NAME_MAY_CHANGE_FOR = timedelta(days=30)


def new_public_id() -> str:
    """Return 32 random hex digits."""
    return secrets.token_hex(16)


def course_ends_at() -> datetime:
    """Return until when progress is kept that is used now."""
    return timezone.now() + timedelta(days=settings.COURSE_RETENTION_DAYS)


def certificate_ends_at() -> datetime:
    """Return until when a certificate that is issued now can be verified."""
    return timezone.now() + timedelta(days=settings.CERTIFICATE_RETENTION_DAYS)


def new_code() -> str:
    """Return a code for a certificate, to be read aloud and typed: 12 letters and digits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))


def code_key(code: str) -> str:
    """Return the hash a certificate is found by, whatever case, spaces and dashes its code was typed with."""
    return keyed_hash("certificate", "".join(mark for mark in code.upper() if mark.isalnum()))


def _token(public_id: str) -> str:
    return keyed_hash("course", public_id)[:32]


def _link_key(token: str) -> str:
    return keyed_hash("course lookup", token)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Many enrolments at once, and the one way to begin one."""

    def begin(self, campaign: Campaign) -> "Enrolment":
        """Store that somebody begins a course; who it is, nobody asks."""
        public_id = new_public_id()
        return self.create(public_id=public_id, link_key=_link_key(_token(public_id)), campaign=campaign)

    def by_link(self, token: str) -> "Enrolment":
        """Return the enrolment a link belongs to. Raises `Enrolment.DoesNotExist`, also when its time is over."""
        kept = self.select_related("campaign", "action", "action__certificate")
        return kept.get(link_key=_link_key(token), expires_at__gt=timezone.now())

    def purge(self) -> int:
        """Delete those whose time is over; the actions they led to stay. Return how many."""
        return self.filter(expires_at__lte=timezone.now()).delete()[0]


class Enrolment(models.Model):
    """How far one person is in a course. Nothing personal: whoever has the link goes on."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    link_key = models.CharField(max_length=64, unique=True, editable=False)  # keyed hash of the link's token
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", verbose_name=_("campaign"))
    action = models.OneToOneField(Action, models.SET_NULL, null=True, related_name="enrolment")
    done = models.JSONField(_("lessons done"), default=list)  # keys of lessons whose question was answered right
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    expires_at = models.DateTimeField(_("kept until"), default=course_ends_at)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        """Return the address of the learner's own page."""
        return reverse("actions:course", args=[self.campaign.slug, self.token])

    @property
    def certificate_url(self) -> str:
        """Return the address at which the certificate is printed."""
        return reverse("actions:certificate", args=[self.campaign.slug, self.token])

    @property
    def token(self) -> str:
        """Return the secret of the learner's address: derived, so that a stolen database does not hold it."""
        return _token(self.public_id)

    @property
    def certificate(self) -> "Certificate | None":
        """Return the certificate of this course, where a name was given for one and its time is not over."""
        found: Certificate | None = getattr(self.action, "certificate", None)
        return found if found and found.expires_at > timezone.now() else None

    def keep(self) -> None:
        """Keep the progress longer, because it is used. At most one write a day."""
        ends = course_ends_at()
        if self.expires_at < ends - timedelta(days=1):
            Enrolment.objects.filter(pk=self.pk, expires_at__lt=ends).update(expires_at=ends)
            self.expires_at = ends

    def note_done(self, lesson: int) -> None:
        """Write down that the question of a lesson was answered right. Posts at the same moment lose nothing."""
        with transaction.atomic():
            locked = Enrolment.objects.select_for_update().get(pk=self.pk)
            if lesson not in locked.done:
                locked.done.append(lesson)
                locked.save(update_fields=["done"])
            self.done = locked.done

    def finish(self, submission: Submission) -> tuple[Action, bool]:
        """Count the finished course, once; return its action and whether it is new. In the caller's transaction."""
        locked = Enrolment.objects.select_for_update().get(pk=self.pk)
        self.action = locked.action
        if self.action is not None:
            return self.action, False
        self.action, is_new = Action.objects.take(submission)
        locked.action = self.action
        locked.save(update_fields=["action"])
        return self.action, is_new

    def certify(self, name: str, language: str) -> "Certificate | None":
        """Issue the certificate of a finished course, or correct its name within 30 days; the code stays.

        Returns None where the course is not finished, or where the name can no longer be changed. Whoever can print
        the certificate needs this link, so it is kept as long.
        """
        with transaction.atomic():
            locked = Enrolment.objects.select_for_update().get(pk=self.pk)
            if locked.action is None:
                return None
            certificate = locked.certificate
            if certificate is None:
                Certificate.objects.filter(action=locked.action).purge()  # an action has one at most
                certificate = Certificate.objects.issue(locked.action, name, language)
                ends = max(locked.expires_at, certificate.expires_at)
                Enrolment.objects.filter(pk=self.pk).update(expires_at=ends)
            elif certificate.name_may_change:
                certificate.name = name
                certificate.save(update_fields=["name"])
            else:
                return None
        return certificate


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Many certificates at once, and the one way to issue one."""

    def issue(self, action: Action, name: str, language: str) -> "Certificate":
        """Store a certificate of what was finished with this action, under a new code."""
        code = new_code()
        return self.create(
            code=code, code_key=code_key(code), name=name, campaign=action.campaign, action=action, language=language
        )

    def by_code(self, code: str) -> "Certificate":
        """Return the certificate with this code, however it was typed, in one look-up.

        Raises `Certificate.DoesNotExist`, also when its time is over.
        """
        kept = self.select_related("campaign", "action")
        return kept.get(code_key=code_key(code), expires_at__gt=timezone.now())

    def purge(self) -> int:
        """Delete those whose time is over; return how many."""
        return self.filter(expires_at__lte=timezone.now()).delete()[0]


class Certificate(models.Model):
    """That somebody completed a course, with the name they wanted printed. Its code holds none of that."""

    code_key = models.CharField(max_length=64, unique=True, editable=False)  # keyed hash of the code
    code = EncryptedTextField(editable=False)  # to be printed again
    name = EncryptedTextField()
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", verbose_name=_("campaign"))
    action = models.OneToOneField(Action, models.PROTECT, related_name="certificate")
    language = models.CharField(_("language"), max_length=5, default="en")
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    expires_at = models.DateTimeField(_("can be verified until"), default=certificate_ends_at)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def grouped_code(self) -> str:
        """Return the code as it is printed: in groups of four, to be read aloud and typed."""
        return "-".join(self.code[start:start + 4] for start in range(0, len(self.code), 4))

    @property
    def name_may_change(self) -> bool:
        """Tell whether a mistake in the name can still be mended."""
        return timezone.now() < self.issued_at + NAME_MAY_CHANGE_FOR

    @property
    def name_may_change_until(self) -> datetime:
        """Return until when a mistake in the name can be mended."""
        return self.issued_at + NAME_MAY_CHANGE_FOR
