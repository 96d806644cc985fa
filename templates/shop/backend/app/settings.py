"""What the function is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    products_table: str
    orders_table: str
    users_table: str
    jwt_secret_arn: str
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Fails on everything that is missing at once, so that one deployment shows all of it."""
        required = ("PRODUCTS_TABLE", "ORDERS_TABLE", "USERS_TABLE", "JWT_SECRET_ARN")
        missing = [name for name in required if not environment.get(name)]
        if missing:
            raise RuntimeError(f"environment variables not set: {', '.join(missing)}")
        values = {name.lower(): environment[name] for name in required}
        return cls(**values, log_level=environment.get("LOG_LEVEL", "info").upper())
