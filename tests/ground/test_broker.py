"""The file broker keeps every message, hands each to one reader, and survives a kill."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.simple import SimpleQueue

from polaris_site.broker import Transport, put_back
from polaris_site.celery import app

WRITER = """
import sys
from kombu import Connection
from polaris_site.broker import Transport

folder, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with Connection(transport=Transport, transport_options={"data_folder": folder}) as connection:
    queue = connection.SimpleQueue("work")
    for number in range(first, first + count):
        queue.put({"number": number})
"""

READER = """
import sys
from queue import Empty
from kombu import Connection
from polaris_site.broker import Transport

folder = sys.argv[1]
options = {"data_folder": folder, "polling_interval": 0.02}
with Connection(transport=Transport, transport_options=options) as connection:
    queue = connection.SimpleQueue("work")
    while True:
        try:
            message = queue.get(timeout=2)
        except Empty:
            break
        print(message.payload["number"], flush=True)
        message.ack()
"""

HOLDER = """
import sys, time
from kombu import Connection
from polaris_site.broker import Transport

with Connection(transport=Transport, transport_options={"data_folder": sys.argv[1]}) as connection:
    message = connection.SimpleQueue("work").get(timeout=5)
    print(message.payload["number"], flush=True)
    time.sleep(60)
"""


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    """Run a small program of this project in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[SimpleQueue]:
    """A queue in a folder of its own."""
    options = {"data_folder": str(tmp_path), "polling_interval": 0.01}
    with Connection(transport=Transport, transport_options=options) as connection:
        yield connection.SimpleQueue("work")


@pytest.mark.processes
def test_every_message_of_two_writers_reaches_one_of_two_readers(tmp_path: Path) -> None:
    writers = [start(WRITER, tmp_path, first, 1500) for first in (0, 1500)]
    readers = [start(READER, tmp_path) for _ in range(2)]

    read = [int(line) for reader in readers for line in reader.communicate(timeout=60)[0].split()]

    assert [writer.wait(timeout=10) for writer in writers] == [0, 0]
    assert [reader.returncode for reader in readers] == [0, 0]
    assert sorted(read) == list(range(3000))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.processes
def test_what_a_killed_reader_held_is_put_back(tmp_path: Path, queue: SimpleQueue) -> None:
    queue.put({"number": 7})
    holder = start(HOLDER, tmp_path)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "7\n"

    holder.send_signal(signal.SIGKILL)
    holder.communicate()

    with pytest.raises(Empty):
        queue.get(timeout=0.1)
    assert put_back(tmp_path) == 1
    assert queue.get(timeout=1).payload == {"number": 7}


def test_half_written_message_is_not_read(tmp_path: Path, queue: SimpleQueue) -> None:
    queue.put({"number": 1})
    whole = next((tmp_path / "waiting").iterdir())
    half = whole.with_name("." + whole.name)
    half.write_bytes(whole.read_bytes()[:40])
    whole.unlink()

    with pytest.raises(Empty):
        queue.get(timeout=0.1)

    assert half.exists()


@pytest.mark.parametrize("content", [b"", b"{\"prop", b"[1]", b"{}", b"\xff\xfe"])
def test_unreadable_message_is_set_aside_and_the_next_one_read(
    tmp_path: Path, queue: SimpleQueue, content: bytes
) -> None:
    bad = tmp_path / "waiting" / "00000000000000000001_aa.work.msg"
    queue.put({"number": 2})
    bad.write_bytes(content)

    message = queue.get(timeout=1)

    assert message.payload == {"number": 2}
    assert (tmp_path / "claimed" / "00000000000000000001_aa.work.bad").read_bytes() == content
    assert put_back(tmp_path) == 1  # the good one alone


def test_messages_come_in_the_order_they_were_written(queue: SimpleQueue) -> None:
    for number in range(20):
        queue.put({"number": number})

    read = []
    for _ in range(20):
        message = queue.get(timeout=1)
        read.append(message.payload["number"])
        message.ack()

    assert read == list(range(20))


def test_rejected_message_comes_again_once(tmp_path: Path, queue: SimpleQueue) -> None:
    queue.put({"number": 3})
    queue.get(timeout=1).requeue()

    again = queue.get(timeout=1)
    again.ack()

    assert again.payload == {"number": 3}
    assert queue.qsize() == 0
    assert put_back(tmp_path) == 0


def test_closing_gives_back_what_was_not_done(tmp_path: Path) -> None:
    options = {"data_folder": str(tmp_path)}
    with Connection(transport=Transport, transport_options=options) as connection:
        queue = connection.SimpleQueue("work")
        queue.put({"number": 4})
        queue.get(timeout=1)

    with Connection(transport=Transport, transport_options=options) as connection:
        assert connection.SimpleQueue("work").qsize() == 1
    assert put_back(tmp_path) == 0


def test_only_the_owner_can_read_a_message(tmp_path: Path, queue: SimpleQueue) -> None:
    queue.put({"number": 5})

    file = next((tmp_path / "waiting").iterdir())

    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_names_sort_by_wall_clock_so_that_order_survives_a_reboot(tmp_path: Path, queue: SimpleQueue) -> None:
    before = time.time_ns()
    queue.put({"number": 6})

    stamp = int(next((tmp_path / "waiting").iterdir()).name.partition("_")[0])

    assert before <= stamp <= time.time_ns()


def test_a_worker_never_gives_up_on_a_queue_that_is_away() -> None:
    assert app.conf.broker_connection_max_retries is None
