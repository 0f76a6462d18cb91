"""What somebody meets who shares: the graphics, staff's own picture, and the page that counts."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PIL import Image

from campaigns.models import Graphic
from tests.factories import create_graphic, create_share_campaign

if TYPE_CHECKING:
    from tests.browser.states import Visit

LONG_WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis"


def sharing(visit: "Visit") -> Iterator[str]:
    """Go from the graphics to the page that counts, and see what there is to mend."""
    campaign = create_share_campaign(slug="spread", graphics=0, title=f"Share {LONG_WORD} with everybody")
    visit.open_route("actions:campaign", "spread")
    yield "share without graphics"
    create_graphic(
        campaign, headline_en=f"{LONG_WORD} {LONG_WORD[:30]}", headline_es=f"{LONG_WORD} {LONG_WORD[:30]}",
        caption_en=f"{LONG_WORD} " * 6, caption_es=f"{LONG_WORD} " * 6,
    )
    file = io.BytesIO()
    Image.new("RGB", (900, 300), "navy").save(file, "PNG")
    own = create_graphic(campaign, headline_es="", alt_es="")
    Graphic.objects.filter(pk=own.pk).update(
        upload=file.getvalue(), upload_type="png", upload_width=900, upload_height=300
    )
    # Phones have it, this browser does not.
    visit.page.add_init_script("navigator.share ??= async () => {}")
    visit.open_route("actions:campaign", "spread")
    visit.sees("[data-share]:not([hidden])")
    yield "share with long words and a picture of staff"
    visit.press("#tell button")
    visit.page.wait_for_url("**/shared/**")
    yield "count a share"
    visit.page.locator("[name=news]").check()
    visit.press("#go")
    visit.sees(".error-summary")
    yield "count a share, with a mistake"
    visit.page.locator("[name=news]").uncheck()
    visit.press("#go")
    visit.page.wait_for_url("**/receipt/**")
    yield "receipt of a share"
