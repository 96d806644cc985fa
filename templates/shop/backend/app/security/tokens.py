"""Access tokens: JWTs signed with HS256, stating who (sub), in which role, and until when (exp)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt

from app.errors import NotAuthenticated

ALGORITHM = "HS256"
LIFETIME_S = 3600
ROLES = ("user", "admin")
MAX_TOKEN_CHARS = 8192  # an HTTP API passes 10,240 bytes of headers at most


@dataclass(frozen=True)
class Identity:
    user_id: str
    role: str

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


class Tokens:
    def __init__(self, key: Callable[[], bytes], clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._clock = clock

    def issue(self, identity: Identity) -> str:
        now = int(self._clock())
        claims = {"sub": identity.user_id, "role": identity.role, "iat": now, "exp": now + LIFETIME_S}
        return jwt.encode(claims, self._key(), algorithm=ALGORITHM)

    def verify(self, token: str) -> Identity:
        """Raises NotAuthenticated for whatever is not a valid, current token of this service."""
        if len(token) > MAX_TOKEN_CHARS:
            raise NotAuthenticated("Invalid token")
        key = self._key()
        try:
            claims = _decode(token, key)
        except jwt.ExpiredSignatureError:
            raise NotAuthenticated("Token expired") from None
        except jwt.PyJWTError:
            raise NotAuthenticated("Invalid token") from None
        return _identity(claims)


def _decode(token: str, key: bytes) -> dict[str, Any]:
    """The algorithm is fixed here and never taken from the token (RFC 8725 section 3.1). `iat` is
    not judged: nothing depends on it, and a minting machine's clock may be seconds ahead."""
    options = {"require": ["exp", "sub", "role"], "verify_iat": False}
    return jwt.decode(token, key, algorithms=[ALGORITHM], options=options)


def _identity(claims: dict[str, Any]) -> Identity:
    subject, role, expiry = claims["sub"], claims["role"], claims["exp"]
    # PyJWT takes "exp": "9999999999"; RFC 7519 section 2 wants a number.
    is_number = isinstance(expiry, int | float) and not isinstance(expiry, bool)
    if not (is_number and isinstance(subject, str) and subject and role in ROLES):
        raise NotAuthenticated("Invalid token")
    return Identity(subject, role)
