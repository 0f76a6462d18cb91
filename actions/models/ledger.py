"""The ledger: one row an action, for ever, and nothing personal in it; the personal part expires."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.congress.lookup import being_filled
from actions.congress.models import Member
from actions.letters import Person, compose
from actions.models.counters import Counter, count
from actions.models.gateways import Office
from actions.models.outbox import Message, new_delivery_id
from actions.models.submissions import HeldBecause, Submission
from actions.states import FINAL, TOLD, State
from campaigns.models import Campaign, CampaignText, Kind, Organisation, lets_letters_out
from polaris_site.encryption import EncryptedTextField
from polaris_site.identity import email_key, keyed_hash, person_key


def _token(purpose: str, public_id: str) -> str:
    return keyed_hash(purpose, public_id)[:32]


class ActionQuerySet(models.QuerySet["Action"]):
    """Many actions at once, and the one way to take a new one."""

    def take(self, submission: Submission) -> tuple["Action", bool]:
        """Store an action with its letters, whole or not at all; return it and whether it is new.

        The same one-time key returns the action it made before. A second submission by the same person, or
        by another name under a counted mailbox, is held until the mailbox confirms; two at the same moment
        meet in the database's constraints, and the later one is held.
        """
        once_key = keyed_hash("once", submission.once)
        for _attempt in range(3):
            earlier = self.filter(once_key=once_key).first()
            if earlier:
                return earlier, False
            try:
                with transaction.atomic():
                    return self._store(submission, once_key), True
            except IntegrityError:
                continue  # somebody was faster; what they stored now decides
        with transaction.atomic():
            return self._store(submission, once_key), True

    def _store(self, submission: Submission, once_key: str) -> "Action":
        now = timezone.now()
        person, campaign = submission.person, submission.campaign
        keys = {"person_key": "", "email_key": ""}
        if person:
            keys = {
                "person_key": person_key(person.email, person.first_name, person.last_name),
                "email_key": email_key(person.email),
            }
        held_because = (self._held_because(campaign, keys) if person else "") or submission.doubt
        public_id = secrets.token_hex(16)
        action = self.create(
            public_id=public_id,
            receipt_key=keyed_hash("receipt lookup", _token("receipt", public_id)),
            confirm_key=keyed_hash("confirm lookup", _token("confirm", public_id)),
            campaign=campaign, text=submission.text, kind=campaign.kind, state=submission.state,
            district=submission.district, personal=bool(submission.own_words), source=submission.source,
            language=submission.language, created_at=now, held_because=held_because, once_key=once_key,
            counted_at=None if held_because else now, no_mail=submission.no_mail, promises=submission.promises,
            **keys,
        )
        if person:
            Sender.objects.create(action=action, own_words=submission.own_words, **vars(person))
            self._write_letters(action, submission, person)
        if not held_because:
            action.record()
        return action

    def _write_letters(self, action: "Action", submission: Submission, person: Person) -> None:
        """Store the letters of an action, each frozen as it was reviewed."""
        if submission.text is None:
            return
        organisation, messages, now = Organisation.current(), [], action.created_at
        gateways = Office.objects.gateways_of(to.seat for to in submission.recipients if to.seat)
        for to in submission.recipients:
            delivery_id = new_delivery_id()
            letter = compose(
                submission.text, organisation, person, submission.own_words, to, submission.state, delivery_id, now
            )
            message = Message(
                action=action, seat=to.seat, target=to.target, thanked=to.member if to.is_thanked else None,
                delivery_id=delivery_id, letter=letter.as_dict(), created_at=now, changed_at=now,
            )
            message.gateway, message.state, message.due = "", State.HELD, None
            if not action.held_because:
                message.start(gateways[to.seat.pk] if to.seat else None)
            messages.append(message)
        Message.objects.bulk_create(messages)

    def _held_because(self, campaign: Campaign, keys: dict[str, str]) -> str:
        counted = self.counted().filter(campaign=campaign)
        if counted.filter(person_key=keys["person_key"]).exists():
            return HeldBecause.REPEAT
        if counted.filter(email_key=keys["email_key"]).exists():
            return HeldBecause.MAILBOX
        return ""

    def counted(self) -> "ActionQuerySet":
        """Those that stand in the counter."""
        return self.filter(counted_at__isnull=False, invalidated_at=None)

    def with_once(self, once: str) -> "Action | None":
        """Return the action a review's one-time key has made, if it has made one."""
        return self.filter(once_key=keyed_hash("once", once)).first()

    def resume_waiting(self, at_most: int = 500) -> int:
        """Start the letters whose empty seat has been filled or whose campaign goes on; return how many."""
        now, resumed, house_waits = timezone.now(), 0, being_filled()
        filled = Exists(Member.objects.current().filter(seat=OuterRef("seat")))
        waiting = Message.objects.filter(
            filled | Q(target__isnull=False), lets_letters_out("action__campaign__"), state=State.WAITING
        ).select_related("seat", "target").defer("letter")
        for message in waiting[:at_most]:
            if house_waits and message.seat and not message.seat.is_senate:
                continue
            message.start()
            resumed += Message.objects.filter(pk=message.pk, state=State.WAITING).update(
                gateway=message.gateway, state=message.state, due=message.due, queued_at=message.queued_at,
                finished_at=message.finished_at, changed_at=now, error=message.error,
                news_since=now if message.error or (State.WAITING, message.state) in TOLD else None,
            )
        return resumed

    def with_news(self) -> "ActionQuerySet":
        """Those of which a letter ended in a way that its sender has not been told yet, oldest first."""
        news = Message.objects.filter(news_since__isnull=False).values("action")
        return self.filter(pk__in=news).order_by("pk")

    def by_receipt(self, token: str) -> "Action":
        """Return the action a receipt link belongs to. Raises `Action.DoesNotExist`."""
        return self.select_related("campaign").get(receipt_key=keyed_hash("receipt lookup", token))

    def by_confirmation(self, token: str) -> "Action":
        """Return the action a confirmation link belongs to. Raises `Action.DoesNotExist`."""
        return self.select_related("campaign").get(confirm_key=keyed_hash("confirm lookup", token))


