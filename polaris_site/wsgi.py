"""The web process. A visitor waits for a locked SQLite database 3 s at most; a worker may wait longer."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polaris_site.settings")
os.environ.setdefault("SQLITE_TIMEOUT", "3")

application = get_wsgi_application()
