from datetime import datetime, timezone


def now() -> str:
    """RFC 3339 in UTC with milliseconds: texts that sort as the moments do."""
    moment = datetime.now(timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
