# SPDX-License-Identifier: Apache-2.0
"""Signatures and keys that an attacker, or a sloppy library, would make, by another library than davit's own: each must be refused for its own
reason, and what only looks odd must be accepted."""
import base64
import hashlib
import json
import os
import random
import sys
import unittest

from local_aws import TOOLS, skip

PYTHON = os.path.join(TOOLS, "venv", "bin", "python")
if TOOLS and os.path.exists(PYTHON) and os.path.realpath(sys.prefix) != os.path.realpath(os.path.join(TOOLS, "venv")):
    os.execv(PYTHON, [PYTHON, *sys.argv])
try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, utils, x25519
except ImportError:
    skip("cryptography is not installed (scripts/test-tools)")
from jws_tokens import SECRET, VALID, Tokens, b64, hs256, number, signing_input, with_signature

HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
ORDERS = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    "P-521": (1 << 521) - 0x5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7,
}
CURVES = {"ES256": (ec.SECP256R1(), "P-256", 32), "ES384": (ec.SECP384R1(), "P-384", 48), "ES512": (ec.SECP521R1(), "P-521", 66)}


def pem(key, form=serialization.PublicFormat.SubjectPublicKeyInfo, encoding=serialization.Encoding.PEM):
    return key.public_bytes(encoding, form)


def rsa_jwk(public, **members):
    numbers = public.public_numbers()
    return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), **members}


def ec_jwk(public, curve, size, **members):
    numbers = public.public_numbers()
    return {"kty": "EC", "crv": curve, "x": b64(numbers.x.to_bytes(size, "big")), "y": b64(numbers.y.to_bytes(size, "big")), **members}


def okp_jwk(raw, curve="Ed25519"):
    return {"kty": "OKP", "crv": curve, "x": b64(raw)}


