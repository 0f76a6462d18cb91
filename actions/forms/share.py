"""What people type who say that they shared something: nothing about themselves, unless they want mail."""

from typing import Any

from crispy_forms.layout import HTML, Div, Layout, Submit
from django.utils.translation import gettext_lazy as _

from actions.consents import AnonymousConsentsForm, consents_layout
from actions.forms.base import public_helper


class SharedForm(AnonymousConsentsForm):
    """One button that counts, below two boxes that nobody has to tick."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = public_helper()
        self.helper.layout = Layout(
            Div("website", css_class="honeypot"),
            # Folded, so that the button is in sight: who leaves before it has counted nothing.
            HTML("{% load i18n %}<details{% if form.errors %} open{% endif %}><summary>"
                 "{% translate 'Do you want email from us?' %}</summary>"),
            consents_layout("news", "outcome", "email"),
            HTML("</details>"),
            Submit("go", _("I shared it: count it"), css_id="go"),
        )
