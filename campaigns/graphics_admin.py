"""Where staff write the graphics of a campaign, see them, and put a picture of their own in place of one."""

import base64
import io
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline
from PIL import Image

from campaigns.drawing import undrawable
from campaigns.models import Campaign, Graphic
from campaigns.pictures import drawing_of
from campaigns.uploads import Cleaned, clean

PREVIEW = (360, 640)  # pixels, at most
# Only the type stubs know this as generic.
if TYPE_CHECKING:
    GraphicModelForm = forms.ModelForm[Graphic]
else:
    GraphicModelForm = forms.ModelForm


class GraphicForm(GraphicModelForm):
    """The words of a graphic, or a picture of staff's own; described in each language it speaks."""

    own_picture = forms.FileField(
        label=_("your own picture instead"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_(
            "PNG, JPEG or WebP, at most 10 MB. We keep its pixels alone: where and when it was taken, and by whom, is "
            "left out. Show no chains, no bars and no person who could be recognized."
        ),
    )
    drop_picture = forms.BooleanField(
        label=_("take my own picture away"), required=False, help_text=_("The site draws the words again.")
    )

    class Meta:
        model = Graphic
        exclude: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name.startswith(("words", "alt", "caption")):
                field.widget = AdminTextareaWidget(attrs={"rows": 3})

    def clean_own_picture(self) -> Cleaned | None:
        """Decode the file and encode it anew; say in plain words why it cannot be taken."""
        file = self.cleaned_data.get("own_picture")
        return clean(file) if file else None

    def clean(self) -> dict[str, Any]:
        """Ask for a description in each language, as the English one is, and for letters that can be drawn."""
        data = super().clean() or {}
        if data.get("headline_es"):
            self._ask(data, "alt_es", _("The headline has a Spanish form: describe the picture in Spanish too."))
            self._ask(data, "caption_es", _("The headline has a Spanish form: write the Spanish caption too."))
        for name in ("headline_en", "headline_es", "words_en", "words_es"):
            if lost := undrawable(data.get(name) or ""):
                self.add_error(name, gettext(
                    "Our typeface has no “%(marks)s”. Leave it out, or upload a picture of your own."
                ) % {"marks": lost})
        if data.get("own_picture") and data.get("drop_picture"):
            self.add_error("drop_picture", _("Choose one: a new picture, or none."))
        return data

    def _ask(self, data: dict[str, Any], name: str, message: Any) -> None:
        if not (data.get(name) or "").strip() and name not in self.errors:
            self.add_error(name, message)

    def save(self, commit: bool = True) -> Graphic:
        """Put the picture in its place."""
        picture: Cleaned | None = self.cleaned_data.get("own_picture")
        if picture is None and self.cleaned_data.get("drop_picture"):
            picture = Cleaned(b"", "", 0, 0)
        if picture is not None:
            graphic = self.instance
            graphic.upload, graphic.upload_type = picture.content or None, picture.type
            graphic.upload_width, graphic.upload_height = picture.width, picture.height
        return super().save(commit)


class GraphicInline(TranslationStackedInline[Graphic, Campaign]):
    """The graphics of a campaign, each with how it looks."""

    model = Graphic
    form = GraphicForm
    extra = 0
    fields = ("position", "design", "headline", "words", "alt", "caption", "own_picture", "drop_picture", "looks")
    readonly_fields = ("looks",)

    @admin.display(description=_("how it looks"))
    def looks(self, graphic: Graphic) -> SafeString | str:
        """Show the picture as it was saved, in each language."""
        if not graphic.pk:
            return gettext("You see it here once it is saved.")
        if graphic.upload:
            return _shown(_small(bytes(graphic.upload)), "image/jpeg", graphic.alt)
        found = []
        for language in ("en", "es"):
            with override(language):
                drawing = drawing_of(graphic, "square", "svg")
            found.append((_shown(drawing.file(), "image/svg+xml", drawing.description),))
        return format_html_join(" ", "{}", found)


def _small(content: bytes) -> bytes:
    """Return an upload as staff see it beside its words."""
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
        image.draft("RGB", PREVIEW)
        image.thumbnail(PREVIEW)
        ground = Image.new("RGB", image.size, "white")
        see_through = image.convert("RGBA")
        ground.paste(see_through, mask=see_through.getchannel("A"))
    file = io.BytesIO()
    ground.save(file, "JPEG", quality=80)
    return file.getvalue()


def _shown(content: bytes, kind: str, alt: str) -> SafeString:
    data = base64.b64encode(content).decode()
    return format_html('<img src="data:{};base64,{}" alt="{}" width="300">', kind, data, alt)
