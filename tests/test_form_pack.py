"""How every form of the site looks to a person and to assistive technology."""

from typing import Any

import lxml.html
import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout, Submit
from django import forms
from django.template import Context, Template


class Sample(forms.Form):
    """One field of each sort the site uses."""

    email = forms.EmailField(
        label="Email", help_text="We answer there.", error_messages={"required": "Enter your email."}
    )
    phone = forms.CharField(label="Phone", required=False)
    office = forms.ChoiceField(
        label="Your district", choices=[("1", "First"), ("2", "Second")], widget=forms.RadioSelect,
        error_messages={"required": "Choose one."}, help_text="See the map.",
    )
    words = forms.CharField(label="Words", required=False, widget=forms.Textarea(attrs={"data-count": 10}))
    news = forms.BooleanField(label="Send me news", error_messages={"required": "Tick this."})
    website = forms.CharField(label="Leave this empty", required=False)
    state = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Fieldset("About you", "email", "phone", "office", css_id="about"),
            HTML("<p id='between'>Between</p>"),
            Field("words"), "news", Div("website", css_class="honeypot"), "state",
            Submit("send", "Send it", css_class="button--quiet"),
        )


def drawn(form: forms.Form) -> lxml.html.HtmlElement:
    page = Template(
        "{% load crispy_forms_tags %}<main>{% include '_error_summary.html' %}{% crispy form %}</main>"
    ).render(Context({"form": form}))
    return lxml.html.fromstring(page)


def one(page: lxml.html.HtmlElement, path: str) -> lxml.html.HtmlElement:
    found = page.xpath(path)
    assert len(found) == 1, path
    return found[0]


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_fresh_form_shows_labels_hints_and_what_is_optional() -> None:
    page = drawn(Sample())

    assert words(one(page, "//label[@for='id_email']")) == "Email"
    assert words(one(page, "//label[@for='id_phone']")) == "Phone (optional)"
    assert one(page, "//input[@id='id_email']").get("aria-describedby") == "id_email_helptext"
    assert words(one(page, "//*[@id='id_email_helptext']")) == "We answer there."
    assert words(one(page, "//fieldset[@id='about']/legend")) == "About you"
    assert one(page, "//textarea").get("data-count") == "10"
    assert one(page, "//form").get("novalidate") is not None
    assert words(one(page, "//button[@type='submit'][@name='send']")) == "Send it"
    assert one(page, "//button").get("class", "").split() == ["button", "button--quiet"]
    assert not page.xpath("//*[@aria-invalid]")
    assert not page.find_class("error-summary")


def test_radio_buttons_form_a_named_group() -> None:
    page = drawn(Sample())

    group = one(page, "//fieldset[legend[normalize-space()='Your district']]")
    assert group.get("aria-describedby") == "id_office_helptext"
    assert [words(label) for label in group.xpath(".//label")] == ["First", "Second"]
    assert [radio.get("id") for radio in group.xpath(".//input[@type='radio']")] == ["id_office_0", "id_office_1"]


@pytest.mark.parametrize(
    ("field", "target", "says"),
    [
        ("email", "id_email", "Enter your email."),
        ("office", "id_office_0", "Choose one."),
        ("news", "id_news", "Tick this."),
    ],
)
def test_error_is_said_in_the_summary_and_at_its_field(field: str, target: str, says: str) -> None:
    page = drawn(Sample({}))

    link = one(page, f"//*[@role='alert']//a[normalize-space()='{says}']")
    assert link.get("href") == f"#{target}"
    assert one(page, f"//*[@id='{target}']").get("type") in ("email", "radio", "checkbox")
    assert words(one(page, f"//*[@id='id_{field}_error']")) == f"Error: {says}"
    described = one(page, f"(//*[contains(@aria-describedby, 'id_{field}_error')])[1]")
    assert described.tag in ("input", "fieldset")


def test_alert_is_not_the_part_that_takes_focus() -> None:
    page = drawn(Sample({}))

    summary = one(page, "//*[contains(@class, 'error-summary')]")
    assert summary.get("tabindex") == "-1"
    assert summary.get("role") is None
    assert words(one(summary, "./*[@role='alert']/h2")) == "There is a problem"


def test_what_was_typed_is_never_markup() -> None:
    form = Sample({"email": '"><script>alert(1)</script>', "words": "</textarea><b>"})

    page = drawn(form)

    assert not page.xpath("//script | //main//b")
    assert one(page, "//textarea").text == "\n</textarea><b>"


def test_form_without_csrf_switched_off_carries_the_token() -> None:
    form = Sample()
    form.helper.disable_csrf = False

    form_tag = Template("{% load crispy_forms_tags %}{% crispy form %}")
    page = form_tag.render(Context({"form": form, "csrf_token": "t" * 64}))

    assert "csrfmiddlewaretoken" in page
