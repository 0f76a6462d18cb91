"""The two commands, as whoever runs the site meets them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError

from actions.congress.models import Dataset
from tests.congress.published import run

MANAGE = Path(__file__).resolve().parent.parent.parent / "manage.py"
# Runs a program, then says on its last line how many seconds of the processor and how many kB that took.
MEASURE = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(code)
"""




@pytest.mark.django_db
def test_load_says_why_it_changed_nothing(published: Path) -> None:
    (published / "legislators-current.json").write_text("<html>", encoding="utf-8")

    with pytest.raises(CommandError, match=r"web page.*Nothing was changed"):
        run("load_congress", "--from", str(published))
    with pytest.raises(CommandError, match="CONGRESS_DATA_DIR"):
        run("load_congress", "--from", "")

    assert not Dataset.objects.exists()


@pytest.mark.django_db
def test_find_offices_prints_one_object_a_line_in_the_order_asked() -> None:
    lines = run("find_offices", "00501", "0703", "96960").splitlines()

    assert [json.loads(line) for line in lines] == [
        {
            "input": "00501", "zip": "00501", "status": "state_only", "states": ["NY"], "districts": [],
            "senators": [], "representatives": {},
        },
        {
            "input": "0703", "zip": None, "status": "invalid", "states": [], "districts": [], "senators": [],
            "representatives": {},
        },
        {
            "input": "96960", "zip": "96960", "status": "not_represented", "states": [], "districts": [],
            "senators": [], "representatives": {},
        },
    ]  # fmt: skip


@pytest.mark.processes
def test_real_files_load_within_ten_seconds_and_200_mb_and_answer_from_standard_input(
    congress_data_dir: Path, tmp_path: Path
) -> None:
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}"}

    def manage(*arguments: str, given: bytes = b"", measured: bool = False) -> str:
        program = [sys.executable, "-c", MEASURE] if measured else []
        return subprocess.run(
            [*program, sys.executable, MANAGE, *arguments],
            env=environment, input=given, capture_output=True, check=True,
        ).stdout.decode()  # fmt: skip

    manage("migrate", "congress", "--verbosity", "0")
    said = manage("load_congress", "--from", str(congress_data_dir), measured=True)
    seconds, kilobytes = said.splitlines()[-1].split()
    found = manage("find_offices", "20001", "-", given=b"07030-1234\n\n\xff\n 94541 \n")

    assert float(seconds) < 10
    assert int(kilobytes) < 200_000
    assert "\x1b" not in said  # the bar is for terminals
    assert "\r" not in said
    answers = [json.loads(line) for line in found.splitlines()]
    assert [answer["zip"] for answer in answers] == ["20001", "07030", None, "94541"]
    assert answers[1]["districts"] == ["NJ-8"]
    assert answers[1]["senators"] == ["B001288", "K000394"]
    assert answers[3]["representatives"]["CA-14"] is None
