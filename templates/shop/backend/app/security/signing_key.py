"""The key that tokens are signed with: a secret in Secrets Manager, known to the function by ARN only."""

from typing import Any

MINIMUM_BYTES = 32  # RFC 7518 section 3.2: as long as the output of SHA-256


class SigningKey:
    """Reads the secret at the first use and keeps it for the life of the execution environment.
    After a rotation new environments have the new key; deploy once to replace the old ones."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn
        self._value: bytes | None = None

    def value(self) -> bytes:
        """The UTF-8 bytes of the stored text. Hex is not decoded: the text itself is the key."""
        if self._value is None:
            self._value = self._read()
        return self._value

    def _read(self) -> bytes:
        text = self._client.get_secret_value(SecretId=self._arn).get("SecretString", "")
        key = text.encode()
        if len(key) < MINIMUM_BYTES:
            raise RuntimeError(f"the secret of JWT_SECRET_ARN has fewer than {MINIMUM_BYTES} bytes of text")
        return key
