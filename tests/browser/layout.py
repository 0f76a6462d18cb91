"""Whether a page can be read and pressed at any size: reflow, spacing, targets, motion, outline."""

from typing import Any

from playwright.sync_api import Page

# Too wide, cut off, or one text over another. What is only for screen readers has no place on the page to look at.
REFLOW = """() => {
    const said = [];
    const short = element => element.outerHTML.replace(/\\s+/g, " ").slice(0, 80);
    const unseen = element => {
        for (let around = element; around; around = around.parentElement) {
            const {clipPath, position} = getComputedStyle(around);
            if (clipPath !== "none" || position === "fixed" || position === "sticky") return true;
        }
        return !element.checkVisibility({visibilityProperty: true});
    };
    const wide = document.documentElement.scrollWidth;
    if (wide > innerWidth) {
        const far = [...document.querySelectorAll("body *")]
            .findLast(element => Math.ceil(element.getBoundingClientRect().right) >= wide);
        said.push(`scrolls sideways: ${wide} wide, for ${far && short(far)}`);
    }
    for (const element of document.querySelectorAll("body *")) {
        if (element.closest("svg, textarea, input, select") || !element.textContent.trim()) continue;
        const {overflowX, overflowY} = getComputedStyle(element);
        if (overflowX === "visible" && overflowY === "visible" || unseen(element)) continue;
        if (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)
            said.push(`cut off: ${short(element)}: ${element.scrollWidth}x${element.scrollHeight} in `
                + `${element.clientWidth}x${element.clientHeight}`);
    }

    const lines = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || element.closest("textarea, select, script") || unseen(element)) continue;
        const range = document.createRange();
        range.selectNodeContents(texts.currentNode);
        for (const {left, right, top, bottom, height} of range.getClientRects()) {
            if (right > innerWidth + 1 || left < -1) said.push(`leaves the page: ${short(element)}: ${left}-${right}`);
            // Lines may stand close; letters are in the middle.
            lines.push({element, left, right, top: top + height / 4, bottom: bottom - height / 4});
        }
    }
    lines.sort((one, two) => one.top - two.top);
    lines.forEach((one, at) => {
        for (const two of lines.slice(at + 1)) {
            if (two.top >= one.bottom) break;
            if (one.element !== two.element && two.left < one.right - 2 && one.left < two.right - 2)
                said.push(`over each other: ${short(one.element)} and ${short(two.element)}`);
        }
    });
    return [...new Set(said)];
}"""

