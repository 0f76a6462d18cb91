"""Somebody takes a course, without an account or a cookie, and can show that they finished it."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from polaris_site.encryption import EncryptedTextField
from polaris_site.identity import keyed_hash

# Letters and digits that nobody mistakes for another: no 0 and O, no 1, I and L.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12  # characters: 31 ** 12 codes, so that none is found by trying


def new_public_id() -> str:
    """Return 32 random hex digits."""
    return secrets.token_hex(16)


def course_ends_at() -> datetime:
    """Return until when progress is kept that is used now."""
    return timezone.now() + timedelta(days=settings.COURSE_RETENTION_DAYS)


def certificate_ends_at() -> datetime:
    """Return until when a certificate that is issued now can be verified."""
    return timezone.now() + timedelta(days=settings.CERTIFICATE_RETENTION_DAYS)


class Enrolment(models.Model):
    """How far one person is in a course. Nothing personal: whoever has the link goes on."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    link_key = models.CharField(max_length=64, unique=True, editable=False)  # keyed hash of the link's token
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", verbose_name=_("campaign"))
    action = models.OneToOneField("actions.Action", models.SET_NULL, null=True, related_name="enrolment")
    done = models.JSONField(_("lessons done"), default=list)  # keys of lessons whose question was answered right
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    expires_at = models.DateTimeField(_("kept until"), default=course_ends_at)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")

    def __str__(self) -> str:
        return f"{self.pk}"


class Certificate(models.Model):
    """That somebody completed a course, with the name they wanted printed. Its code holds none of that."""

    code_key = models.CharField(max_length=64, unique=True, editable=False)  # keyed hash of the code
    code = EncryptedTextField(editable=False)  # to be printed again
    name = EncryptedTextField()
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", verbose_name=_("campaign"))
    action = models.OneToOneField("actions.Action", models.PROTECT, related_name="certificate")
    language = models.CharField(_("language"), max_length=5, default="en")
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    expires_at = models.DateTimeField(_("can be verified until"), default=certificate_ends_at)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")

    def __str__(self) -> str:
        return f"{self.pk}"


def new_code() -> str:
    """Return a code for a certificate, to be read aloud and typed: 12 letters and digits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))


def code_key(code: str) -> str:
    """Return the hash a certificate is found by, whatever case, spaces and dashes its code was typed with."""
    return keyed_hash("certificate", "".join(mark for mark in code.upper() if mark.isalnum()))
