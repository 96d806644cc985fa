"""Password hashes: scrypt (RFC 7914), as text that says how it was made.

    scrypt$<log2 N>$<r>$<p>$<salt, base64>$<hash, base64>

The parameters travel with each hash, so that they can be raised later without a migration.
"""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass, replace

LOG2_N, R, P = 14, 8, 1
SALT_BYTES, HASH_BYTES = 16, 32

# A stored string decides what a log-in costs: cap it, so that a bad row cannot exhaust the function.
# OpenSSL refuses what needs more than this (128 * N * r bytes and a little), with a ValueError.
MAX_MEMORY_BYTES = 65 * 1024 * 1024
MAX_P = 4


@dataclass(frozen=True)
class ScryptHash:
    log2_n: int
    r: int
    p: int
    salt: bytes
    hash: bytes

    def __str__(self) -> str:
        parts = (self.log2_n, self.r, self.p, _encode(self.salt), _encode(self.hash))
        return "$".join(["scrypt", *map(str, parts)])

    @classmethod
    def parse(cls, text: str) -> "ScryptHash":
        """Raises ValueError when the text is no such hash or its parameters are out of bounds."""
        scheme, *parts = text.split("$")
        if scheme != "scrypt" or len(parts) != 5:
            raise ValueError("not a scrypt hash")
        log2_n, r, p = (_number(part) for part in parts[:3])
        parsed = cls(log2_n, r, p, _decode(parts[3]), _decode(parts[4]))
        parsed._check_bounds()
        return parsed

    def derive(self, password: str) -> bytes:
        """The hash of `password` with the salt and parameters of this one."""
        return hashlib.scrypt(
            password.encode(),
            salt=self.salt,
            n=1 << self.log2_n,
            r=self.r,
            p=self.p,
            maxmem=MAX_MEMORY_BYTES,
            dklen=len(self.hash),
        )

    def _check_bounds(self) -> None:
        if not (10 <= self.log2_n <= 20 and 1 <= self.r <= 32 and 1 <= self.p <= MAX_P):
            raise ValueError("scrypt parameters out of bounds")
        if not (8 <= len(self.salt) <= 64 and 16 <= len(self.hash) <= 64):
            raise ValueError("salt or hash of unusual length")


def hash_password(password: str) -> str:
    blank = ScryptHash(LOG2_N, R, P, os.urandom(SALT_BYTES), bytes(HASH_BYTES))
    return str(replace(blank, hash=blank.derive(password)))


def verify_password(password: str, stored: str) -> bool:
    """Raises ValueError when `stored` is not a hash: a broken row is a fault, not a wrong password."""
    expected = ScryptHash.parse(stored)
    return hmac.compare_digest(expected.derive(password), expected.hash)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise ValueError("scrypt parameters must be numbers")
    return int(text)


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("salt or hash is not base64") from error


# A hash that no password has, of the usual cost: checked where there is no user, so that the time
# an answer takes does not tell whether there is one.
NOBODYS_HASH = str(ScryptHash(LOG2_N, R, P, bytes(SALT_BYTES), bytes(HASH_BYTES)))
