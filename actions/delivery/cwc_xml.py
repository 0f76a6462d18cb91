"""A letter as CWC 2.0 XML, and back: what we send, and how the test gateway reads it.

The two directions share the table of fields and nothing else, so that a fault in one shows in the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from actions.delivery.fields import FIELDS, ONE_OF_TWO, Chamber, Fault, Field, Problem, fault_of, values_of
from actions.delivery.letter import Letter

_REPEATING_BLOCKS = {"Message/Bills/Bill"}


def to_xml(letter: Letter, chamber: Chamber) -> bytes:
    """Return the letter as UTF-8 XML, one element a line: the same letter gives the same bytes for ever."""
    root = etree.Element("CWC")
    for field in FIELDS[chamber]:
        *blocks, name = field.element.split("/")
        for text in values_of(letter, field, chamber):
            parent = root
            for block in blocks:
                parent = _last_or_new(parent, block)
            etree.SubElement(parent, name).text = text
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _last_or_new(parent: etree._Element, name: str) -> etree._Element:
    if len(parent) and parent[-1].tag == name:
        return parent[-1]
    return etree.SubElement(parent, name)


@dataclass(frozen=True)
class Parsed:
    """What a gateway needs of a letter that passed every check."""

    delivery_id: str
    office: str


def parse_and_check(xml: bytes, chamber: Chamber) -> Parsed | list[Problem]:
    """Read one CWC message as a strict office would; return what it names, or everything that is wrong.

    Nothing outside the bytes is ever read: entities stay unresolved and a document type is refused.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
        remove_comments=True, remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        return [Problem("CWC", Fault.MALFORMED)]
    if root.getroottree().docinfo.internalDTD is not None or root.tag != "CWC":
        return [Problem("CWC", Fault.MALFORMED)]
    table = {field.element: field for field in FIELDS[chamber]}
    texts: dict[str, list[str]] = {}
    problems = list(_walk(root, "", table, texts))
    for field in table.values():
        needed = field.required or (field.needed_with and root.find(field.needed_with) is not None)
        blocks = len(root.findall(field.element.rpartition("/")[0] or "."))
        if needed and len(texts.get(field.element, ())) < max(blocks, 1):
            problems.append(Problem(field.element, Fault.MISSING, field.attribute))
    if not any(element in texts for element in ONE_OF_TWO):
        problems.append(Problem(ONE_OF_TWO[0], Fault.MISSING, "statement"))
    if problems:
        return problems
    return Parsed(texts["Delivery/DeliveryId"][0], texts["Recipient/MemberOffice"][0])


def _walk(
    block: etree._Element, path: str, table: dict[str, Field], texts: dict[str, list[str]]
) -> Iterator[Problem]:
    """Check one block against the table, children in declared order; gather the texts of its leaves."""
    if block.attrib or (block.text or "").strip():
        yield Problem(path or "CWC", Fault.UNEXPECTED)
    order = _children(path, table)
    reached = 0
    before = ""
    for child in block:
        element = f"{path}/{child.tag}" if path else str(child.tag)
        if element not in order:
            yield Problem(path or "CWC", Fault.UNEXPECTED)  # its name is not ours to repeat
            continue
        if order.index(element) < reached:
            yield Problem(element, Fault.ORDER)
        reached = max(reached, order.index(element))
        field = table.get(element)
        if element == before and element not in _REPEATING_BLOCKS and not (field and field.repeats):
            yield Problem(element, Fault.REPEATED)
        before = element
        if (child.tail or "").strip():
            yield Problem(element, Fault.UNEXPECTED)
        if field is None:
            yield from _walk(child, element, table, texts)
            continue
        if len(child) or child.attrib:
            yield Problem(element, Fault.UNEXPECTED, field.attribute)
        text = child.text or ""
        texts.setdefault(element, []).append(text)
        if fault := fault_of(field, text):
            yield Problem(element, fault, field.attribute)


def _children(path: str, table: dict[str, Field]) -> list[str]:
    """Return the elements and blocks that may stand directly below `path`, in order."""
    depth = path.count("/") + 2 if path else 1
    below = [element for element in table if not path or element.startswith(f"{path}/")]
    return list(dict.fromkeys("/".join(element.split("/")[:depth]) for element in below))
