"""The environment of the tests: a pytest plugin, loaded before Django reads its settings."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

FERNET_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="polaris-test-"))
if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # "gw0", "gw1" …: side by side, each with its own folder and queue
    shared = Path(os.environ["VAR_DIR"])
    os.environ["VAR_DIR"] = str(shared / worker)
    Path(os.environ["VAR_DIR"]).mkdir(parents=True, exist_ok=True)
    if not Path(os.environ["VAR_DIR"], "static").exists():
        Path(os.environ["VAR_DIR"], "static").symlink_to(shared / "static")
    broker, _, database = os.environ.get("CELERY_BROKER_URL", "").rpartition("/")
    if database.isdecimal():
        os.environ["CELERY_BROKER_URL"] = f"{broker}/{int(database) - int(worker[2:])}"
Path(os.environ["VAR_DIR"]).mkdir(parents=True, exist_ok=True)
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "s" * 50)
os.environ.setdefault("ENCRYPTION_KEYS", FERNET_KEY)
os.environ.setdefault("HASH_KEY", "only-for-tests-" + "h" * 50)
os.environ.setdefault("DELIVERY_MODE", "demonstration")
for gateway in ("CWC_HOUSE_RATE", "CWC_SENATE_RATE", "OFFICE_MAIL_RATE"):
    os.environ.setdefault(gateway, "1000")  # letters a second: a test that is not about pace should not wait for it
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver")


def pytest_configure(config: pytest.Config) -> None:
    """Collect the static files once, before any test: pages name them by their hashes, as they do live."""
    if not hasattr(config, "workerinput"):
        manage = Path(__file__).resolve().parent.parent / "manage.py"
        subprocess.run([sys.executable, manage, "collectstatic", "--noinput", "--verbosity", "0"], check=True)
