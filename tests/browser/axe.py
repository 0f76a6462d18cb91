"""What axe-core finds on a page, and from the pixels what it cannot tell: the contrast of text on a picture."""

import base64
from math import inf
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {
        "color-contrast-enhanced": {"enabled": True},  # AAA: 7:1, and 4.5:1 for large text
        "label-content-name-mismatch": {"enabled": True},  # what one reads is what one can say
    },
    "resultTypes": ["violations", "incomplete"],
}
CONTRAST = {"color-contrast", "color-contrast-enhanced"}

# axe takes what lies under the sticky bar at this moment for too small to hit, but one scrolls. So the bar stands at
# the end of the page meanwhile; the tests of the keyboard look at what stays covered.
RUN = """async options => {
    const bar = document.querySelector(".bar");
    if (bar) bar.style.position = "static";
    const result = await axe.run(document, options);
    if (bar) bar.style.position = "";
    const plain = rule => rule.nodes.map(node => ({
        rule: rule.id, target: node.target.join(" "), html: node.html.slice(0, 90),
        why: [...node.any, ...node.all, ...node.none].map(check => check.message).join("; "),
    }));
    return {violations: result.violations.flatMap(plain), incomplete: result.incomplete.flatMap(plain)};
}"""

# Takes the letters away and leaves what they stand on, then brings them back.
HIDE = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { -webkit-text-fill-color: transparent !important; text-shadow: none !important;
        text-decoration-color: transparent !important; transition: none !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
UNHIDE = "document.adoptedStyleSheets = []"

# The least contrast of an element's own text, and whether it is large. `picture` shows the window without letters.
# What stands behind is averaged over squares of half an em, a letter each: a speck hides no letter, a patch does.
MEASURE = """async ([target, picture]) => {
    const element = document.querySelector(target);
    const bytes = Uint8Array.from(atob(picture), letter => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d", {willReadFrequently: true});
    canvas.drawImage(image, 0, 0);
    const dot = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const light = rgb => rgb.map(value => value / 255)
        .map(value => value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4)
        .reduce((sum, value, part) => sum + value * [.2126, .7152, .0722][part], 0);

    function contrast(left, top, width, height) {
        const pixels = canvas.getImageData(left, top, width, height).data;
        const sums = [0, 0, 0];
        pixels.forEach((value, at) => { if (at % 4 < 3) sums[at % 4] += value; });
        const ground = sums.map(sum => Math.round(sum / (width * height)));
        for (const colour of [`rgb(${ground.join(" ")})`, style.color]) { // the second may let the first through
            dot.fillStyle = colour;
            dot.fillRect(0, 0, 1, 1);
        }
        const both = [light(ground), light([...dot.getImageData(0, 0, 1, 1).data].slice(0, 3))];
        return (Math.max(...both) + .05) / (Math.min(...both) + .05);
    }

    const boxes = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).flatMap(node => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return [...range.getClientRects()];
    });
    if (!boxes.length) boxes.push(element.getBoundingClientRect()); // a field, or a button that is one
    const side = Math.ceil(size / 2);
    let least = Infinity;
    for (const box of boxes) {
        const [right, bottom] = [Math.min(image.width, box.right), Math.min(image.height, box.bottom)];
        for (let top = Math.max(0, Math.ceil(box.top)); top < bottom; top += side) {
            for (let left = Math.max(0, Math.ceil(box.left)); left < right; left += side) {
                const width = Math.min(side, Math.floor(right - left));
                const height = Math.min(side, Math.floor(bottom - top));
                if (width && height) least = Math.min(least, contrast(left, top, width, height));
            }
        }
    }
    return [least, size >= 24 || size >= 18.66 && style.fontWeight >= 700];
}"""


def run_axe(page: Page) -> Any:
    """Return axe's `violations` and `incomplete`, each a list of nodes."""
    # The policy of the site forbids script tags: the program goes in through the debugger.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, OPTIONS)


def least_contrast(page: Page, target: str) -> tuple[float, bool]:
    """Return the least contrast of an element's text with the pixels behind it, and whether the text is large."""
    page.evaluate("target => document.querySelector(target).scrollIntoView({block: 'center'})", target)
    page.evaluate(HIDE)
    picture = base64.b64encode(page.screenshot(scale="css")).decode()
    page.evaluate(UNHIDE)
    least, is_large = page.evaluate(MEASURE, [target, picture])
    return float(least), bool(is_large)


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page: what axe is sure of, and too little contrast where it is not."""
    found = run_axe(page)
    said = [f"{node['rule']}: {node['target']} {node['html']} – {node['why']}" for node in found["violations"]]
    unclear = dict.fromkeys(node["target"] for node in found["incomplete"] if node["rule"] in CONTRAST)
    for target in unclear:
        least, is_large = least_contrast(page, target)
        wanted = 4.5 if is_large else 7
        if not wanted <= least < inf:  # infinite: no letter of it was in sight
            said.append(f"contrast measured: {target} has {least:.2f}:1 and needs {wanted}:1")
    return said
