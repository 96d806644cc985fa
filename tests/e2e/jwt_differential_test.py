# SPDX-License-Identifier: Apache-2.0
"""davit beside PyJWT and joserfc: each verifies what the others signed, and on thousands of damaged tokens davit accepts nothing that one of
them refuses, nor refuses what they accept, except where davit is stricter on purpose."""
import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import unittest

from local_aws import TOOLS, scrubbed_environment, skip

PYTHON = os.path.join(TOOLS, "venv", "bin", "python")
if TOOLS and os.path.exists(PYTHON) and os.path.realpath(sys.prefix) != os.path.realpath(os.path.join(TOOLS, "venv")):
    os.execv(PYTHON, [PYTHON, *sys.argv])
try:
    import joserfc.errors
    import joserfc.jwk
    import joserfc.jws
    import jwt
except ImportError as missing:
    skip(f"{missing.name} is not installed (scripts/test-tools)")

DAVIT = os.path.abspath(sys.argv.pop(1))
ALGORITHMS = ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
NOW = 1_700_000_000

# Refusals of davit that the libraries do not share, by rule. Whatever else differs is a defect of one of them.
STRICTER = {
    "header-encoding",  # lenient base64: unused bits, foreign characters
    "payload-encoding",
    "signature-encoding",
    "header-duplicate-member",  # RFC 7515 section 4; the libraries let the last one win
    "claims-duplicate-member",
    "header-json",  # a byte order mark, NaN and Infinity, lone surrogates: Python's json takes them
    "claims-json",
    "header-member-type",
    "critical-malformed",
    "claim-type",  # PyJWT takes "exp" as a string of digits
    "token-too-large",
    "unencoded-payload",  # RFC 7797, which PyJWT supports and davit refuses by name
}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Davit:
    """The binary, with a folder for its files."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *arguments, stdin=""):
        return subprocess.run([DAVIT, *arguments], input=stdin, env=scrubbed_environment(), capture_output=True, text=True, timeout=120)

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
        return path

    def key(self, algorithm):
        path = os.path.join(self.folder, f"{algorithm}.jwk")
        if not os.path.exists(path):
            made = self.run("jwt", "key", "generate", "--alg", algorithm, "--to", "jwk", "--out", path)
            assert made.returncode == 0, made.stderr
        with open(path, encoding="utf-8") as source:
            return path, json.load(source)

    def verdicts(self, noun, key, tokens, *flags):
        lines = "".join(json.dumps({"id": number, "token": token}) + "\n" for number, token in enumerate(tokens))
        finished = self.run(noun, "verify", "--key", key, "--input", "jsonl", "--explain", *flags, stdin=lines)
        assert finished.returncode in (0, 1), finished.stderr
        return [json.loads(line) for line in finished.stdout.splitlines()]


def public(jwk):
    return {name: value for name, value in jwk.items() if name not in ("d", "p", "q", "dp", "dq", "qi")}


class Libraries:
    """What PyJWT and joserfc make of a token under one key."""

    def __init__(self, algorithm, jwk):
        self.algorithm = algorithm
        self.pyjwt_key = jwt.PyJWK(public(jwk), algorithm=algorithm)
        self.pyjwt_signing_key = jwt.PyJWK(jwk, algorithm=algorithm)
        self.joserfc_key = joserfc.jwk.import_key(jwk)

    def pyjwt_sign(self, payload, headers=None):
        return jwt.api_jws.encode(payload, self.pyjwt_signing_key, algorithm=self.algorithm, headers=headers)

    def joserfc_sign(self, payload):
        return joserfc.jws.serialize_compact({"alg": self.algorithm}, payload, self.joserfc_key, algorithms=[self.algorithm])

    def pyjwt_accepts(self, token):
        try:
            jwt.api_jws.decode(token, self.pyjwt_key, algorithms=[self.algorithm])
            return True
        except Exception:  # a library that crashes on a token has not accepted it
            return False

    def joserfc_accepts(self, token):
        try:
            joserfc.jws.deserialize_compact(token, self.joserfc_key, algorithms=[self.algorithm])
            return True
        except Exception:
            return False


def damaged(rng, token):
    """The token with one thing wrong with it, or several."""
    header, payload, signature = token.split(".")
    where = rng.randrange(len(token))
    letter = rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \n.{\x00é")
    raw = base64.urlsafe_b64decode(signature + "==")
    return rng.choice([
        lambda: token[:where] + letter + token[where + 1:],
        lambda: token[:where] + token[where + 1:],
        lambda: token[:where] + letter + token[where:],
        lambda: token[:where],
        lambda: token + rng.choice(["=", "==", "\n", " ", ".", "A", "AA"]),
        lambda: rng.choice([" ", "\n", ".", "Bearer "]) + token,
        lambda: f"{header}.{payload}.",
        lambda: f"{header}..{signature}",
        lambda: f".{payload}.{signature}",
        lambda: f"{header}.{payload}.{b64(raw[:-1])}",
        lambda: f"{header}.{payload}.{b64(raw + bytes([0]))}",
        lambda: f"{header}.{payload}.{b64(bytes([0]) + raw)}",
        lambda: f"{header}.{payload}.{b64(bytes(len(raw)))}",
        lambda: f"{header}.{payload}.{b64(bytes([255]) * len(raw))}",
        lambda: f"{header}.{b64(base64.urlsafe_b64decode(payload + '==') + b' ')}.{signature}",
    ])()  # fmt: skip


HEADERS = [
    '{"alg":"%s","typ":"JWT"}', '{"alg":"%s","kid":"k1"}', '{"alg":"%s","kid":7}', '{"alg":"%s","kid":null}', '{"alg":"%s","crit":["exp"],"exp":1}',
    '{"alg":"%s","crit":[]}', '{"alg":"%s","crit":["b64"],"b64":true}', '{"alg":"%s","crit":["b64"],"b64":false}', '{"alg":"%s","b64":false}',
    '{"alg":"%s","crit":"b64","b64":true}', '{"alg":"%s","crit":["missing"]}', '{"alg":"none","alg":"%s"}', '{"alg":"%s","alg":"none"}', '{"typ":"JWT"}',
    '{"alg":"none"}', '{"alg":"NONE"}', '{"alg":null}', '{"alg":["%s"]}', '["%s"]', '"%s"', ' {"alg": "%s"} ', '{"alg":"%s",}', '{"alg":"%s"}x', '',
    '\ufeff{"alg":"%s"}', '{"alg":"%s","x":NaN}', '{"alg":"%s","x":"\\ud800"}', '{"alg":"%s","zip":"DEF"}', '{"alg":"%s","cty":"JWT"}', '{"alg":"HS1"}',
    '{"\\u0061lg":"%s"}', '{"alg":"%s","jwk":{"kty":"oct","k":"AA"}}', '{"alg":"%s","jku":"https://x.example"}', '{"alg":"%s","typ":1}',
]  # fmt: skip

# Left out: PyJWT cuts the fraction off exp, and takes an empty list of audiences for none.
CLAIMS = [
    {}, {"exp": NOW}, {"exp": NOW + 1}, {"exp": NOW - 1}, {"exp": 0}, {"exp": -1}, {"exp": str(NOW + 9)}, {"exp": "soon"}, {"exp": None},
    {"exp": True}, {"exp": [NOW + 9]}, {"exp": {}}, {"exp": 1e30}, {"nbf": NOW}, {"nbf": NOW + 1}, {"nbf": NOW - 1}, {"nbf": "x"}, {"nbf": None},
    {"iat": NOW}, {"iat": NOW + 1}, {"iat": NOW - 1}, {"iat": "x"}, {"iat": None}, {"sub": "a"}, {"sub": 7}, {"sub": None}, {"jti": "a"}, {"jti": 7},
    {"iss": "https://i.example"}, {"iss": "https://i.example/"}, {"iss": "i"}, {"iss": 7}, {"iss": None}, {"iss": ["https://i.example"]},
    {"aud": "shop"}, {"aud": ["shop"]}, {"aud": ["a", "shop"]}, {"aud": "sho"}, {"aud": ["a", 7]}, {"aud": 7}, {"aud": None}, {"aud": "SHOP"},
]  # fmt: skip


class Differential(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="davit-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.davit = Davit(folder.name)

    def agree(self, token, answer, accepted, who):
        ids = {reason["id"] for reason in answer["reasons"]}
        if answer["valid"] and not accepted:
            self.fail(f"davit accepts what {who} refuses: {token!r}")
        if accepted and not answer["valid"] and not ids & STRICTER:
            self.fail(f"davit refuses ({ids}) what {who} accepts: {token!r}")

    def test_each_verifies_what_the_others_signed(self):
        for algorithm in ALGORITHMS:
            with self.subTest(algorithm):
                path, jwk = self.davit.key(algorithm)
                libraries = Libraries(algorithm, jwk)
                minted = self.davit.run("jwt", "mint", "--key", path, "--alg", algorithm, "--claims", "-", stdin='{"sub":"u-1"}').stdout.strip()
                self.assertTrue(libraries.pyjwt_accepts(minted))
                self.assertTrue(libraries.joserfc_accepts(minted))
                answers = self.davit.verdicts("jws", path, [libraries.pyjwt_sign(b"any \xff bytes"), libraries.joserfc_sign(b"any \xff bytes")])
                self.assertEqual([answer["valid"] for answer in answers], [True, True])

    def test_deterministic_algorithms_make_the_same_bytes(self):
        for algorithm in ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "EdDSA"]:
            with self.subTest(algorithm):
                path, jwk = self.davit.key(algorithm)
                theirs = Libraries(algorithm, jwk).joserfc_sign(b"payload")
                header = base64.urlsafe_b64decode(theirs.split(".")[0] + "==")
                ours = self.davit.run("jwt", "mint", "--key", path, "--claims-raw", self.davit.file("raw", b"payload"), "--header", self.davit.file("header", header))
                self.assertEqual(ours.stdout.strip(), theirs)

    def test_davit_accepts_no_damaged_token_that_a_library_refuses(self):
        rng = random.Random(7519)
        for algorithm in ALGORITHMS:
            path, jwk = self.davit.key(algorithm)
            libraries = Libraries(algorithm, jwk)
            good = [libraries.pyjwt_sign(json.dumps({"sub": f"u-{number}"}).encode()) for number in range(5)]
            tokens = [damaged(rng, rng.choice(good)) for _ in range(400)]
            for token, answer in zip(tokens, self.davit.verdicts("jws", path, tokens), strict=True):
                with self.subTest(algorithm, token=token):
                    self.agree(token, answer, libraries.pyjwt_accepts(token), "PyJWT")
                    self.agree(token, answer, libraries.joserfc_accepts(token), "joserfc")

    def test_headers(self):
        path, jwk = self.davit.key("HS256")
        libraries = Libraries("HS256", jwk)
        tokens = []
        for template in HEADERS:
            header = (template % "HS256" if "%s" in template else template).encode("utf-8", "surrogatepass")
            signing_input = f"{b64(header)}.{b64(b'{}')}"
            signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signing_input.encode(), base64.urlsafe_b64decode(jwk["k"] + "=="))
            tokens.append(f"{signing_input}.{b64(signature)}")
        for header, token, answer in zip(HEADERS, tokens, self.davit.verdicts("jws", path, tokens), strict=True):
            with self.subTest(header):
                # joserfc leaves the member types that it has no use for alone, as PyJWT does; both refuse what is unsafe.
                self.agree(token, answer, libraries.pyjwt_accepts(token) or libraries.joserfc_accepts(token), "both")

    def test_claims_as_pyjwt_judges_them(self):
        path, jwk = self.davit.key("HS256")
        libraries = Libraries("HS256", jwk)
        tokens = [libraries.pyjwt_sign(json.dumps(claims).encode()) for claims in CLAIMS]
        cases = [({}, []), ({"audience": "shop"}, ["--audience", "shop"]), ({"issuer": "https://i.example"}, ["--issuer", "https://i.example"]),
                 ({"leeway": 1}, ["--leeway", "1"])]  # fmt: skip
        for options, flags in cases:
            answers = self.davit.verdicts("jwt", path, tokens, "--at", str(NOW), *flags)
            for claims, token, answer in zip(CLAIMS, tokens, answers, strict=True):
                with self.subTest(claims=claims, flags=flags):
                    self.agree(token, answer, self.pyjwt_claims(libraries, token, options), "PyJWT")

    def pyjwt_claims(self, libraries, token, options):
        """PyJWT at a fixed time: its clock is the module's."""
        import datetime
        import jwt.api_jwt as module

        class Fixed(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                return cls.fromtimestamp(NOW, tz)

        clock, module.datetime = module.datetime, Fixed
        try:
            jwt.decode(token, libraries.pyjwt_key, algorithms=["HS256"], **options)
            return True
        except Exception:
            return False
        finally:
            module.datetime = clock


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
