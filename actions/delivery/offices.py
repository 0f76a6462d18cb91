"""Which offices of a chamber take letters by CWC, asked of its gateway."""

import json
import re
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

from actions.delivery.answers import ANSWER_LIMIT, Answer
from actions.delivery.fields import FIELDS, Chamber
from actions.delivery.http import CONNECT_TIMEOUT, READ_TIMEOUT, Host, read_answer

# Where the list lies. C for the House, A for the Senate.
PATHS = {Chamber.HOUSE: "/v2/offices", Chamber.SENATE: "/api/active_offices"}
_CODES = {
    chamber: field.pattern for chamber, table in FIELDS.items() for field in table if field.attribute == "office"
}


class OfficesUnavailable(Exception):
    """No list could be had. `error` is a class of error such as "http_503", and no more than that."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


def fetch_active_offices(
    base_url: str,
    key: str,
    chamber: Chamber,
    *,
    path: str = "",
    connect_timeout: float = CONNECT_TIMEOUT,
    read_timeout: float = READ_TIMEOUT,
) -> frozenset[str]:
    """Return the codes of the offices that take part, never none at all. Raises OfficesUnavailable."""
    connection = Host.at(base_url).connection(connect_timeout)
    try:
        answer = _ask(connection, path or PATHS[chamber], key, read_timeout)
    finally:
        connection.close()
    found = answer if isinstance(answer, str) else _codes_or_error(answer, chamber)
    # Raised here, where no other error is being handled: one of those may hold the address with the key in it.
    if isinstance(found, str):
        raise OfficesUnavailable(found)
    return found


def _ask(connection: HTTPConnection, path: str, key: str, read_timeout: float) -> Answer | str:
    """Return the answer, or the class of what went wrong."""
    stage = "connect"
    try:
        connection.connect()
        connection.sock.settimeout(read_timeout)
        connection.request("GET", f"{path}?{urlencode({'apikey': key})}", headers={"Accept": "application/json"})
        stage = "answer"
        with connection.getresponse() as response:
            return read_answer(response)
    except (OSError, HTTPException, ValueError) as error:  # ValueError: a path, a key or a chunk that cannot be
        return f"{stage}_{type(error).__name__}"


def _codes_or_error(answer: Answer, chamber: Chamber) -> frozenset[str] | str:
    """Return what an answer lists, or the class of what is wrong with it."""
    if answer.status != 200:
        return f"http_{answer.status}"
    if not answer.is_whole:
        return "too_long" if len(answer.body) == ANSWER_LIMIT else "cut_short"
    try:
        entries = json.loads(answer.body)
    except (ValueError, RecursionError):
        return "not_json"
    if entries == []:
        return "empty"  # a failure of theirs: that no office takes part is not to be believed
    codes = {_code(entry, chamber) for entry in entries} if isinstance(entries, list) else set()
    return frozenset(codes - {""}) or "not_offices"


def _code(entry: Any, chamber: Chamber) -> str:
    """Return the code that one entry of a list holds; empty where it holds none of this chamber."""
    if chamber is Chamber.SENATE:
        entry = entry.get("office_code") if isinstance(entry, dict) else None
    if not isinstance(entry, str) or not re.fullmatch(_CODES[chamber], entry):
        return ""
    # The census numbers the districts of delegates 98; the code of their office ends in 00.
    return re.sub("98$", "00", entry) if chamber is Chamber.HOUSE else entry
