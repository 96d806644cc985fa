import base64
import hashlib
from dataclasses import replace

import pytest

from app.security.passwords import NOBODYS_HASH, ScryptHash, hash_password, verify_password


def stored(password, log2_n=14, r=8, p=1, salt=b"0123456789abcdef", length=32):
    """Written down from the format's definition, not by the code under test."""
    digest = hashlib.scrypt(
        password.encode(), salt=salt, n=2**log2_n, r=r, p=p, dklen=length, maxmem=2**27
    )
    fields = [base64.b64encode(part).decode() for part in (salt, digest)]
    return "$".join(["scrypt", str(log2_n), str(r), str(p), *fields])


def test_a_new_hash_has_the_agreed_form_and_its_own_salt():
    first, second = hash_password("correct horse"), hash_password("correct horse")
    assert first != second
    scheme, log2_n, r, p, salt, digest = first.split("$")
    assert (scheme, log2_n, r, p) == ("scrypt", "14", "8", "1")
    assert (len(base64.b64decode(salt)), len(base64.b64decode(digest))) == (16, 32)
    assert first == stored("correct horse", salt=base64.b64decode(salt))


def test_the_vector_of_rfc_7914_verifies():
    # Section 12, third vector: N=16384, r=8, p=1, 64 bytes.
    digest = bytes.fromhex(
        "7023bdcb3afd7348461c06cd81fd38eb fda8fbba904f8e3ea9b543f6545da1f2"
        "d5432955613f0fcf62d49705242a9af9 e61e85dc0d651e40dfcf017b45575887"
    )
    text = str(ScryptHash(14, 8, 1, b"SodiumChloride", digest))
    assert verify_password("pleaseletmein", text)
    assert not verify_password("pleaseletmeout", text)


@pytest.mark.parametrize("parameters", [{"log2_n": 10}, {"log2_n": 15}, {"r": 16}, {"p": 2}, {"length": 64}])
def test_the_parameters_are_those_of_the_string(parameters):
    assert verify_password("päss wörd", stored("päss wörd", **parameters))
    assert not verify_password("pass word", stored("päss wörd", **parameters))


@pytest.mark.parametrize("index", [0, 15, 31])
def test_every_byte_of_the_hash_counts(index):
    made = ScryptHash.parse(stored("secret"))
    changed = bytearray(made.hash)
    changed[index] ^= 1
    assert not verify_password("secret", str(replace(made, hash=bytes(changed))))


def test_the_hash_of_nobody_fits_no_password_but_costs_the_same():
    assert not verify_password("", NOBODYS_HASH)
    assert NOBODYS_HASH.split("$")[:4] == hash_password("x").split("$")[:4]


GOOD = stored("secret")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        GOOD.replace("scrypt", "bcrypt"),
        GOOD + "$x",
        GOOD.rsplit("$", 1)[0],
        GOOD.replace("$14$", "$30$"),  # 128 GiB
        GOOD.replace("$14$", "$9$"),
        GOOD.replace("$14$8$", "$14$33$"),
        GOOD.replace("$14$8$", "$20$8$"),  # 1 GiB
        GOOD.replace("$14$8$", "$16$16$"),  # 128 MiB
        GOOD.replace("$8$1$", "$8$0$"),
        GOOD.replace("$8$1$", "$8$99$"),
        GOOD.replace("$14$", "$-4$"),
        GOOD.replace("$14$", "$1e1$"),
        GOOD.replace("$14$", "$ 14$"),
        GOOD[:-2] + "!!",
        stored("secret", salt=b"short"),
        stored("secret", length=8),
    ],
)
def test_a_broken_or_costly_string_is_refused(text):
    with pytest.raises(ValueError):
        verify_password("secret", text)
