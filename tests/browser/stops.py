"""The stops of the Tab key on a page: where each is, whether it can be seen, and whether its ring can."""

from itertools import pairwise

from playwright.sync_api import Page

# What Tab should stop at, in the order of the document; a group of radio buttons is one stop.
ORDER = """() => {
    const key = stop => stop.type === "radio" ? `radio ${stop.name}` : stop;
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
        .filter(stop => stop.tabIndex >= 0 && !stop.disabled && stop.checkVisibility({visibilityProperty: true}));
    window.stops = [...new Set(all.map(key))];
    window.stopOf = element => window.stops.indexOf(key(element));
    document.body.tabIndex = -1; // Tab begins at the top of the page
    document.body.focus();
    document.body.removeAttribute("tabindex");
    return window.stops.length;
}"""

# Where Tab has come to: which stop it is (-1: none of them), and all that is wrong there.
HERE = """() => {
    const stop = document.activeElement;
    const style = getComputedStyle(stop);
    const said = [];
    const short = element => element?.outerHTML.replace(/\\s+/g, " ").slice(0, 80);
    const boxes = [...stop.getClientRects()].filter(box => box.width && box.height);
    const inWindow = ([x, y]) => x > 1 && x < innerWidth - 1 && y > 1 && y < innerHeight - 1;
    const edges = (box, out) => [
        [box.left + box.width / 2, box.top - out], [box.left + box.width / 2, box.bottom + out],
        [box.left - out, box.top + box.height / 2], [box.right + out, box.top + box.height / 2],
    ];

    // In sight: inside the window, unless it is larger than the window, and nothing lies over it.
    for (const box of boxes) {
        const fits = box.left >= -1 && box.right <= innerWidth + 1 && (box.height >= innerHeight
            || box.top >= -1 && box.bottom <= innerHeight + 1);
        if (!fits) said.push(`out of the window: ${[box.left, box.top, box.right, box.bottom].map(Math.round)}`);
        const points = [[box.left + box.width / 2, box.top + box.height / 2], ...edges(box, -2)];
        for (const [x, y] of points.filter(inWindow)) {
            const hit = document.elementFromPoint(x, y);
            if (!stop.contains(hit) && hit?.closest("label")?.control !== stop)
                said.push(`covered at ${Math.round(x)},${Math.round(y)} by ${short(hit)}`);
        }
    }

    // Its ring: there, at least 2 pixels, cut by nothing, and 3:1 on all it can stand on.
    const [width, offset] = [parseFloat(style.outlineWidth), parseFloat(style.outlineOffset)];
    if (!stop.matches(":focus-visible") || style.outlineStyle === "none" || width < 2) {
        said.push(`ring: ${style.outline}`);
    } else {
        const dot = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
        const mix = (...colours) => {
            for (const colour of colours) {
                dot.fillStyle = colour;
                dot.fillRect(0, 0, 1, 1);
            }
            return `rgb(${[...dot.getImageData(0, 0, 1, 1).data].slice(0, 3).join(" ")})`;
        };
        const light = colour => colour.match(/[\\d.]+/g).map(value => value / 255)
            .map(value => value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4)
            .reduce((sum, value, part) => sum + value * [.2126, .7152, .0722][part], 0);
        // Every colour that can be behind a point: of each layer its colour, then its gradients, the last one lowest.
        const ground = ([x, y]) => document.elementsFromPoint(x, y).reverse().reduce((below, layer) => {
            const {backgroundColor, backgroundImage} = getComputedStyle(layer);
            const gradients = backgroundImage.match(/gradient\\((?:[^()]|\\([^()]*\\))*\\)/g) ?? [];
            return gradients.reverse().reduce((under, gradient) => {
                const steps = gradient.match(/(rgba?|color|oklch|oklab)\\([^)]*\\)/g);
                return [...new Set(under.flatMap(colour => steps.map(step => mix(colour, step))))];
            }, [...new Set(below.map(colour => mix(colour, backgroundColor)))]);
        }, [mix("Canvas")]);
        const ratio = colour => {
            const both = [light(mix(colour, style.outlineColor)), light(colour)];
            return (Math.max(...both) + .05) / (Math.min(...both) + .05);
        };
        for (const box of boxes) {
            // One side may lie on another ground, where the header ends for example.
            const sides = edges(box, offset + width / 2).filter(inWindow).map(ground);
            const lost = sides.filter(colours => Math.min(...colours.map(ratio)) < 3);
            if (lost.length > 1 || lost.length === sides.length)
                said.push(`ring ${style.outlineColor} on ${lost.map(colours => colours.map(colour =>
                    `${colour} ${ratio(colour).toFixed(2)}:1`))}`);
        }
        const whole = stop.getBoundingClientRect();
        for (let around = stop.parentElement; around !== document.body && around; around = around.parentElement) {
            const frame = around.getBoundingClientRect();
            if (getComputedStyle(around).overflow !== "visible" && edges(whole, offset + width - 1)
                .some(([x, y]) => x < frame.left || x > frame.right || y < frame.top || y > frame.bottom))
                said.push(`ring cut by ${short(around)}`);
        }
    }
    return [window.stopOf(stop), short(stop), [...new Set(said)]];
}"""


def stop_here(page: Page) -> tuple[int, list[str]]:
    """Return the number of the stop that has the focus, and what is wrong with it."""
    number, html, said = page.evaluate(HERE)
    return int(number), [f"{html}: {fault}" for fault in said]


KINDS = "stops.map(stop => stop instanceof Element ? [stop.tagName, stop.className, stop.type].join(' ') : stop)"


def kinds_of_stops(page: Page) -> set[tuple[str, str]]:
    """Return which kinds of stops follow each other on the page."""
    page.evaluate(ORDER)
    kinds = page.evaluate(KINDS)
    return set(pairwise(kinds))


def tab_through(page: Page) -> list[str]:
    """Press Tab to the end of the page and one step on, then back to its beginning; return what is wrong."""
    count = int(page.evaluate(ORDER))
    wrong: list[str] = []

    def press(key: str, expected: list[int]) -> None:
        for number in expected:
            page.keyboard.press(key)
            here, faults = stop_here(page)
            wrong.extend(f"{key}: {fault}" for fault in faults)
            if here != number:
                wrong.append(f"{key}: stop {here} where {number} of {count} comes")
                return

    press("Tab", list(range(count)))
    page.keyboard.press("Tab")
    if page.evaluate("stopOf(document.activeElement)") == count - 1:
        wrong.append("Tab: does not leave the last stop")
    page.evaluate("stops.at(-1).focus()")
    press("Shift+Tab", list(range(count - 2, -1, -1)))
    return list(dict.fromkeys(wrong))
