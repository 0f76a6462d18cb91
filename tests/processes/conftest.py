"""Which of these tests belong to which servers."""

from django.conf import settings

ON_SERVERS = "django.db.backends.postgresql"
# The worker as production runs it needs PostgreSQL and Redis: on SQLite there is nothing of it to collect.
collect_ignore = [] if settings.DATABASES["default"]["ENGINE"] == ON_SERVERS else ["test_production_worker.py"]
