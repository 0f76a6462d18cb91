"""The test gateway as offices' systems would be: it checks, keeps, drops repeats and remembers."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from actions.delivery.cwc import PATHS, CwcTransport
from actions.delivery.cwc_xml import to_xml
from actions.delivery.fields import Chamber
from actions.delivery.letter import Letter
from actions.delivery.memory import MemoryTransport
from actions.delivery.outcomes import Outcome, Result, Transport
from actions.delivery.test_gateway import BODY_LIMIT, Gateway, running_gateway
from tests.delivery.letters import KEYS, OFFICES, a_letter

XML = "application/xml"


def start(directory: Path, **options: Any) -> Any:
    return running_gateway(directory, offices=OFFICES.values(), keys=KEYS, **options)


def transport(gateway: Gateway, chamber: Chamber = Chamber.HOUSE) -> CwcTransport:
    return CwcTransport(gateway.url, KEYS[chamber], chamber)


def deliver(gateway: Gateway, letter: Letter, chamber: Chamber = Chamber.HOUSE, attempt: int = 1) -> Result:
    cwc = transport(gateway, chamber)
    try:
        return cwc.deliver(letter, attempt=attempt, body_starts=lambda: None)
    finally:
        cwc.close()


def ask(
    gateway: Gateway, method: str, target: str, body: bytes | None = None, content_type: str = XML
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(gateway.url).netloc, timeout=5)
    try:
        connection.request(method, target, body, {"Content-Type": content_type})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def post(gateway: Gateway, xml: bytes, chamber: Chamber = Chamber.HOUSE, **options: str) -> tuple[int, bytes]:
    return ask(gateway, "POST", f"{PATHS[chamber]}?apikey={KEYS[chamber]}", xml, **options)


def lines(gateway: Gateway) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gateway.store.path.read_text().splitlines()]


@pytest.mark.parametrize(("chamber", "status"), [(Chamber.HOUSE, 200), (Chamber.SENATE, 201)])
def test_a_good_letter_is_kept_listed_and_logged(tmp_path: Path, chamber: Chamber, status: int) -> None:
    letter = a_letter(chamber)

    with start(tmp_path) as gateway:
        result = deliver(gateway, letter, chamber)
        held = json.loads(ask(gateway, "GET", "/held.json")[1])
        body = ask(gateway, "GET", f"/held/{letter.delivery_id}.xml")[1]
        page = ask(gateway, "GET", "/")[1].decode()

    assert result == Result(Outcome.DELIVERED, "", status)
    receipt = {"delivery_id": letter.delivery_id, "office": letter.office, "chamber": chamber.value}
    assert held == {"count": 1, "messages": [receipt]}
    assert body == to_xml(letter, chamber)
    assert "Active offices: 2. Letters held: 1" in page
    (line,) = lines(gateway)
    assert line.pop("time")
    assert line == {**receipt, "status": status}


def test_nothing_personal_reaches_the_disk(tmp_path: Path) -> None:
    with start(tmp_path) as gateway:
        deliver(gateway, a_letter())
        post(gateway, to_xml(a_letter(city=""), Chamber.HOUSE))

    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    letter = a_letter()
    for part in (letter.last_name, letter.email, letter.address1, letter.own_words, KEYS[Chamber.HOUSE]):
        assert part.encode() not in written


def test_a_repeat_is_dropped_across_a_restart_and_half_a_line(tmp_path: Path) -> None:
    letter = a_letter()
    with start(tmp_path) as gateway:
        first = deliver(gateway, letter)
    with (tmp_path / "received.jsonl").open("a") as log:
        log.write('{"time": "2026-1')

    with start(tmp_path) as gateway:
        other = deliver(gateway, a_letter(delivery_id="f" * 32))
        again = deliver(gateway, letter, attempt=2)
    with start(tmp_path) as gateway:
        count = len(gateway.store.receipts)

    assert (first.status, again.status, other.status) == (200, 409, 200)
    assert again.outcome is Outcome.DELIVERED
    assert count == 2


def test_repeats_are_kept_where_asked_so_that_doubles_show(tmp_path: Path) -> None:
    with start(tmp_path, keep_repeats=True) as gateway:
        statuses = [deliver(gateway, a_letter()).status for _ in range(2)]

    assert statuses == [200, 200]
    assert len(gateway.store.receipts) == 2
    assert [line["status"] for line in lines(gateway)] == [200, 200]


def test_the_same_letter_from_many_sides_is_kept_once(tmp_path: Path) -> None:
    with start(tmp_path) as gateway, ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: deliver(gateway, a_letter()).status, range(24)))

    assert (statuses.count(200), statuses.count(409)) == (1, 23)
    assert len(gateway.store.receipts) == 1


@pytest.mark.parametrize("chamber", Chamber)
def test_a_letter_with_a_fault_is_refused_by_name(tmp_path: Path, chamber: Chamber) -> None:
    with start(tmp_path) as gateway:
        status, body = post(gateway, to_xml(a_letter(chamber, city=""), chamber), chamber)

    assert status == 400
    assert b"<Errors>\n  <Error>Constituent/City missing</Error>\n</Errors>" in body
    assert [(line["status"], line["delivery_id"]) for line in lines(gateway)] == [(400, None)]


def test_an_office_that_takes_no_part_is_refused(tmp_path: Path) -> None:
    with start(tmp_path) as gateway:
        result = deliver(gateway, a_letter(office="HNJ09"))

    assert result == Result(Outcome.NOT_ENABLED, "http_400 office_not_enabled", 400)


@pytest.mark.parametrize("key", ["", "?apikey=", "?apikey=wrong", "?key=x"])
def test_a_key_that_is_missing_or_wrong_takes_nothing(tmp_path: Path, key: str) -> None:
    with start(tmp_path) as gateway:
        status, _ = ask(gateway, "POST", f"/v2/message{key}", to_xml(a_letter(), Chamber.HOUSE))
        listing, _ = ask(gateway, "GET", f"/v2/offices{key}")

    assert status == (403 if "apikey=" in key else 401)
    assert listing == 403
    assert gateway.store.receipts == []


def test_another_type_of_body_is_415(tmp_path: Path) -> None:
    with start(tmp_path) as gateway:
        status, _ = post(gateway, to_xml(a_letter(), Chamber.HOUSE), content_type="text/plain")

    assert status == 415


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Content-Length", str(BODY_LIMIT + 1), 413),
        ("Content-Length", "-1", 411),
        ("Transfer-Encoding", "chunked", 411),
    ],
)
def test_a_body_too_long_or_of_unknown_length_is_not_read(
    tmp_path: Path, header: str, value: str, status: int
) -> None:
    with start(tmp_path) as gateway:
        connection = http.client.HTTPConnection(urlsplit(gateway.url).netloc, timeout=5)
        connection.putrequest("POST", PATHS[Chamber.HOUSE])
        connection.putheader(header, value)
        connection.endheaders()
        answered = connection.getresponse().status
        connection.close()

    assert answered == status


def test_a_letter_that_did_not_arrive_whole_is_neither_kept_nor_logged(tmp_path: Path) -> None:
    with start(tmp_path) as gateway:
        connection = http.client.HTTPConnection(urlsplit(gateway.url).netloc, timeout=5)
        connection.putrequest("POST", f"/v2/message?apikey={KEYS[Chamber.HOUSE]}")
        connection.putheader("Content-Type", XML)
        connection.putheader("Content-Length", "1000")
        connection.endheaders(b"half")
        connection.close()
        deliver(gateway, a_letter())  # by now the half one is long over

    assert [line["status"] for line in lines(gateway)] == [200]


@pytest.mark.parametrize(
    ("chamber", "target"), [(Chamber.HOUSE, "/v2/validate"), (Chamber.SENATE, "/api/testing-messages/")]
)
def test_what_is_only_to_be_validated_is_not_kept(tmp_path: Path, chamber: Chamber, target: str) -> None:
    with start(tmp_path) as gateway:
        target = f"{target}?apikey={KEYS[chamber]}"
        good, _ = ask(gateway, "POST", target, to_xml(a_letter(chamber), chamber))
        bad, _ = ask(gateway, "POST", target, b"<CWC/>")

    assert (good, bad) == (200, 400)
    assert gateway.store.receipts == []
    assert lines(gateway) == []


def test_active_offices_have_the_shape_of_each_chamber(tmp_path: Path) -> None:
    with start(tmp_path) as gateway:
        house = ask(gateway, "GET", f"/v2/offices?apikey={KEYS[Chamber.HOUSE]}")[1]
        senate = ask(gateway, "GET", f"/api/active_offices?apikey={KEYS[Chamber.SENATE]}")[1]

    assert json.loads(house) == ["HNJ08"]
    assert [office["office_code"] for office in json.loads(senate)] == ["SNJ01"]


def test_offices_that_are_replaced_count_from_the_next_request_on(tmp_path: Path) -> None:
    with start(tmp_path) as gateway:
        cwc = transport(gateway)
        before = cwc.deliver(a_letter(), attempt=1, body_starts=lambda: None)
        gateway.offices = {"HNJ09"}
        after = cwc.deliver(a_letter(delivery_id="b" * 32), attempt=1, body_starts=lambda: None)
        listed = json.loads(ask(gateway, "GET", f"/v2/offices?apikey={KEYS[Chamber.HOUSE]}")[1])
        page = ask(gateway, "GET", "/")[1].decode()
        cwc.close()

    assert (before.status, after.status) == (200, 400)
    assert listed == ["HNJ09"]
    assert "Active offices: 1." in page


def test_the_page_says_what_whoever_runs_it_wants_said(tmp_path: Path) -> None:
    with start(tmp_path, note="Only <one> senator.") as gateway:
        page = ask(gateway, "GET", "/")[1].decode()

    assert "<p>Only &lt;one&gt; senator." in page


@pytest.mark.parametrize("path", ["/held/0123456789abcdef0123456789abcdef.xml", "/held/../x.xml", "/admin/"])
def test_what_is_not_there_is_404(tmp_path: Path, path: str) -> None:
    with start(tmp_path) as gateway:
        assert ask(gateway, "GET", path)[0] == 404


def test_a_gateway_that_stops_lets_its_clients_know(tmp_path: Path) -> None:
    with start(tmp_path) as gateway:
        cwc = transport(gateway)
        before = cwc.deliver(a_letter(), attempt=1, body_starts=lambda: None)
        port = gateway.server_port

    away = cwc.deliver(a_letter(delivery_id="b" * 32), attempt=1, body_starts=lambda: None)
    with start(tmp_path, port=port):
        back = cwc.deliver(a_letter(delivery_id="b" * 32), attempt=2, body_starts=lambda: None)
    cwc.close()

    assert before.outcome is Outcome.DELIVERED
    assert away == Result(Outcome.TRY_LATER, "connect_ConnectionRefusedError")
    assert back == Result(Outcome.DELIVERED, "", 200)


def test_transports_stand_in_for_each_other(tmp_path: Path) -> None:
    started: list[str] = []
    MemoryTransport.outbox.clear()

    with start(tmp_path) as gateway:
        transports: list[Transport] = [MemoryTransport(), transport(gateway)]
        outcomes = [
            each.deliver(a_letter(), attempt=1, body_starts=lambda: started.append("body")).outcome
            for each in transports
        ]
        for each in transports:
            each.close()

    assert outcomes == [Outcome.DELIVERED, Outcome.DELIVERED]
    assert started == ["body", "body"]
    assert MemoryTransport.outbox == [a_letter()]