# What WCAG 1.4.12 lets readers set.
SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
        p { margin-block-end: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
NO_SPACING = "document.adoptedStyleSheets = []"

# Each target is 44 pixels at least, the way out 48; one within a sentence stands in lines of 24. A label is part of
# its field's target, and so is whatever else a press on it would hit. A link may be small where a large one leads to
# the same place.
TARGETS = """() => {
    const short = element => element.outerHTML.replace(/\\s+/g, " ").slice(0, 80);
    const lines = target => {
        let block = target.parentElement;
        while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
        const around = block.cloneNode(true);
        around.querySelectorAll("a, button").forEach(element => element.remove());
        const {display, lineHeight} = getComputedStyle(target);
        return display === "inline" && /\\p{L}/u.test(around.textContent) ? parseFloat(lineHeight) : 0;
    };
    const size = target => {
        const boxes = [target, ...target.labels ?? []].map(element => element.getBoundingClientRect());
        return [Math.max(...boxes.map(box => box.width)), Math.max(...boxes.map(box => box.height))];
    };
    const reached = target => { // how far around its middle a press still hits it
        target.scrollIntoView({block: "center"});
        const {left, top, width, height} = target.getBoundingClientRect();
        const [x, y] = [Math.floor(left + width / 2), Math.floor(top + height / 2)];
        const reach = (across, down) => {
            let far = 0;
            const hit = () => document.elementFromPoint(x + across * far, y + down * far);
            while (far < 48 && target.contains(hit())) far += 1;
            return far;
        };
        return [reach(-1, 0) + reach(1, 0) - 1, reach(0, -1) + reach(0, 1) - 1];
    };
    const least = target => target.matches(".exit") ? 48 : 44;
    const fits = (target, sides) => sides.every(side => side >= least(target) - .5);

    const targets = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
        .filter(target => target.type !== "hidden" && target.checkVisibility({visibilityProperty: true}));
    const large = targets.filter(target => fits(target, size(target)));
    return targets.filter(target => !large.includes(target)).flatMap(target => {
        if (lines(target)) return lines(target) >= 24 ? [] : [`${short(target)}: line of ${lines(target)}`];
        const twin = large.some(other => target.href && other.href === target.href);
        const sides = size(target).map((side, at) => Math.max(side, reached(target)[at]));
        return fits(target, sides) || twin ? [] : [`${short(target)}: ${sides.map(Math.round).join("x")}`];
    });
}"""

# Whoever asked for less motion gets none.
MOTION = """() => [
    ...document.getAnimations().map(animation => `runs: ${animation.animationName ?? animation.transitionProperty}`),
    ...[...document.querySelectorAll("*")].flatMap(element => ["", "::before", "::after"].flatMap(part => {
        const style = getComputedStyle(element, part);
        const moves = style.animationName !== "none" && parseFloat(style.animationDuration) > .01
            || style.transitionDuration.split(",").some(time => parseFloat(time) > .01)
            || style.scrollBehavior === "smooth";
        return moves ? [`would move: ${element.outerHTML.slice(0, 60)} ${part}`] : [];
    })),
]"""

# What axe does not ask: one first heading, the language of the page and of its links, and errors that are said.
OUTLINE = """language => {
    const said = [];
    const ask = (holds, what) => { if (!holds) said.push(what); };
    const seen = css => [...document.querySelectorAll(css)].filter(element => element.checkVisibility());
    const text = element => element?.textContent.trim() ?? "";
    const headings = seen("h1, h2, h3, h4, h5, h6").filter(heading => !heading.closest("[role=alert]"));
    ask(seen("h1").length === 1, `${seen("h1").length} headings of the first level`);
    ask(headings[0]?.matches("h1"), `first heading: ${text(headings[0])}`);
    ask(document.documentElement.lang === language, `language ${document.documentElement.lang}`);
    ask(document.title.trim() !== "", "no title");
    const others = [...document.querySelectorAll("a[hreflang]")];
    ask(others.length > 0, "no link to the other language");
    for (const link of others) {
        const path = new URL(link.href).pathname;
        ask(link.hreflang === (path.startsWith("/es/") ? "es" : "en"), `${path} is not in ${link.hreflang}`);
        ask(link.lang === link.hreflang && link.hreflang !== language, `a link in ${link.hreflang} says ${link.lang}`);
    }
    const wrong = seen("[aria-invalid=true]");
    for (const field of wrong) {
        const describes = field.closest("[aria-describedby]")?.getAttribute("aria-describedby") ?? "";
        const told = describes.split(" ").map(id => document.getElementById(id));
        ask(told.length && told.every(note => text(note)), `says nothing of what is wrong: ${field.name}`);
    }
    ask(!wrong.length || seen("[role=alert], [role=status]").some(text), "the mistake is not announced");
    return said;
}"""


def said(page: Page, check: str, *arguments: str) -> list[str]:
    """Return what one of these checks says of the page."""
    answer: Any = page.evaluate(check, *arguments)
    return [str(line) for line in answer]


def reflow(page: Page, width: int, height: int) -> list[str]:
    """Return what does not fit into this size, as it is and with the widest spacing readers set."""
    page.set_viewport_size({"width": width, "height": height})
    plain = said(page, REFLOW)
    page.evaluate(SPACING)
    spaced = said(page, REFLOW)
    page.evaluate(NO_SPACING)
    return [*plain, *(f"with wide spacing: {line}" for line in spaced if line not in plain)]
