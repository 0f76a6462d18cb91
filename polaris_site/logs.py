"""What a log may say of a request: the name of its route. Its path may hold the token of somebody's receipt."""

import logging


class RouteOnly(logging.Filter):
    """Replaces the path in Django's own lines about a request by the name of the route."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the line where it belongs to a request; drop nothing."""
        request = getattr(record, "request", None)
        if request is not None:
            match = getattr(request, "resolver_match", None)
            status = getattr(record, "status_code", "")
            record.msg = f"{status} at {match.view_name if match else 'no route'}".strip()
            record.args = ()
        return True
