"""Letters to the House and the Senate by CWC 2.0 over HTTP, one kept-alive connection a transport.

`http.client` rather than a friendlier client, because one question decides everything here: had the body
begun to leave when the trouble came? The key travels in the address, so no address and no text of a network
error leaves this module: a result holds the type of an error and nothing more.
"""

from http.client import HTTPConnection, HTTPException
from time import monotonic
from urllib.parse import urlencode

from actions.delivery.answers import Answer, result_of
from actions.delivery.cwc_xml import to_xml
from actions.delivery.fields import Chamber, check
from actions.delivery.http import CONNECT_TIMEOUT, READ_TIMEOUT, Host, has_ended, read_answer
from actions.delivery.letter import Letter
from actions.delivery.outcomes import BodyStarts, Outcome, Result

# Where a letter is posted. A for the House, B for the Senate (its path is C).
PATHS = {Chamber.HOUSE: "/v2/message", Chamber.SENATE: "/api/production-messages/"}
# Servers drop a quiet connection after five seconds or more; a letter that crosses the drop ends as unknown.
IDLE_LIMIT = 4.0  # seconds


class CwcTransport:
    """Sends letters to one chamber. For one thread at a time; `close` it after the batch.

    `base_url` is scheme and host; `path` replaces the chamber's usual one.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        chamber: Chamber,
        *,
        path: str = "",
        trusts_empty_success: bool = True,
        connect_timeout: float = CONNECT_TIMEOUT,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        self._host = Host.at(base_url)
        self._target = f"{path or PATHS[chamber]}?{urlencode({'apikey': key})}"
        self._chamber = chamber
        self._trusts_empty_success = trusts_empty_success
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._idle: HTTPConnection | None = None
        self._idle_since = 0.0

    def deliver(self, letter: Letter, *, attempt: int, body_starts: BodyStarts) -> Result:
        """Try once to deliver; `attempt` counts from 1, answers are read by the table in `answers.py`.

        `body_starts` is called when the far end has been reached and the body goes next. What it raises
        comes through, and nothing of the body has left then.
        """
        if problems := check(letter, self._chamber):
            return Result(Outcome.REFUSED, "check " + ", ".join(str(problem) for problem in problems[:3]))
        body = to_xml(letter, self._chamber)
        connection = self._idle_or_new()
        try:
            self._send_headers(connection, len(body))
        except (OSError, HTTPException) as error:
            return _trouble(connection, Outcome.TRY_LATER, "connect", error)
        try:
            body_starts()
        except BaseException:
            connection.close()
            raise
        try:
            connection.send(body)
        except OSError as error:
            # What left is shorter than the headers said, so no far end can have taken it.
            return _trouble(connection, Outcome.TRY_LATER, "body", error)
        try:
            answer = self._read_answer(connection)
        except (OSError, HTTPException, ValueError) as error:  # ValueError: a chunk of negative length
            return _trouble(connection, Outcome.UNKNOWN, "answer", error)
        return result_of(answer, attempt=attempt, trusts_empty_success=self._trusts_empty_success)

    def close(self) -> None:
        """Let the connection go; the next letter opens another."""
        if self._idle is not None:
            self._idle.close()
            self._idle = None

    def _idle_or_new(self) -> HTTPConnection:
        """Take the kept connection if the far end still holds it, else make one, not yet connected."""
        idle, self._idle = self._idle, None
        if idle is not None:
            if monotonic() - self._idle_since < IDLE_LIMIT and not has_ended(idle.sock):
                return idle
            idle.close()
        return self._host.connection(self._connect_timeout)

    def _send_headers(self, connection: HTTPConnection, length: int) -> None:
        if connection.sock is None:
            connection.connect()
        connection.sock.settimeout(self._read_timeout)
        connection.putrequest("POST", self._target)
        connection.putheader("Content-Type", "application/xml")
        connection.putheader("Content-Length", str(length))
        connection.endheaders()

    def _read_answer(self, connection: HTTPConnection) -> Answer:
        response = connection.getresponse()
        answer = read_answer(response)
        if answer.is_whole and response.isclosed() and connection.sock is not None:
            self._idle, self._idle_since = connection, monotonic()
        else:
            response.close()
            connection.close()
        return answer


def _trouble(connection: HTTPConnection, outcome: Outcome, stage: str, error: Exception) -> Result:
    connection.close()
    return Result(outcome, f"{stage}_{type(error).__name__}")
