# SPDX-License-Identifier: Apache-2.0
"""Headers, encodings and claims that an attacker, or a sloppy library, would make: each must be refused for its own reason, and what only looks
odd must be accepted. All of them are signed, so that nothing but the thing in question can be the reason."""
import hmac
import json
import unittest

from jws_tokens import SECRET, VALID, Tokens, b64, hs256, signing_input, with_signature


class Headers(Tokens):
    def test_headers(self):
        deep = '{"alg":"HS256","x":' + "[" * 64 + "]" * 64 + "}"
        cases = [
            *[(alg, hs256({"alg": alg}), "algorithm-none") for alg in ("none", "None", "NONE", "nOnE")],
            *[(f"unsigned {alg}", signing_input({"alg": alg}) + ".", "algorithm-none") for alg in ("none", "NoNe")],
            *[(f"alg {alg!r}", hs256({"alg": alg}), "algorithm-unsupported") for alg in ("", "none ", "HS256\u0000", "hs256", "HS1", "A128KW", "dir", "ES256K")],
            *[(f"alg {alg!r}", hs256({"alg": alg}), "header-member-type") for alg in (None, 5, True, ["HS256"], {"a": 1})],
            ("no alg", hs256({"typ": "JWT"}), "algorithm-missing"),
            *[(name, hs256(text), "header-json") for name, text in (
                ("byte order mark", '\ufeff{"alg":"HS256"}'), ("more behind it", '{"alg":"HS256"}{}'), ("zero byte behind it", '{"alg":"HS256"}\0'),
                ("comment", '{"alg":"HS256"/**/}'), ("single quotes", "{'alg':'HS256'}"), ("trailing comma", '{"alg":"HS256",}'), ("NaN", '{"alg":"HS256","x":NaN}'),
                ("leading zero", '{"alg":"HS256","x":01}'), ("half a surrogate pair", '{"alg":"HS256","x":"\\ud800"}'), ("raw line break", '{"alg":"HS256","x":"\n"}'),
                ("overlong UTF-8", b'{"alg":"HS256","x":"\xc0\xaf"}'), ("surrogate in UTF-8", b'{"alg":"HS256","x":"\xed\xa0\x80"}'), ("too deep", deep),
                ("UTF-16", '{"alg":"HS256"}'.encode("utf-16")), ("string", '"HS256"'), ("list", '[{"alg":"HS256"}]'), ("null", "null"), ("empty", ""))],
            *[(name, hs256(text), "header-duplicate-member") for name, text in (
                ("alg twice", '{"alg":"HS256","alg":"HS256"}'), ("alg twice, escaped", '{"alg":"HS256","\\u0061lg":"none"}'), ("kid twice", '{"alg":"HS256","kid":"a","kid":"b"}'),
                ("deep inside", '{"alg":"HS256","x":{"a":1,"a":2}}'))],
            *[(f"crit {value!r}", hs256({"alg": "HS256", "exp": 1, "b64": True, "crit": value}), "critical-malformed") for value in (
                [], "exp", None, {"exp": 1}, [1], [None], [["exp"]], ["alg"], ["typ"], ["crit"], ["absent"], ["b64", "b64"], [""])],
            *[(f"crit {value!r}", hs256({"alg": "HS256", "exp": 1, "b64": True, "crit": value}), "critical-unknown") for value in (["exp"], ["b64", "exp"])],
            ("b64 false", hs256({"alg": "HS256", "b64": False, "crit": ["b64"]}), "unencoded-payload"),
            ("b64 false, not critical", hs256({"alg": "HS256", "b64": False}), "unencoded-payload"),
            ("b64 no boolean", hs256({"alg": "HS256", "b64": 0}), "header-member-type"),
            *[(f"{name} {value!r}", hs256({"alg": "HS256", name: value}), "header-member-type") for name, value in (
                ("kid", 1), ("kid", None), ("typ", ["JWT"]), ("cty", {}), ("jwk", "x"), ("jku", 1), ("x5u", []), ("x5c", "x"), ("x5t", 1), ("x5t#S256", False))],
            ("keys of the attacker", hs256({"alg": "HS256", "jwk": {"kty": "oct", "k": b64(SECRET[:32])}, "jku": "https://evil.example"}, secret=SECRET[:32]), "signature-mismatch"),
            ("b64 true", hs256({"alg": "HS256", "b64": True, "crit": ["b64"]}), VALID),
            ("white space", hs256(' {\r\n\t"alg" : "HS256" } '), VALID),
            ("escapes", hs256('{"\\u0061lg":"H\\u0053256"}'), VALID),
            ("unknown members", hs256({"alg": "HS256", "nonce": "x", "zip": "DEF", "enc": 7, "ALG": "none"}), VALID),
            ("63 levels", hs256(deep.replace("[[", "[", 1).replace("]]", "]", 1)), VALID),
        ]  # fmt: skip
        self.judge(SECRET, cases)

    def test_encodings_and_parts(self):
        good = hs256({"alg": "HS256"}, b"fo")
        header, payload, mac = good.split(".")

        def signed(start):
            return with_signature(start, hmac.new(SECRET, start.encode(), "sha256").digest())

        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        cases = [
            ("plain", good, VALID),
            ("empty payload", hs256({"alg": "HS256"}, b""), VALID),
            ("payload of any bytes", hs256({"alg": "HS256"}, bytes(range(256))), VALID),
            ("padded header", signed(f"{header}=.{payload}"), "header-encoding"),
            ("padded payload", signed(f"{header}.{payload}="), "payload-encoding"),
            ("padded signature", good + "=", "signature-encoding"),
            ("unused bits of the payload", signed(f"{header}.{payload[:-1]}{alphabet[alphabet.index(payload[-1]) + 1]}"), "payload-encoding"),
            ("unused bits of the signature", good[:-1] + alphabet[alphabet.index(good[-1]) + 1], "signature-encoding"),
            ("a length that there is not", signed(f"{header}.{payload}AA"), "payload-encoding"),
            *[(f"{mark!r} in the payload", signed(f"{header}.{mark}{payload}"), "payload-encoding") for mark in "+/ \n\t\r\0?#é%"],
            *[(f"{mark!r} in the header", signed(f"{mark}{header}.{payload}"), "header-encoding") for mark in " \n?"],
            *[(f"{mark!r} behind the token", good + mark, "signature-encoding") for mark in (" ", "\n", "\r\n", "\0")],
            *[(f"{mark!r} in the signature", f"{header}.{payload}.{mark}{mac}", "signature-encoding") for mark in "?+/ "],
            ("a scheme", "Bearer " + good, "header-encoding"),
            ("nothing", "", "empty-token"),
            ("payload taken out", f"{header}..{mac}", "detached-payload"),
            ("signature taken out", f"{header}.{payload}.", "signature-missing"),
            *[(f"parts: {token!r}", token, "not-three-parts") for token in ("abc", f"{header}.{payload}", good + ".", good + ".x", f"{header}.{payload}.{mac}.x.y.z", "." * 9, " ")],
            ("five parts", good + ".x.y", "encrypted-token"),
            ("only dots", "..", "header-json"),
            *[(f"JSON: {form}", token, "json-serialization") for form, token in (
                ("flattened", json.dumps({"protected": header, "payload": payload, "signature": mac})),
                ("general", json.dumps({"payload": payload, "signatures": [{"protected": header, "signature": mac}]})), ("broken", '{"payload":"Zm9v"'),
                ("with three parts", '{"a":"x.y.z"}'))],
            ("64 KiB", hs256({"alg": "HS256"}, b"x" * ((65536 - len(header) - 45) * 3 // 4)), VALID),
            ("more", hs256({"alg": "HS256"}, b"x" * 65536 ), "token-too-large"),
            ("2 MB", "x" * 2_000_000, "token-too-large"),
        ]  # fmt: skip
        self.judge(SECRET, [case for case in cases if case[0] != "2 MB"])

    def test_claims(self):
        now, big = 1_700_000_000, "9" * 400
        def claims(text):
            return hs256({"alg": "HS256"}, text.encode() if isinstance(text, str) else text)

        wrong = ('"1900000000"', "null", "true", "[]", "{}", "1e400", big, f"-{big}")
        cases = [
            *[(f"{name} {value[:20]}", claims(f'{{"{name}":{value}}}'), "claim-type") for name in ("exp", "nbf", "iat") for value in wrong],
            *[(f"{name} {value}", claims(f'{{"{name}":{value}}}'), "claim-type") for name in ("iss", "sub", "jti") for value in ("7", "null", "true", '["a"]', "{}")],
            *[(f"aud {value}", claims(f'{{"aud":{value}}}'), "claim-type") for value in ("7", "null", "{}", '["shop",7]', '[["shop"]]')],
            *[(f"exp {value}", claims(f'{{"aud":"shop","iss":"i","exp":{value}}}'), expected) for value, expected in (
                (now, "expired"), (now - 0.001, "expired"), (0, "expired"), (-1, "expired"), ("-0", "expired"), ("1e-400", "expired"), (now + 1, VALID), (now + 0.5, VALID),
                ("17000000010e-1", VALID), ("1e300", VALID), ("1" * 300, VALID))],
            *[(f"nbf {value}", claims(f'{{"aud":"shop","iss":"i","nbf":{value}}}'), expected) for value, expected in (
                (now, VALID), (now + 1, "not-yet-valid"), (now + 0.5, "not-yet-valid"), ("1e300", "not-yet-valid"), (-1, VALID))],
            ("iat to come", claims(f'{{"aud":"shop","iss":"i","iat":{now + 1}}}'), "issued-in-future"),
            *[(f"iss {value}", claims(f'{{"aud":"shop","iss":"{value}"}}'), "issuer-mismatch") for value in ("", "I", "i ", "ii", "i/", "\\u0069\\u0000")],
            ("iss escaped", claims('{"aud":"shop","iss":"\\u0069"}'), VALID),
            ("no iss", claims('{"aud":"shop"}'), "issuer-missing"),
            ("no aud", claims('{"iss":"i"}'), "audience-missing"),
            *[(f"aud {value}", claims(f'{{"iss":"i","aud":{value}}}'), "audience-mismatch") for value in ('""', "[]", '"SHOP"', '"shop "', '["sho","p"]', '["a","b"]')],
            *[(f"aud {value}", claims(f'{{"iss":"i","aud":{value}}}'), VALID) for value in ('"shop"', '["shop"]', '["a","shop"]', '["\\u0073hop"]')],
            *[(f"payload {text!r}", claims(text), "claims-json") for text in ("", "null", "[]", '"x"', "7", "{", '{"a":1}x', "\ufeff{}", b"\xff", '{"exp":+1}', '{"exp":.5}')],
            ("a claim twice", claims('{"sub":"a","sub":"b"}'), "claims-duplicate-member"),
            ("another token", hs256({"alg": "HS256", "cty": "JWT"}, hs256({"alg": "HS256"}, b"{}").encode()), "nested-token"),
        ]  # fmt: skip
        self.judge(SECRET, cases, "jwt", ["--at", str(now), "--issuer", "i", "--audience", "shop"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
