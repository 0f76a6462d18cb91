"""How a campaign ends, said by staff on a page of its own: what becomes of its letters, and who is told what."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from actions.models import Message, OutcomeNotice
from actions.outcome_mails import outcome_mail, tell_outcomes
from actions.states import State
from campaigns.admin import CampaignAdmin
from campaigns.models import ENDED, Campaign, Status

# What has not gone out, in the order of a letter's life; the first ends with the campaign in any case.
UNSENT = (State.HELD, State.WAITING, State.QUEUED, State.SENDING)
TOLD_AT_ONCE = 200  # mails in the transaction of the end; the sweep queues the others
WITHDRAW, SEND = "withdraw", "send"
ENDS = {
    Status.WON: _("Won: what it asked for has come about"),
    Status.LOST: _("Lost: it will not come about"),
    Status.ARCHIVED: _("Archived: it is over without either"),
}


class EndForm(forms.Form):
    """What staff say about the end."""

    status = forms.ChoiceField(label=_("How it ends"), widget=forms.RadioSelect, choices=list(ENDS.items()))
    outcome_en = forms.CharField(
        label=_("What happened, English"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6, "cols": 80}),
        help_text=_("Stands on its page and in the mails. An empty line begins a new paragraph."),
    )
    outcome_es = forms.CharField(
        label=_("What happened, Spanish"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 6, "cols": 80}),
        help_text=_("Empty: readers of Spanish get the English, and are told so."),
    )
    button_en = forms.CharField(
        label=_("Words on the card’s button, English"), max_length=40,
        help_text=_("Nobody can act any more, so it must not say that they can."),
    )
    button_es = forms.CharField(label=_("Words on the card’s button, Spanish"), max_length=40, required=False)
    letters = forms.ChoiceField(
        label=_("Letters that have not gone out"), widget=forms.RadioSelect, initial=WITHDRAW, choices=[
            (WITHDRAW, _("Withdraw them. Their senders are told.")),
            (SEND, _("Let them go out: they were taken before the end.")),
        ],
    )

    def clean_outcome_en(self) -> str:
        """Keep the paragraphs, without the line ends of Windows."""
        return _lines(self.cleaned_data["outcome_en"])

    def clean_outcome_es(self) -> str:
        """Keep the paragraphs, without the line ends of Windows."""
        return _lines(self.cleaned_data["outcome_es"])

    @property
    def words(self) -> dict[str, str]:
        """Return what the campaign's page and card say from now on."""
        return {name: self.cleaned_data[name] for name in ("outcome_en", "outcome_es", "button_en", "button_es")}

    @property
    def lets_letters_out(self) -> bool:
        """Tell whether letters that were taken still go out."""
        return bool(self.cleaned_data["letters"] == SEND)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _initial(campaign: Campaign) -> dict[str, str]:
    button = {}
    for language in ("en", "es"):
        with override(language):
            button[f"button_{language}"] = gettext("See what came of it")
    stored = {name: getattr(campaign, name) or "" for name in ("outcome_en", "outcome_es")}
    return {**stored, **button, "letters": WITHDRAW}


def end(campaign: Campaign, form: EndForm) -> bool:
    """End a campaign as the form says, in one transaction; False where it was over already, and nothing is done."""
    with transaction.atomic():
        ended = campaign.end(
            form.cleaned_data["status"], sends_after_end=form.lets_letters_out, **form.words
        )
        if ended:
            tell_outcomes(campaign, TOLD_AT_ONCE)
    return ended


class EndsCampaigns(CampaignAdmin):
    """Campaigns, with the page on which staff say how one ends."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page of the end."""
        page = path("<int:pk>/end/", self.admin_site.admin_view(self.end_view), name="campaigns_campaign_end")
        return [page, *super().get_urls()]

    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask how it ends, show what that does, and do it once it is confirmed."""
        campaign = Campaign.objects.filter(pk=pk).first()
        if campaign is None:
            raise Http404
        if not self.has_change_permission(request, campaign):
            raise PermissionDenied
        if not campaign.can_end:
            return self._back(request, campaign, messages.WARNING, self._why_not(campaign))
        if request.method != "POST":
            return self._ask(request, campaign, EndForm(initial=_initial(campaign)))
        form = EndForm(request.POST)
        if not form.is_valid() or request.POST.get("step") == "change":
            return self._ask(request, campaign, form)
        if request.POST.get("step") != "end":
            return self._ask(request, campaign, form, sure=True)
        if not end(campaign, form):
            return self._back(request, campaign, messages.WARNING, gettext("Somebody else has ended it just now."))
        self.log_change(request, campaign, "ended")
        return self._back(request, campaign, messages.SUCCESS, gettext("The campaign is over."))

    def _why_not(self, campaign: Campaign) -> str:
        if campaign.status in ENDED:
            return gettext("This campaign is over already.")
        return gettext("This campaign has not begun, so it cannot end.")

    def _back(self, request: HttpRequest, campaign: Campaign, level: int, words: str) -> HttpResponse:
        self.message_user(request, words, level)
        return HttpResponseRedirect(reverse("admin:campaigns_campaign_change", args=[campaign.pk]))

    def _ask(self, request: HttpRequest, campaign: Campaign, form: EndForm, *, sure: bool = False) -> HttpResponse:
        asked = OutcomeNotice.objects.standing().filter(campaign=campaign)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request), "title": gettext("End this campaign"), "opts": self.opts,
            "campaign": campaign, "form": form, "sure": sure, "unsent": _unsent(campaign), "asked": asked.count(),
        }
        if sure:
            context["mails"] = _mails(campaign, form)
            context["chosen"] = ENDS[form.cleaned_data["status"]]
        return TemplateResponse(request, "admin/campaigns/campaign/end.html", context)


def _unsent(campaign: Campaign) -> list[tuple[str, int]]:
    """Return how many letters have not gone out, by state."""
    rows = Message.objects.filter(action__campaign=campaign, state__in=UNSENT).values_list("state")
    numbers = dict(rows.annotate(Count("pk")).order_by())
    return [(str(state.label), numbers.get(state, 0)) for state in UNSENT]


def _mails(campaign: Campaign, form: EndForm) -> list[tuple[str, str, str]]:
    """Return the mails as they would go out, word for word: language, subject, text."""
    campaign.status, campaign.closed_at = form.cleaned_data["status"], timezone.now()
    for name, words in form.words.items():
        setattr(campaign, name, words)
    return [(language, *outcome_mail(campaign, language)) for language in ("en", "es")]
