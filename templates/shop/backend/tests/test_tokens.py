import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest

from app.errors import NotAuthenticated
from app.security.signing_key import SigningKey
from app.security.tokens import Identity, Tokens

KEY = b"0123456789abcdef" * 8
CLAIMS = {"sub": "u-1", "role": "user", "exp": int(time.time()) + 600}
tokens = Tokens(lambda: KEY)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims, header={"alg": "HS256", "typ": "JWT"}, key=KEY):
    """Any JSON text, signed by hand: PyJWT would refuse to make most of these."""
    body = claims if isinstance(claims, str) else json.dumps(claims)
    text = f"{b64(json.dumps(header).encode())}.{b64(body.encode())}"
    return f"{text}.{b64(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


def without(name):
    return {key: value for key, value in CLAIMS.items() if key != name}


def test_an_issued_token_verifies_and_lasts_an_hour():
    token = tokens.issue(Identity("u-1", "admin"))
    assert tokens.verify(token) == Identity("u-1", "admin")
    claims = jwt.decode(token, KEY, algorithms=["HS256"])
    assert claims["exp"] - claims["iat"] == 3600
    assert abs(claims["iat"] - time.time()) < 5


def test_a_token_made_elsewhere_needs_no_more_than_sub_role_and_exp():
    assert tokens.verify(signed(CLAIMS)) == Identity("u-1", "user")
    assert tokens.verify(signed({**CLAIMS, "iat": time.time() + 30})) == Identity("u-1", "user")


@pytest.mark.parametrize("age", [0, 1, 3600])
def test_an_expired_token_is_refused_from_its_second_on(age):
    with pytest.raises(NotAuthenticated, match="Token expired"):
        tokens.verify(signed({**CLAIMS, "exp": int(time.time()) - age}))


@pytest.mark.parametrize(
    "token",
    {
        "empty": "",
        "no token": "not.a.token",
        "another key": signed(CLAIMS, key=b"x" * 128),
        "the key decoded from hex": signed(CLAIMS, key=bytes.fromhex(KEY.decode())),
        "alg none": f'{b64(b"""{"alg":"none"}""")}.{b64(json.dumps(CLAIMS).encode())}.',
        "alg HS512": jwt.encode(CLAIMS, KEY, algorithm="HS512"),
        "alg of another case": signed(CLAIMS, {"alg": "hs256"}),
        "unknown crit": signed(CLAIMS, {"alg": "HS256", "crit": ["x"], "x": 1}),
        "no exp": signed(without("exp")),
        "no sub": signed(without("sub")),
        "no role": signed(without("role")),
        "exp null": signed({**CLAIMS, "exp": None}),
        "exp text": signed({**CLAIMS, "exp": "99999999999"}),
        "exp true": signed({**CLAIMS, "exp": True}),
        "exp infinite": signed('{"sub":"u-1","role":"user","exp":1e400}'),
        "exp NaN": signed('{"sub":"u-1","role":"user","exp":NaN}'),
        "not before tomorrow": signed({**CLAIMS, "nbf": int(time.time()) + 86400}),
        "sub empty": signed({**CLAIMS, "sub": ""}),
        "sub a number": signed({**CLAIMS, "sub": 1}),
        "role unknown": signed({**CLAIMS, "role": "root"}),
        "role a list": signed({**CLAIMS, "role": ["admin"]}),
        "another audience": signed({**CLAIMS, "aud": "elsewhere"}),
        "claims a list": signed("[]"),
        "deeply nested": signed('{"a":' * 2000 + "1" + "}" * 2000),
        "deeply nested header": b64(b'{"a":' * 2000 + b"1" + b"}" * 2000) + ".e30.",
        "too long": signed({**CLAIMS, "x": "y" * 9000}),
        "not ASCII": "é.é.é",
    }.items(),
    ids=lambda item: item[0],
)
def test_anything_else_is_refused(token):
    with pytest.raises(NotAuthenticated):
        tokens.verify(token[1])


class SecretsManager:
    def __init__(self, text):
        self.text, self.calls = text, []

    def get_secret_value(self, **request):
        self.calls.append(request)
        return {"SecretString": self.text}


def test_the_key_is_the_text_itself_and_is_read_once():
    client = SecretsManager(KEY.decode())
    key = SigningKey(client, "arn:aws:secretsmanager:x")
    assert [key.value(), key.value()] == [KEY, KEY]
    assert client.calls == [{"SecretId": "arn:aws:secretsmanager:x"}]


def test_a_short_key_is_refused_and_not_shown():
    with pytest.raises(RuntimeError, match="fewer than 32 bytes") as refusal:
        SigningKey(SecretsManager("hunter2"), "arn").value()
    assert "hunter2" not in str(refusal.value)