class Signatures(Tokens):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rsa = rsa.generate_private_key(65537, 2048)
        cls.ec = {name: ec.generate_private_key(curve) for name, (curve, _, _) in CURVES.items()}

    def test_ecdsa(self):
        for alg, (_, curve, size) in CURVES.items():
            key, order = self.ec[alg], ORDERS[curve]
            start = signing_input({"alg": alg})

            def sign(text, algorithm=HASHES[alg[2:]]):
                return utils.decode_dss_signature(key.sign(text.encode(), ec.ECDSA(algorithm)))

            def raw(r, s, width=size):
                return with_signature(start, r.to_bytes(width, "big") + s.to_bytes(width, "big"))

            r, s = sign(start)
            tiny = next(pair for pair in iter(lambda: sign(start), None) if pair[0] >> 8 * (size - 1) == 0)
            other_hash = HASHES["512" if alg != "ES512" else "256"]
            cases = [
                ("plain", raw(r, s), VALID),
                ("the other s", raw(r, order - s), VALID),
                ("r with a leading zero byte", raw(*tiny), VALID),
                ("DER", with_signature(start, utils.encode_dss_signature(r, s)), "signature-length"),
                ("a byte too long", with_signature(start, bytes(1) + r.to_bytes(size, "big") + s.to_bytes(size, "big")), "signature-length"),
                ("zero bytes behind both", with_signature(start, r.to_bytes(size, "big") + bytes(1) + s.to_bytes(size, "big") + bytes(1)), "signature-length"),
                ("leading zero byte cut off", with_signature(start, tiny[0].to_bytes(size, "big")[1:] + tiny[1].to_bytes(size, "big")), "signature-length"),
                ("padded to a wider curve", raw(r, s, 66) if size < 66 else raw(r, s, 72), "signature-length"),
                ("swapped", raw(s, r), "signature-mismatch"),
                ("another hash", raw(*sign(start, other_hash)), "signature-mismatch"),
                ("one and one", raw(1, 1), "signature-mismatch"),
                ("n-1 twice", raw(order - 1, order - 1), "signature-mismatch"),
                *[(f"{a} and {b}", raw(a, b), "signature-range") for a, b in ((0, 0), (0, 1), (1, 0), (0, s), (r, 0), (order, s), (r, order), (order, 1))],
                ("all ones", with_signature(start, b"\xff" * 2 * size), "signature-range"),
                ("empty", start + ".", "signature-missing"),
            ]
            if curve == "P-521":  # the only one whose field has room for r + n
                cases += [("r+n", raw(r + order, s), "signature-range"), ("s+n", raw(r, s + order), "signature-range")]
            self.judge(pem(key.public_key()), cases)
            self.judge(ec_jwk(key.public_key(), curve, size, alg=alg, use="sig"), cases)

    def test_an_algorithm_of_another_curve(self):
        for alg, key in self.ec.items():
            for other in CURVES:
                if other != alg:
                    start = signing_input({"alg": other})
                    r, s = utils.decode_dss_signature(key.sign(start.encode(), ec.ECDSA(HASHES[other[2:]])))
                    size = CURVES[alg][2]
                    token = with_signature(start, r.to_bytes(size, "big") + s.to_bytes(size, "big"))
                    self.judge(pem(key.public_key()), [(f"{other} under a key of {alg}", token, "key-mismatch")])

    def test_rsa_pkcs1(self):
        numbers = self.rsa.private_numbers()
        n, d = numbers.public_numbers.n, numbers.d
        start = signing_input({"alg": "RS256"})
        good = self.rsa.sign(start.encode(), padding.PKCS1v15(), hashes.SHA256())
        info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(start.encode()).digest()

        def encoded(block):
            return with_signature(start, pow(int.from_bytes(block, "big"), d, n).to_bytes(256, "big"))

        def padded(tail, kind=1, fill=b"\xff"):
            return encoded(bytes([0, kind]) + fill * (253 - len(tail)) + b"\0" + tail)

        without_null = bytes.fromhex("302f300b0609608648016503040201") + info[17:]
        small = next(
            (text, signature)
            for text, signature in ((t, self.rsa.sign(t.encode(), padding.PKCS1v15(), hashes.SHA256())) for t in (signing_input({"alg": "RS256"}, str(i).encode()) for i in range(9999)))
            if signature[0] == 0
        )
        cases = [
            ("plain", with_signature(start, good), VALID),
            ("by hand", padded(info), VALID),
            ("leading zero byte", with_signature(*small), VALID),
            ("leading zero byte cut off", with_signature(small[0], small[1][1:]), "signature-length"),
            ("zero byte in front", with_signature(start, b"\0" + good), "signature-length"),
            ("zero byte behind", with_signature(start, good + b"\0"), "signature-length"),
            ("cut", with_signature(start, good[:-1]), "signature-length"),
            ("no NULL in the DigestInfo", padded(without_null), "signature-mismatch"),
            ("block type 2", padded(info, kind=2), "signature-mismatch"),
            ("wrong filler", padded(info, fill=b"\xfe"), "signature-mismatch"),
            ("garbage behind the hash", encoded(b"\0\1" + b"\xff" * 8 + b"\0" + info + bytes(256 - 11 - len(info))), "signature-mismatch"),
            ("bare hash", padded(info[-32:]), "signature-mismatch"),
            ("hash of another function", with_signature(start, self.rsa.sign(start.encode(), padding.PKCS1v15(), hashes.SHA512())), "signature-mismatch"),
            ("SHA-1", with_signature(start, self.rsa.sign(start.encode(), padding.PKCS1v15(), hashes.SHA1())), "signature-mismatch"),
            ("PSS", with_signature(start, self.pss(start, hashes.SHA256(), hashes.SHA256(), 32)), "signature-mismatch"),
            *[(f"the number {name}", with_signature(start, value.to_bytes(256, "big")), "signature-mismatch") for name, value in (("0", 0), ("1", 1), ("n-1", n - 1), ("n", n))],
        ]
        if int.from_bytes(good, "big") + n < 1 << 2048:
            cases.append(("not reduced", with_signature(start, (int.from_bytes(good, "big") + n).to_bytes(256, "big")), "signature-mismatch"))
        self.judge(pem(self.rsa.public_key()), cases)

    def pss(self, start, function, mask, salt):
        return self.rsa.sign(start.encode(), padding.PSS(mgf=padding.MGF1(mask), salt_length=salt), function)

    def test_rsa_pss(self):
        for alg in ("PS256", "PS384", "PS512"):
            function, size, start = HASHES[alg[2:]], int(alg[2:]) // 8, signing_input({"alg": alg})
            other = HASHES["512" if alg != "PS512" else "256"]
            variants = [
                ("plain", (function, function, size), VALID),
                *[(f"salt of {salt}", (function, function, salt), "signature-mismatch") for salt in (0, 1, 20, size - 1, size + 1, padding.PSS.MAX_LENGTH)],
                ("mask of SHA-1", (function, hashes.SHA1(), size), "signature-mismatch"),
                ("mask of another hash", (function, other, size), "signature-mismatch"),
                ("another hash", (other, other, size), "signature-mismatch"),
            ]
            cases = [(name, with_signature(start, self.pss(start, *how)), expected) for name, how, expected in variants]
            cases.append(("PKCS#1", with_signature(start, self.rsa.sign(start.encode(), padding.PKCS1v15(), function)), "signature-mismatch"))
            self.judge(pem(self.rsa.public_key()), cases)
            self.judge(rsa_jwk(self.rsa.public_key(), alg=alg), cases)
            alone = [(f"{other} under a key for {alg}", with_signature(signing_input({"alg": other}), bytes(256)), "algorithm-not-allowed") for other in ("RS256", "RS512")]
            self.judge(rsa_jwk(self.rsa.public_key(), alg=alg), alone)

    def test_ed25519(self):
        key = ed25519.Ed25519PrivateKey.generate()
        order = (1 << 252) + 27742317777372353535851937790883648493
        cases = []
        for alg in ("EdDSA", "Ed25519"):
            start = signing_input({"alg": alg})
            good = key.sign(start.encode())
            s = int.from_bytes(good[32:], "little")
            cases += [
                (f"{alg}", with_signature(start, good), VALID),
                (f"{alg}, s + L", with_signature(start, good[:32] + (s + order).to_bytes(32, "little")), "signature-mismatch"),
                (f"{alg}, s = 0", with_signature(start, good[:32] + bytes(32)), "signature-mismatch"),
                (f"{alg}, zeros", with_signature(start, bytes(64)), "signature-mismatch"),
                (f"{alg}, cut", with_signature(start, good[:63]), "signature-length"),
                (f"{alg}, long", with_signature(start, good + b"\0"), "signature-length"),
                (f"{alg}, as long as Ed448", with_signature(start, bytes(114)), "signature-length"),
            ]
        cases += [(alg, with_signature(signing_input({"alg": alg}), bytes(114)), "algorithm-unsupported") for alg in ("Ed448", "eddsa", "ED25519", "ES256K", "Ed25519ph")]
        raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.judge(okp_jwk(raw), cases)
        self.judge(pem(key.public_key()), cases)
        self.refuse_keys({
            "Ed448": okp_jwk(ed448.Ed448PrivateKey.generate().public_key().public_bytes_raw(), "Ed448"),
            "Ed448 in PEM": pem(ed448.Ed448PrivateKey.generate().public_key()),
            "X25519": okp_jwk(raw, "X25519"),
            "X25519 in PEM": pem(x25519.X25519PrivateKey.generate().public_key()),
            "31 bytes": okp_jwk(raw[:31]),
            "33 bytes": okp_jwk(raw + b"\0"),
            "no curve": {"kty": "OKP", "x": b64(raw)},
            "small order": okp_jwk(b"\1" + bytes(31)),
            "not reduced": okp_jwk(b"\xf0" + b"\xff" * 30 + b"\x7f"),
        })  # fmt: skip

    def test_weak_and_wrong_rsa_keys(self):
        n = self.rsa.public_key().public_numbers().n
        self.refuse_keys({
            "1024 bits": pem(rsa.generate_private_key(65537, 1024).public_key()),
            "2047 bits": {"kty": "RSA", "n": number(n >> 1 | 1), "e": "AQAB"},
            "even modulus": {"kty": "RSA", "n": number(n - 1), "e": "AQAB"},
            "e = 1": {"kty": "RSA", "n": number(n), "e": "AQ"},
            "e = 2": {"kty": "RSA", "n": number(n), "e": "Ag"},
            "e = 65536": {"kty": "RSA", "n": number(n), "e": "AQAA"},
            "e = 0": {"kty": "RSA", "n": number(n), "e": ""},
            "ROCA": {"kty": "RSA", "n": number(roca_modulus()), "e": "AQAB"},
            "n padded": {"kty": "RSA", "n": b64(n.to_bytes(257, "big")), "e": "AQAB"},
            "n in base64": {"kty": "RSA", "n": base64.b64encode(b"\xfb\xff" + n.to_bytes(256, "big")[2:]).decode(), "e": "AQAB"},
            "n a number": {"kty": "RSA", "n": 7, "e": "AQAB"},
            "no n": {"kty": "RSA", "e": "AQAB"},
            "for encryption": rsa_jwk(self.rsa.public_key(), use="enc"),
            "for RSA-OAEP": rsa_jwk(self.rsa.public_key(), alg="RSA-OAEP"),
            "for wrapping": rsa_jwk(self.rsa.public_key(), key_ops=["wrapKey"]),
            "to sign alone": rsa_jwk(self.rsa.public_key(), key_ops=["sign"]),
            "for ES256": rsa_jwk(self.rsa.public_key(), alg="ES256"),
            "cut": pem(self.rsa.public_key())[:-40],
            "a request": b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n",
        })  # fmt: skip

    def test_wrong_ec_keys(self):
        key = self.ec["ES256"].public_key()
        good, point = ec_jwk(key, "P-256", 32), key.public_numbers()
        field = 2**256 - 2**224 + 2**192 + 2**96 - 1
        self.refuse_keys({
            "off the curve": {**good, "y": b64((point.y ^ 1).to_bytes(32, "big"))},
            "infinity": {**good, "x": b64(bytes(32)), "y": b64(bytes(32))},
            "short x": {**good, "x": b64(point.x.to_bytes(32, "big")[1:])},
            "long x": {**good, "x": b64(point.x.to_bytes(33, "big"))},
            "x not below p": {**good, "x": b64(field.to_bytes(32, "big"))},
            "P-256 called P-384": {**good, "crv": "P-384"},
            "unknown curve": {**good, "crv": "P-255"},
            "no curve": {name: value for name, value in good.items() if name != "crv"},
            "no y": {name: value for name, value in good.items() if name != "y"},
            "d of another key": {**good, "d": b64((1).to_bytes(32, "big"))},
            "called RSA": {**good, "kty": "RSA"},
            "for ES384": {**good, "alg": "ES384"},
            "for an algorithm that there is not": {**good, "alg": "ES224"},
            "secp256k1": {**ec_jwk(ec.generate_private_key(ec.SECP256K1()).public_key(), "secp256k1", 32), "alg": "ES256K"},
            "secp256k1 in PEM": pem(ec.generate_private_key(ec.SECP256K1()).public_key()),
            "P-224 in PEM": pem(ec.generate_private_key(ec.SECP224R1()).public_key()),
        })  # fmt: skip
        compressed = pem(key, serialization.PublicFormat.CompressedPoint, serialization.Encoding.X962)
        spki = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200") + compressed
        start = signing_input({"alg": "ES256"})
        r, s = utils.decode_dss_signature(self.ec["ES256"].sign(start.encode(), ec.ECDSA(hashes.SHA256())))
        token = with_signature(start, r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        text = b"-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(spki) + b"-----END PUBLIC KEY-----\n"
        self.judge(text, [("a compressed point in PEM", token, VALID)])

    def test_secrets(self):
        for size, alg, digest in ((32, "HS256", "sha256"), (48, "HS384", "sha384"), (64, "HS512", "sha512")):
            secret = SECRET[:size]
            jwk = {"kty": "oct", "k": b64(secret), "alg": alg}
            token = hs256({"alg": alg}, secret=secret, digest=digest)
            start, _, mac = token.rpartition(".")
            whole = base64.urlsafe_b64decode(mac + "==")
            cases = [
                ("plain", token, VALID),
                ("half of the MAC", with_signature(start, whole[: size // 2]), "signature-length"),
                ("MAC and a zero byte", with_signature(start, whole + b"\0"), "signature-length"),
                ("all zero", with_signature(start, bytes(size)), "signature-mismatch"),
                ("the secret with a newline", hs256({"alg": alg}, secret=secret + b"\n", digest=digest), "signature-mismatch"),
                ("a MAC under the empty secret", hs256({"alg": alg}, secret=b"", digest=digest), "signature-mismatch"),
            ]
            self.judge(secret, cases)
            self.judge(jwk, cases)
            self.judge(secret + b"\n", [("exact bytes", hs256({"alg": alg}, secret=secret + b"\n", digest=digest), VALID)])
            self.refuse_keys({"a byte too short": {**jwk, "k": b64(secret[:-1])}, "empty": {**jwk, "k": ""}, "padded": {**jwk, "k": base64.urlsafe_b64encode(secret[:32]).decode()}})
        long_secret = os.urandom(200)
        self.judge(long_secret, [("longer than a block", hs256({"alg": "HS256"}, secret=long_secret), VALID)])
        self.judge(SECRET[:32], [("shorter than the hash", hs256({"alg": "HS512"}, secret=SECRET[:32], digest="sha512"), "key-too-short")])

    def test_public_keys_as_secrets(self):
        for key in (self.rsa, self.ec["ES256"], ed25519.Ed25519PrivateKey.generate()):
            public = key.public_key()
            text = pem(public)
            forms = {"PEM": text, "PEM without the last newline": text.rstrip(), "DER": pem(public, encoding=serialization.Encoding.DER),
                     "OpenSSH": public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)}  # fmt: skip
            if key is self.rsa:
                forms |= {"PKCS#1": pem(public, serialization.PublicFormat.PKCS1), "JWK": json.dumps(rsa_jwk(public)).encode(), "modulus": public.public_numbers().n.to_bytes(256, "big")}
            self.judge(text, [(name, hs256({"alg": "HS256"}, secret=secret), "key-confusion") for name, secret in forms.items()])
            self.refuse_keys({name: {"kty": "oct", "k": b64(secret)} for name, secret in forms.items() if name != "modulus"})
        weak = {"RSA of 1024 bits": rsa.generate_private_key(65537, 1024), "secp256k1": ec.generate_private_key(ec.SECP256K1()), "Ed448": ed448.Ed448PrivateKey.generate()}
        self.refuse_keys({f"{name} in DER": pem(key.public_key(), encoding=serialization.Encoding.DER) for name, key in weak.items()})
        self.judge(SECRET, [("RS256 under a secret", with_signature(signing_input({"alg": "RS256"}), bytes(256)), "key-confusion")])

    def test_forms_of_one_key(self):
        start = signing_input({"alg": "RS256"})
        cases = [("plain", with_signature(start, self.rsa.sign(start.encode(), padding.PKCS1v15(), hashes.SHA256())), VALID)]
        private = [
            self.rsa.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
            for form in (serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL)
        ]
        public = [pem(self.rsa.public_key()), pem(self.rsa.public_key(), serialization.PublicFormat.PKCS1), self.certificate()]
        for key in [*private, *public, public[0].replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + public[0], b"bag attributes\n" + public[0] + b"\nmore\n",
                    rsa_jwk(self.rsa.public_key(), x5u="https://evil.example", ext=True), {"keys": [{"kty": "AKP"}, rsa_jwk(self.rsa.public_key(), use="sig")]}]:  # fmt: skip
            self.judge(key, cases)
        encrypted = self.rsa.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x"))
        self.refuse_keys({"encrypted": encrypted, "two keys": public[0] + public[1], "key and certificate": private[0] + public[2]})

    def certificate(self):
        import datetime

        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "davit")])
        start = datetime.datetime(2020, 1, 1)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.rsa.public_key()).serial_number(1)
        return builder.not_valid_before(start).not_valid_after(start + datetime.timedelta(days=1)).sign(self.rsa, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def roca_modulus():
    """A product of two numbers of the defect's form; that they are prime does not matter to its fingerprint."""
    small = [p for p in range(2, 702) if all(p % q for q in range(2, int(p**0.5) + 1))]
    product = 1
    for prime in small[:71]:
        product *= prime
    rng = random.Random(2017)
    factors = [rng.getrandbits(1024 - product.bit_length()) * product + pow(65537, rng.getrandbits(64), product) for _ in range(2)]
    modulus = factors[0] * factors[1]
    while modulus.bit_length() < 2048:
        factors[0] += product << (1023 - product.bit_length())
        modulus = factors[0] * factors[1]
    return modulus


if __name__ == "__main__":
    unittest.main(verbosity=2)
