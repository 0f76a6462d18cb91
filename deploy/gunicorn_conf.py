"""How gunicorn serves the site, on a laptop and in the image: `gunicorn -c deploy/gunicorn_conf.py`.

The number of processes is `WEB_CONCURRENCY` (gunicorn reads it itself; one unless it is set).
"""

import logging
from typing import Any

wsgi_app = "polaris_site.wsgi:application"
worker_class = "gthread"
threads = 8
timeout = 30  # seconds without a sign of life before a process is replaced
graceful_timeout = 6  # seconds to finish requests when told to stop
keepalive = 5  # seconds
loglevel = "warning"
control_socket_disable = True  # it would lie in the home directory, which a container may not have
# No access log: addresses of pages hold receipt tokens, and who visits is nobody's business.
accesslog = None


class NoVisitors(logging.Filter):
    """Takes addresses of visitors and pages out of gunicorn's own messages."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep what happened and the traceback; drop from where and at which address."""
        if str(record.msg).startswith("Invalid request from"):
            record.msg, record.args = "A request could not be read.", ()
        elif str(record.msg).startswith("Error handling request"):
            record.msg, record.args = "A request could not be answered.", ()
        return True


def on_starting(server: Any) -> None:
    """Attach the filter before the first process is forked, so that all of them have it."""
    server.log.error_log.addFilter(NoVisitors())
