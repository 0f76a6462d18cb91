"""The import contracts of pyproject.toml notice what they are there for. That they hold, `make test` checks itself."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

PACKAGES = ("polaris_site", "campaigns", "actions", "newsletter", "hotline")
AGAINST_THE_ARROWS = [
    ("actions/congress/wrong.py", "actions.models"),
    ("actions/congress/wrong.py", "actions.states"),
    ("actions/congress/wrong.py", "actions.delivery.letter"),
    ("actions/congress/wrong.py", "campaigns.models"),
    ("actions/delivery/wrong.py", "actions.congress.models"),
    ("actions/delivery/wrong.py", "django.conf"),
    ("campaigns/wrong.py", "actions.models"),
    ("campaigns/wrong.py", "newsletter.models"),
    ("newsletter/wrong.py", "hotline.models"),
    ("hotline/wrong.py", "campaigns.models"),
    ("actions/tasks.py", "polaris_site.urls"),
    ("actions/models/wrong.py", "actions.forms"),
    ("actions/forms/wrong.py", "actions.views"),
    ("polaris_site/antispam.py", "campaigns.models"),
]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the code with every import above added to it."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in PACKAGES:
        shutil.copytree(Path(settings.BASE_DIR) / name, copy / name, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(Path(settings.BASE_DIR) / "pyproject.toml", copy)
    for module, imported in AGAINST_THE_ARROWS:
        with (copy / module).open("a") as out:
            out.write(f"\nimport {imported}\n")

    program = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([program, "--no-cache"], cwd=copy, capture_output=True, text=True)

    assert result.returncode == 1, result.stdout + result.stderr
    return result.stdout.partition("Broken contracts")[2]


@pytest.mark.parametrize(("module", "imported"), AGAINST_THE_ARROWS)
def test_import_against_the_arrows_breaks_a_contract(broken: str, module: str, imported: str) -> None:
    importer = module.removesuffix(".py").replace("/", ".")

    # Of a package that is not ours, import-linter names the top alone.
    named = imported if imported.partition(".")[0] in PACKAGES else imported.partition(".")[0]
    assert f"{importer} -> {named} (" in broken
