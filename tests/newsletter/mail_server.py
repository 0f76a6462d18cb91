"""A real SMTP server that answers as it is told."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import SMTP, Envelope, Session


class Inbox(MessageHandler):
    """Keeps what arrives. `recipient` and `data` are its answers; `hang_up` ends connections after the text."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []
        self.recipient: dict[str, str] = {}
        self.data = ""
        self.hang_up = False
        self.connections = 0

    async def handle_EHLO(  # noqa: N802  # the name aiosmtpd calls
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count the connections."""
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse one recipient."""
        answer = self.recipient.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, refuse it, or hang up."""
        if self.hang_up:
            cast(asyncio.Transport, server.transport).abort()
            return "250 never seen"
        if self.data:
            return self.data
        return str(await super().handle_DATA(server, session, envelope))

    def handle_message(self, message: Message) -> None:
        """Keep one mail."""
        self.mails.append(message)


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        self.port = cast(asyncio.Server, self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def running_mail_server() -> Iterator[tuple[Inbox, int]]:
    """Run the server on a free port; yields its inbox and the port."""
    inbox = Inbox()
    controller = _AnyPort(inbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield inbox, controller.port
    finally:
        controller.stop()
