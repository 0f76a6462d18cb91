"""The one outbox of mail: a row is stored with what caused it, claimed with a lease, and sent by a worker."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from polaris_site.encryption import EncryptedTextField
from polaris_site.identity import email_key

# A claimed row whose worker died is free again after this long. A batch stops starting mails after
# BATCH_LASTS, and one mail takes at most a handful of answers of EMAIL_TIMEOUT each.
LEASE_LASTS = timedelta(minutes=5)
BATCH_LASTS = timedelta(seconds=30)
# What comes after each try that came to nothing; the last one repeats until GIVE_UP_AFTER.
RETRY_AFTER = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6),
)
GIVE_UP_AFTER = timedelta(days=3)


class MailState(models.TextChoices):
    """Where one mail stands."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")


def new_message_id() -> str:
    """Return 32 hex digits, minted once a mail and the same for every try of it."""
    return secrets.token_hex(16)


def give_up_at() -> datetime:
    """Return when a mail made now is of no use any more."""
    return timezone.now() + GIVE_UP_AFTER


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Many mails at once."""

    def has_room(self, kind: str, to: str, per_day: int) -> bool:
        """Tell whether an address may get one more mail of a kind within 24 hours."""
        since = timezone.now() - timedelta(days=1)
        return self.filter(kind=kind, address_key=email_key(to), created_at__gt=since).count() < per_day

    def put(
        self, *, kind: str, to: str, subject: str, text: str, cap_per_day: int | None = None
    ) -> "OutgoingMail | None":
        """Store one mail in the caller's transaction; a worker sends it after the commit.

        `kind` is a short word such as "receipt"; `text` is plain. With `cap_per_day`, returns None and stores
        nothing when the address already had that many mails of this kind within 24 hours.
        """
        if cap_per_day is not None and not self.has_room(kind, to, cap_per_day):
            return None
        return self.create(
            kind=kind, to=to.strip(), subject=" ".join(subject.split()), text=text, address_key=email_key(to)
        )

    def due(self) -> "OutgoingMailQuerySet":
        """What may go out now, oldest first."""
        now = timezone.now()
        return self.filter(state=MailState.QUEUED, due__lte=now, expires_at__gt=now).order_by("due", "pk")

    def claim(self, at_most: int) -> list["OutgoingMail"]:
        """Take up to `at_most` due rows for one try each; nobody else gets them until the lease ends.

        Address and text are read when a row's turn comes: one that cannot be decrypted stops no other.
        """
        lease_id, now = secrets.token_hex(8), timezone.now()
        with transaction.atomic():
            rows = list(self.due().defer("to", "text").select_for_update(skip_locked=True)[:at_most])
            self.filter(pk__in=[row.pk for row in rows]).update(
                state=MailState.SENDING, lease_id=lease_id, lease_ends=now + LEASE_LASTS,
                attempts=F("attempts") + 1,
            )
        for row in rows:
            row.state, row.lease_id, row.attempts = MailState.SENDING, lease_id, row.attempts + 1
        return rows

    def release(self, rows: Iterable["OutgoingMail"]) -> None:
        """Give claimed rows back untried; the claim does not count as an attempt."""
        for row in rows:
            self.filter(pk=row.pk, state=MailState.SENDING, lease_id=row.lease_id).update(
                state=MailState.QUEUED, lease_id="", lease_ends=None, attempts=F("attempts") - 1
            )

    def reclaim(self) -> int:
        """Free the rows of workers that died; return how many.

        A mail whose worker died after the server took it goes out twice, with the same Message-ID: a second
        copy does less harm than a receipt that never comes.
        """
        return self.filter(state=MailState.SENDING, lease_ends__lte=timezone.now()).update(
            state=MailState.QUEUED, lease_id="", lease_ends=None
        )

    def purge(self) -> int:
        """Delete what ended, one way or the other, `MAIL_RETENTION_DAYS` ago; return how many."""
        before = timezone.now() - timedelta(days=settings.MAIL_RETENTION_DAYS)
        ended = Q(finished_at__lte=before) | Q(finished_at=None, expires_at__lte=before)
        return self.filter(ended).delete()[0]


class OutgoingMail(models.Model):
    """One mail to one person, kept until it went out and a few days after."""

    kind = models.CharField(_("kind"), max_length=20)
    to = EncryptedTextField()
    subject = models.CharField(_("subject"), max_length=200)
    text = EncryptedTextField()
    address_key = models.CharField(max_length=64, editable=False)  # limits, export, erasure
    message_id = models.CharField(max_length=32, unique=True, default=new_message_id, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=MailState, default=MailState.QUEUED)
    due = models.DateTimeField(_("due"), default=timezone.now)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    lease_id = models.CharField(max_length=16, blank=True)
    lease_ends = models.DateTimeField(null=True)
    error = models.CharField(_("last error"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), default=give_up_at)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=MailState.SENDING) | (~Q(lease_id="") & Q(lease_ends__isnull=False)),
                name="sending_mail_holds_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["due", "id"], condition=Q(state=MailState.QUEUED), name="mail_due"),
            models.Index(fields=["address_key", "kind", "created_at"], name="mail_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.state}"

    def as_email(self) -> EmailMessage:
        """Return the mail itself; its Message-ID is the same for every try. May raise `NotOurs`."""
        self.refresh_from_db(fields=["to", "text"])
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        headers = {"Message-ID": f"<{self.message_id}@{domain}>", "Auto-Submitted": "auto-generated"}
        return EmailMessage(self.subject, self.text, settings.DEFAULT_FROM_EMAIL, [self.to], headers=headers)

    def settle(self, error: str = "", *, final: bool = False) -> bool:
        """Write down one try: sent, to be tried again, or given up.

        `error` names what went wrong, never whom it was for. A worker whose lease went to somebody else
        changes nothing and gets False.
        """
        now = timezone.now()
        due = now + RETRY_AFTER[min(self.attempts, len(RETRY_AFTER)) - 1]
        if not error:
            state = MailState.SENT
        elif final or due >= self.expires_at:
            state = MailState.FAILED
        else:
            state = MailState.QUEUED
        mine = OutgoingMail.objects.filter(pk=self.pk, state=MailState.SENDING, lease_id=self.lease_id)
        return bool(mine.update(
            state=state, error=error, due=due, lease_id="", lease_ends=None,
            finished_at=None if state == MailState.QUEUED else now,
        ))
