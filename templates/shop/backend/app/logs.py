"""Structured logs: one JSON object a line on stdout, which Lambda carries to CloudWatch Logs.

Every line written while a request is served carries the request's correlation id, so that
`filter correlation_id = "..."` in Logs Insights shows all of it.
"""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import datetime, timezone

correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)
aws_request_id: ContextVar[str | None] = ContextVar("aws_request_id", default=None)

# `logger.info(text, extra={"fields": {...}})` adds members to the line.
FIELDS = "fields"


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": _rfc3339(record.created),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "correlation_id": correlation_id.get(),
            "request_id": aws_request_id.get(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        # ASCII only: a line stays one line and valid UTF-8 whatever a client sent.
        return json.dumps(line, separators=(",", ":"), default=str)


class StdoutHandler(logging.Handler):
    """Looks up sys.stdout at each line: the Lambda runtime replaces it after the import of logging."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stdout.write(self.format(record) + "\n")
            sys.stdout.flush()
        except Exception:
            self.handleError(record)


def configure(level: str) -> None:
    """Takes over the root logger, so that lines of libraries have the same form."""
    if level not in logging.getLevelNamesMapping():
        raise RuntimeError(f"LOG_LEVEL {level!r} is none of debug, info, warning, error, critical")
    handler = StdoutHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Below warning Mangum repeats the access line, and botocore writes whole requests and answers,
    # password hashes and the signing key among them.
    for name in ("boto3", "botocore", "mangum", "urllib3"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))


def _rfc3339(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
