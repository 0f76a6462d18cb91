"""The sign-up form, joined into pages of other apps."""

from django import template

from newsletter.forms import SignUpForm

register = template.Library()


@register.inclusion_tag("newsletter/_form.html")
def newsletter_form(page: str) -> dict[str, object]:
    """Show the sign-up form under a heading of its own. `page` is the word that the ledger of consent keeps."""
    return {"form": SignUpForm(page=page)}
