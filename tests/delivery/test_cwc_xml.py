"""The XML of a letter: order, bytes, and a reader that trusts nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from actions.delivery.cwc_xml import Parsed, parse_and_check, to_xml
from actions.delivery.fields import Chamber, Fault, Problem, check
from actions.delivery.letter import Bill, Letter
from tests.delivery.letters import a_letter

# In the order of CWC 2.0, written down apart from the table.
ORDER = (
    "CWCVersion DeliveryId DeliveryDate DeliveryAgent DeliveryAgentAckEmailAddress "
    "DeliveryAgentContactName DeliveryAgentContactEmail DeliveryAgentContactPhone Organization "
    "OrganizationAbout CampaignId MemberOffice NewsletterOptIn Prefix FirstName LastName Address1 "
    "Address2 City StateAbbreviation Zip Phone Email Subject LibraryOfCongressTopic "
    "LibraryOfCongressTopic BillCongress BillTypeAbbreviation BillNumber ProOrCon OrganizationStatement "
    "ConstituentMessage MoreInfo"
)


def problems(xml: bytes, chamber: Chamber = Chamber.HOUSE) -> list[str]:
    found = parse_and_check(xml, chamber)
    return [] if isinstance(found, Parsed) else [str(problem) for problem in found]


def test_elements_stand_in_the_declared_order_one_a_line() -> None:
    xml = to_xml(a_letter(), Chamber.HOUSE)

    leaves = [element for element in etree.fromstring(xml).iter() if not len(element)]
    assert " ".join(str(leaf.tag) for leaf in leaves) == ORDER
    assert all(line.count(b"<") <= 2 for line in xml.splitlines())
    assert xml.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<CWC>\n")


def test_what_is_empty_stays_out() -> None:
    letter = a_letter(
        address2="", phone="", bill=None, stance="", organisation="", organisation_about="",
        newsletter_opt_in="", more_info_url="", own_words="",
    )

    xml = to_xml(letter, Chamber.HOUSE)

    assert problems(xml) == []
    present = {str(element.tag) for element in etree.fromstring(xml).iter()}
    assert present.isdisjoint(
        {"Address2", "Phone", "Bills", "ProOrCon", "Organization", "NewsletterOptIn", "ConstituentMessage"}
    )


def test_each_chamber_gets_its_own_bill_type() -> None:
    house = to_xml(a_letter(bill=Bill(119, "hconres", 5)), Chamber.HOUSE)
    senate = to_xml(a_letter(Chamber.SENATE, bill=Bill(119, "hconres", 5)), Chamber.SENATE)

    assert b"<BillTypeAbbreviation>hconres<" in house
    assert b"<BillTypeAbbreviation>H.Con.Res<" in senate


def test_the_same_letter_gives_the_same_bytes_after_storage() -> None:
    letter = a_letter()

    stored = Letter.from_dict(letter.as_dict())

    assert to_xml(stored, Chamber.HOUSE) == to_xml(letter, Chamber.HOUSE)


def test_emoji_arrive_and_broken_characters_do_not() -> None:
    letter = a_letter(own_words="Please \U0001f469\u200d\U0001f467 act\x0b & <b>now</b>\ud83d\ufffe.")

    xml = to_xml(letter, Chamber.HOUSE)

    assert problems(xml) == []
    assert etree.fromstring(xml).findtext("Message/ConstituentMessage") == (
        "Please \U0001f469\u200d\U0001f467 act & <b>now</b>."
    )
    assert "\U0001f469".encode() in xml


@given(own_words=st.text(st.characters(exclude_categories=()), min_size=0, max_size=200), city=st.text())
def test_writer_and_reader_agree_on_every_letter(own_words: str, city: str) -> None:
    letter = a_letter(own_words=own_words, city=city)

    found = problems(to_xml(letter, Chamber.HOUSE))

    assert sorted(found) == sorted(map(str, check(letter, Chamber.HOUSE)))


def changed(old: str, new: str) -> bytes:
    xml = to_xml(a_letter(), Chamber.HOUSE).decode()
    assert old in xml
    return xml.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("<CampaignId>a-bill-pro</CampaignId>", "", "Delivery/CampaignId missing"),
        ("<City>Hoboken</City>", "<City/>", "Constituent/City short"),
        ("<City>Hoboken</City>", "<City>Hoboken</City><City>Hoboken</City>", "Constituent/City repeated"),
        ("<Zip>07030</Zip>", "<Zip>7030</Zip>", "Constituent/Zip short"),
        ("<Prefix>Ms.</Prefix>", "<Prefix>Mx.</Prefix>", "Constituent/Prefix choice"),
        ("<CWCVersion>2.0<", "<CWCVersion>1.0<", "CWCVersion choice"),
        ("<Constituent>", '<Constituent mood="good">', "Constituent unexpected"),
        ("<Constituent>", "<Constituent><Mood>good</Mood>", "Constituent unexpected"),
        ("<Constituent>", "<Constituent>canary", "Constituent unexpected"),
        ("<City>Hoboken</City>", "<City><b>Hoboken</b></City>", "Constituent/City unexpected"),
        ("<BillNumber>1234</BillNumber>", "", "Message/Bills/Bill/BillNumber missing"),
        ("<ProOrCon>Pro</ProOrCon>", "", "Message/ProOrCon missing"),
        ("<Subject>", "<MoreInfo>https://example.org</MoreInfo><Subject>", "Message/Subject order"),
    ],
)
def test_the_reader_names_each_fault(old: str, new: str, problem: str) -> None:
    assert problem in problems(changed(old, new))


def test_several_bills_may_stand_in_one_letter() -> None:
    bill = "<Bill><BillCongress>119</BillCongress><BillTypeAbbreviation>s</BillTypeAbbreviation>{}</Bill>"

    two = changed("</Bills>", bill.format("<BillNumber>7</BillNumber>") + "</Bills>")
    one_and_a_half = changed("</Bills>", bill.format("") + "</Bills>")

    assert problems(two) == []
    assert problems(one_and_a_half) == ["Message/Bills/Bill/BillNumber missing"]


def test_the_reader_opens_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary canary")
    doctype = f'<!DOCTYPE CWC [<!ENTITY x SYSTEM "{secret.as_uri()}">]>\n<CWC>'
    xml = changed("<CWC>", doctype).replace(b"These are words of my own.", b"&x; and more")

    assert problems(xml) == ["CWC malformed"]


def test_the_reader_survives_entities_that_multiply() -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    xml = changed("<CWC>", f'<!DOCTYPE CWC [<!ENTITY a0 "ha">{lines}]>\n<CWC>')
    xml = xml.replace(b"These are words of my own.", b"&a11;")

    assert problems(xml) == ["CWC malformed"]


@pytest.mark.parametrize("xml", [b"", b"<CWC>", b"{}", b"<cwc/>", b"<a:CWC xmlns:a='b'/>", b"\x00", b"<CWC/>junk"])
def test_what_is_no_cwc_message_is_malformed(xml: bytes) -> None:
    assert parse_and_check(xml, Chamber.HOUSE) == [Problem("CWC", Fault.MALFORMED)]


@given(st.binary(max_size=300))
def test_the_reader_never_raises(junk: bytes) -> None:
    good = to_xml(replace(a_letter()), Chamber.HOUSE)

    assert isinstance(parse_and_check(junk, Chamber.HOUSE), list)
    parse_and_check(good[: len(good) // 2] + junk + good[len(good) // 2 :], Chamber.HOUSE)
