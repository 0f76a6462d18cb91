"""A Celery broker that needs no server: each message is one file in a folder of this machine.

A message is written under a hidden name, flushed to disk and renamed, so nobody ever reads half of one. A worker
claims it by renaming it into `claimed/` and deletes it when the task is done. What a killed worker had claimed is
put back when the next worker starts, so one folder has one worker.

Use it as `polarisfile://`, with the transport option `data_folder`. Production uses Redis.
"""

import json
import logging
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import virtual

log = logging.getLogger(__name__)


class Channel(virtual.Channel):
    """Puts, claims and drops messages of one connection. Files are readable by their owner alone."""

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        options = connection.client.transport_options
        self.waiting, self.claimed = _folders(Path(options["data_folder"]))
        self._claims: dict[str, Path] = {}  # delivery tag → the file that is ours until it is settled

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        # Wall-clock nanoseconds first: names sort by age, also after the machine was started again.
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        hidden = self.waiting / f".{name}"
        descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(message, file)
            file.flush()
            os.fsync(descriptor)
        hidden.rename(self.waiting / name)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for name in self._names(queue):
            file = self.claimed / name
            try:
                (self.waiting / name).rename(file)
            except FileNotFoundError:
                continue  # another reader was faster
            try:
                payload: dict[str, Any] = json.loads(file.read_bytes())
                tag = payload["properties"]["delivery_tag"]
            except (ValueError, KeyError, TypeError):
                file.rename(file.with_suffix(".bad"))
                log.error("A message of the queue could not be read and was set aside: %s", name)
                continue
            self._claims[tag] = file
            return payload
        raise Empty

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """The task is done: its file goes."""
        super().basic_ack(delivery_tag, multiple)
        self._settle(delivery_tag)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """The task is not taken: put back under a new name when asked to, and the claim goes."""
        super().basic_reject(delivery_tag, requeue)
        self._settle(delivery_tag)

    def _restore(self, message: virtual.Message) -> None:
        super()._restore(message)  # puts it back first, so a crash between the two steps loses nothing
        self._settle(message.delivery_tag)

    def _settle(self, delivery_tag: str | None) -> None:
        file = self._claims.pop(delivery_tag or "", None)
        if file is not None:
            file.unlink(missing_ok=True)

    def _names(self, queue: str) -> list[str]:
        names = sorted(os.listdir(self.waiting))  # noqa: PTH208  # polled five times a second: plain strings
        return [name for name in names if name[0] != "." and name.partition(".")[2] == f"{queue}.msg"]

    def _size(self, queue: str) -> int:
        return len(self._names(queue))

    def _purge(self, queue: str) -> int:
        names = self._names(queue)
        for name in names:
            (self.waiting / name).unlink(missing_ok=True)
        return len(names)


class Transport(virtual.Transport):
    """The transport behind `polarisfile://`. Every process knows its exchanges by declaring them."""

    Channel = Channel
    driver_type = "polarisfile"
    driver_name = "polarisfile"
    default_port = 0
    state = virtual.BrokerState()

    @property
    def default_connection_params(self) -> dict[str, Any]:
        """No host and no port: there is no server."""
        return {}

    def driver_version(self) -> str:
        """Ours has no version of its own."""
        return "1"


def _folders(data_folder: Path) -> tuple[Path, Path]:
    waiting, claimed = data_folder / "waiting", data_folder / "claimed"
    for folder in (waiting, claimed):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return waiting, claimed


def put_back(data_folder: Path) -> int:
    """Make waiting again what a killed worker had claimed, and return how many messages that were.

    Call it only while no worker uses the folder.
    """
    waiting, claimed = _folders(data_folder)
    files = list(claimed.glob("*.msg"))
    for file in files:
        file.rename(waiting / file.name)
    return len(files)
