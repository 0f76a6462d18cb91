"""`.env.example` names every variable the site reads, no other, and can be used as it stands."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

EXAMPLE = Path(settings.BASE_DIR) / ".env.example"
READ_IN_SETTINGS = re.compile(r'\benv(?:\.\w+)?\(\s*"([A-Z][A-Z_]+)"')
READ_IN_COMMAND = re.compile(r'\bos\.environ\.get\("([A-Z][A-Z_]+)"')
LINE = re.compile(r"^#?([A-Z][A-Z_]+)=", re.MULTILINE)
MUST_BE_SET = re.compile(r"^([A-Z][A-Z_]+)=", re.MULTILINE)


def test_example_names_every_variable_the_site_reads_and_no_other() -> None:
    package = Path(settings.BASE_DIR) / "polaris_site"
    read = set(READ_IN_SETTINGS.findall((package / "settings.py").read_text()))
    read |= set(READ_IN_COMMAND.findall((package / "management" / "commands" / "run_site.py").read_text()))

    named = LINE.findall(EXAMPLE.read_text())

    assert len(read) > 20
    assert sorted(named) == sorted(read)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The site's code in a folder of its own, with the example as its `.env`."""
    for name in ("polaris_site", "campaigns", "actions", "newsletter", "hotline", "templates", "static"):
        shutil.copytree(Path(settings.BASE_DIR) / name, tmp_path / name)
    shutil.copy(Path(settings.BASE_DIR) / "manage.py", tmp_path)
    shutil.copy(EXAMPLE, tmp_path / ".env")
    return tmp_path


def check(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Run `manage.py check` with no setting but those of `.env`."""
    own = {*LINE.findall(EXAMPLE.read_text()), "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in own}
    return subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=checkout, env=environment, capture_output=True, text=True
    )


@pytest.mark.processes
def test_site_starts_on_the_example_once_the_secrets_are_filled_in(checkout: Path) -> None:
    text = (checkout / ".env").read_text()
    assert MUST_BE_SET.findall(text) == ["SECRET_KEY", "ENCRYPTION_KEYS", "HASH_KEY"]

    (checkout / ".env").write_text(MUST_BE_SET.sub(r"\1=" + settings.ENCRYPTION_KEYS[0], text))

    result = check(checkout)
    assert result.returncode == 0, result.stderr


@pytest.mark.processes
@pytest.mark.parametrize("missing", ["SECRET_KEY", "ENCRYPTION_KEYS", "HASH_KEY"])
def test_site_refuses_to_start_without_a_secret(checkout: Path, missing: str) -> None:
    text = MUST_BE_SET.sub(r"\1=" + settings.ENCRYPTION_KEYS[0], EXAMPLE.read_text())
    (checkout / ".env").write_text(re.sub(rf"^{missing}=.*$", "", text, flags=re.MULTILINE))

    result = check(checkout)

    assert result.returncode != 0
    assert missing in result.stderr