class Action(models.Model):
    """One thing a supporter did. Never deleted; erasing a person removes the hashes."""

    public_id = models.CharField(max_length=32, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="actions", verbose_name=_("campaign"))
    text = models.ForeignKey(CampaignText, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=2, blank=True)
    district = models.PositiveSmallIntegerField(_("district"), null=True)
    personal = models.BooleanField(_("with own words"), default=False)
    source = models.CharField(_("source"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    counted_at = models.DateTimeField(_("counted"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    invalidated_at = models.DateTimeField(_("invalidated"), null=True)
    disowned_at = models.DateTimeField(_("said not to be theirs"), null=True)
    held_because = models.CharField(_("held because"), max_length=10, choices=HeldBecause, blank=True)
    no_mail = models.BooleanField(_("no mail wanted"), default=False)
    # What a pledge ticked, word for word. The database's own default is for processes that do not know of them yet.
    promises = models.JSONField(_("promises"), default=list, db_default=[], editable=False)
    person_key = models.CharField(max_length=64, blank=True, editable=False)
    email_key = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    once_key = models.CharField(max_length=64, unique=True, editable=False)
    receipt_key = models.CharField(max_length=64, unique=True, editable=False)
    confirm_key = models.CharField(max_length=64, unique=True, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "person_key"], name="one_counted_action_a_person",
                condition=Q(counted_at__isnull=False, invalidated_at__isnull=True) & ~Q(person_key=""),
            ),
            # A second name under a counted mailbox counts only once that mailbox has confirmed it.
            models.UniqueConstraint(
                fields=["campaign", "email_key"], name="one_unconfirmed_action_a_mailbox",
                condition=Q(counted_at__isnull=False, confirmed_at__isnull=True, invalidated_at__isnull=True)
                & ~Q(email_key=""),
            ),
        ]
        indexes = [models.Index(fields=["campaign", "-id"], name="action_newest")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"

    def get_absolute_url(self) -> str:
        """Return the address of the receipt."""
        return reverse("actions:receipt", args=[self.receipt_token])

    @property
    def receipt_token(self) -> str:
        """Return the secret of the receipt's address: derived, so that a stolen database does not hold it."""
        return _token("receipt", self.public_id)

    @property
    def confirm_token(self) -> str:
        """Return the secret of the confirmation's address, which goes to the mailbox and nowhere else."""
        return _token("confirm", self.public_id)

    @property
    def is_held(self) -> bool:
        """Tell whether the action still waits for its sender, or for the time its confirmation has."""
        if self.counted_at or not self.held_because or self.disowned_at:
            return False
        if self.has_letters:
            return self.messages.filter(state=State.HELD).exists()
        return timezone.now() < self.created_at + timedelta(days=settings.HELD_DAYS)

    @property
    def counts(self) -> bool:
        """Tell whether the action stands in the counter."""
        return self.counted_at is not None and self.invalidated_at is None

    def acted_in(self) -> set[int]:
        """Return the campaigns in which the same person counts, as far as a person was named; the own one always."""
        if not self.person_key:
            return {self.campaign_id}
        named = Action.objects.counted().filter(email_key=self.email_key, person_key=self.person_key)
        return {self.campaign_id, *named.values_list("campaign", flat=True)}

    @property
    def has_letters(self) -> bool:
        """Tell whether this kind of action sends letters."""
        return self.kind == Kind.MESSAGE

    def record(self) -> None:
        """Count this action, in the transaction that made it count."""
        count(Counter.ACTIONS, self.campaign_id)
        if self.kind == Kind.PLEDGE:
            count(Counter.PLEDGES, self.campaign_id)

    def confirm(self) -> "Action":
        """The mailbox's owner says the held action is theirs. Returns the action whose receipt to show.

        Where the same person has acted before, that action stands and this one's messages are withdrawn.
        """
        try:
            with transaction.atomic():
                return self._confirm()
        except IntegrityError:
            with transaction.atomic():
                return self._confirm()

    def _confirm(self) -> "Action":
        held = Action.objects.select_for_update().get(pk=self.pk)
        if held.counted_at:
            return held
        same = Action.objects.counted().filter(campaign=held.campaign, person_key=held.person_key)
        first = same.exclude(pk=held.pk).first()
        if first and held.person_key:
            held.messages.move(State.HELD, State.WITHDRAWN, error="repeat")
            return first
        if held.campaign.has_ended:
            held.messages.move(State.HELD, State.WITHDRAWN, error="campaign over")
            return held
        if not held.is_held:
            return held  # expired or withdrawn meanwhile: its receipt says so
        messages = list(held.messages.filter(state=State.HELD).select_related("seat", "target"))
        held.counted_at = held.confirmed_at = timezone.now()
        held.save(update_fields=["counted_at", "confirmed_at"])
        for message in messages:
            message.start()
            message.changed_at = held.counted_at
        Message.objects.bulk_update(messages, [
            "gateway", "state", "due", "queued_at", "finished_at", "changed_at", "error",
        ])
        held.record()
        return held

    def withdraw(self) -> int:
        """Take back every message that is still unsent; returns how many that was.

        Where nothing has gone and nobody was written to by hand, the action is undone: it leaves the counter,
        and the person may write again.
        """
        with transaction.atomic():
            locked = Action.objects.select_for_update().get(pk=self.pk)
            stopped = locked._stop_unsent()
            by_hand = locked.messages.filter(state=State.SELF_SERVE, self_sent_at=None)
            gone = locked.messages.exclude(state=State.WITHDRAWN).exclude(pk__in=by_hand.values("pk"))
            if stopped and not gone.exists():
                locked._stop_by_hand()
                locked._uncount()
        return stopped

    def disown(self) -> bool:
        """Whoever holds the receipt says that the action is not theirs; returns whether that was news.

        What has not gone is stopped, the action leaves the counter, and what was typed about a person is deleted,
        at once or as soon as nothing is under way. What an office has taken stays counted: it has it.
        """
        with transaction.atomic():
            locked = Action.objects.select_for_update().get(pk=self.pk)
            if locked.disowned_at:
                return False
            locked._stop_unsent()
            locked._stop_by_hand()
            locked._uncount()
            Action.objects.filter(pk=locked.pk).update(disowned_at=timezone.now())
            Sender.objects.filter(action=locked.pk).forget()
            locked.outcome_notices.all().delete()
            if hasattr(locked, "certificate"):  # it shows a name to whoever has its code
                locked.certificate.delete()
        return True

    def _stop_unsent(self) -> int:
        # Locked: a letter that starts to wait, or is given back to the queue, at this moment is stopped all the same.
        locked = self.messages.select_for_update().order_by("pk").defer("letter")
        return sum(message.withdraw() for message in locked)

    def _stop_by_hand(self) -> None:
        by_hand = self.messages.filter(state=State.SELF_SERVE, self_sent_at=None)
        Message.objects.filter(pk__in=list(by_hand.values_list("pk", flat=True))).move(
            State.SELF_SERVE, State.WITHDRAWN
        )

    def _uncount(self) -> None:
        """Take the action out of the counters it is in, once."""
        if self.counted_at and not self.invalidated_at:
            self.invalidated_at = timezone.now()
            self.save(update_fields=["invalidated_at"])
            count(Counter.ACTIONS, self.campaign_id, -1)
            if self.kind == Kind.PLEDGE:
                count(Counter.PLEDGES, self.campaign_id, -1)


class SenderQuerySet(models.QuerySet["Sender"]):
    """Many senders at once."""

    def expired(self) -> "SenderQuerySet":
        """Those whose letters are all final for long enough, and those whose time is over in any case."""
        now = timezone.now()
        rests = now - timedelta(days=settings.SENDER_RETENTION_DAYS)
        limit = now - timedelta(days=settings.SENDER_RETENTION_LIMIT_DAYS)
        unfinished = Message.objects.filter(action=OuterRef("action")).exclude(state__in=FINAL)
        quiet = self.filter(~Exists(unfinished)).annotate(last=Max("action__messages__finished_at"))
        waits = now - timedelta(days=settings.HELD_DAYS)
        done = quiet.filter(
            # What nobody confirmed goes at once: its mail says so. So does what its owner says is not theirs.
            Q(last__lte=rests) | Q(last=None, action__created_at__lte=rests)
            | Q(action__counted_at=None, action__kind=Kind.MESSAGE)
            | Q(action__counted_at=None, action__created_at__lte=waits)
            | Q(action__disowned_at__isnull=False)
        ).values("pk")
        return self.filter(Q(pk__in=done) | Q(action__created_at__lte=limit))

    def forget(self) -> int:
        """Delete those of these whose time is over, and the letters that hold the same; return how many."""
        with transaction.atomic():
            over = list(self.expired().values_list("action_id", flat=True))
            # An action is locked before its messages, here and wherever both are.
            locked = Action.objects.select_for_update().filter(pk__in=over).order_by("pk")
            actions = list(locked.values_list("pk", flat=True))
            Message.objects.filter(action__in=actions).update(letter=None)
            self.model.objects.filter(action__in=actions).delete()
        return len(actions)


class Sender(models.Model):
    """The personal part of one action, encrypted, kept only until its letters are done.

    A pledge has first name and email alone.
    """

    action = models.OneToOneField(Action, models.CASCADE, related_name="sender")
    prefix = EncryptedTextField(blank=True)
    first_name = EncryptedTextField(blank=True)
    last_name = EncryptedTextField(blank=True)
    email = EncryptedTextField()
    phone = EncryptedTextField(blank=True)
    address1 = EncryptedTextField(blank=True)
    address2 = EncryptedTextField(blank=True)
    city = EncryptedTextField(blank=True)
    zip = EncryptedTextField(blank=True)
    own_words = EncryptedTextField(blank=True)

    objects = SenderQuerySet.as_manager()

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")

    def __str__(self) -> str:
        return f"sender of action {self.action_id}"
