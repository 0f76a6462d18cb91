"""What `make test` runs: lint, types, import contracts, and the tests, on every database and broker that answers.

The last lines say how many tests passed, and name what could not run here. With REQUIRE_ALL=1 that is a failure.
"""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

VAR = Path(os.environ.get("VAR_DIR", "var")).resolve()
REPORTS = VAR / "test"
REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LEAST_COVERAGE = 85  # percent, of lines and branches
# Settings of a person's own site must not change what the tests see.
NOT_FOR_TESTS = ("DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY", "ENCRYPTION_KEYS", "HASH_KEY", "HOST", "PORT")
# What these show does not depend on the database or the queue of the run: once is enough.
SAME_EVERYWHERE = (
    "tests/ground", "tests/delivery", "tests/test_imports.py", "tests/test_env_example.py",
    "tests/test_limits.py", "tests/congress/test_source.py",
    # These run a laptop's site of their own, on SQLite and files, whatever the run is on.
    "tests/processes/test_faults.py",
    # These start a PostgreSQL and a Redis of their own, or need neither.
    "tests/faults/test_kills.py", "tests/faults/test_kill_points.py", "tests/faults/test_broker.py",
    "tests/faults/test_database.py", "tests/faults/test_fuzz.py",
    "tests/congress/test_commands.py::test_real_files_load_within_ten_seconds_and_200_mb_and_answer_from_standard_input",
)

CHECKS = {
    "lint (ruff)": ["ruff", "check", "."],
    "types (mypy)": ["mypy", "."],
    "import contracts (lint-imports)": ["lint-imports", "--no-logo", "--cache-dir", str(VAR / "cache" / "imports")],
}


@dataclass
class Tally:
    """What came of everything that ran."""

    passed: int = 0
    failed: int = 0
    unclean: list[str] = field(default_factory=list)  # checks and runs that did not end well
    not_run: Counter[str] = field(default_factory=Counter)  # what and why → how many tests

    def add_report(self, file: Path) -> None:
        """Count the tests of one JUnit report as pytest writes it."""
        for case in ET.parse(file).iter("testcase"):
            skipped = case.find("skipped")
            if skipped is not None:
                self.not_run[skipped.get("message", "skipped")] += 1
            elif case.find("failure") is not None or case.find("error") is not None:
                self.failed += 1
            else:
                self.passed += 1


def environment(**more: str) -> dict[str, str]:
    """Return the environment of one run: its own folders below VAR_DIR, and no setting of a running site."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_FOR_TESTS}
    cache = VAR / "cache"
    return kept | {
        "RUFF_CACHE_DIR": str(cache / "ruff"),
        "MYPY_CACHE_DIR": str(cache / "mypy"),
        "COVERAGE_FILE": str(cache / "coverage"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(cache / "hypothesis"),
        "VAR_DIR": str(REPORTS / "var"),
        **more,
    }


def step(title: str, command: list[str], env: dict[str, str]) -> bool:
    """Run one program of the virtual environment and show what it says. True when it ended well."""
    print(f"\n=== {title}", flush=True)  # this program talks to a terminal
    program = Path(sys.executable).with_name(command[0])
    return subprocess.run([program, *command[1:]], env=env, check=False).returncode == 0


def run_tests(tally: Tally, title: str, marks: str, env: dict[str, str], extra: list[str]) -> None:
    """Run the tests that fit `marks` and count them."""
    report = REPORTS / f"{title.split()[-1]}.xml"
    shutil.rmtree(REPORTS / "var", ignore_errors=True)
    # One more than processors: browsers and processes of the tests wait more than they work.
    workers = str(min((os.cpu_count() or 2) + 1, 8))
    command = [
        "python", "-m", "pytest", "-q", "-n", workers, "--dist", "loadfile", "--no-loadscope-reorder", "-m", marks,
        "-o", f"cache_dir={VAR / 'cache' / 'pytest'}", f"--basetemp={REPORTS / 'tmp'}", f"--junitxml={report}", *extra,
    ]
    if not step(title, command, env):
        tally.unclean.append(title)
    if report.exists():
        tally.add_report(report)


def answers(url: str) -> bool:
    """Tell whether the PostgreSQL or Redis server at `url` does."""
    try:
        if url.startswith("postgres"):
            psycopg.connect(url, connect_timeout=2).close()
        else:
            redis.Redis.from_url(url, socket_connect_timeout=2).ping()
    except (psycopg.Error, redis.RedisError):
        return False
    return True


def main() -> int:
    """Run everything, even after something failed, and return the exit code."""
    tally = Tally()
    shutil.rmtree(REPORTS, ignore_errors=True)
    REPORTS.mkdir(parents=True)
    for title, command in CHECKS.items():
        if not step(title, command, environment(SECRET_KEY="x", ENCRYPTION_KEYS="x", HASH_KEY="x")):
            tally.unclean.append(title)

    has_browser = Path(CHROMIUM).exists()
    if not has_browser:
        tally.not_run[f"the browser tests: no Chromium at {CHROMIUM} (set CHROMIUM)"] += 1
    coverage = ["--cov", "--cov-report=term:skip-covered", f"--cov-fail-under={LEAST_COVERAGE}"]
    marks = "browser or not browser" if has_browser else "not browser"
    run_tests(tally, "tests on SQLite", marks, environment(), coverage)

    silent = [url for url in (POSTGRES, REDIS) if not answers(url)]
    for url in silent:
        name, variable = ("PostgreSQL", "TEST_DATABASE_URL") if url == POSTGRES else ("Redis", "TEST_REDIS_URL")
        tally.not_run[f"the tests on PostgreSQL and Redis: no {name} answers (set {variable})"] += 1
    if not silent:
        servers = environment(DATABASE_URL=POSTGRES, CELERY_BROKER_URL=REDIS)
        left_out = [f"--deselect={path}" for path in SAME_EVERYWHERE]
        run_tests(tally, "tests on PostgreSQL-and-Redis", "not browser", servers, left_out)

    if tally.unclean:
        print(f"\nNot clean: {', '.join(tally.unclean)}")
    print(f"\n{tally.passed} passed, {tally.failed} failed")
    for what, count in tally.not_run.items():
        print(f"Not run: {what}" + (f" ({count} tests)" if count > 1 else ""))
    return 1 if tally.unclean or tally.failed or (REQUIRE_ALL and tally.not_run) else 0


if __name__ == "__main__":
    sys.exit(main())
