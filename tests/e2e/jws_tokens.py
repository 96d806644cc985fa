# SPDX-License-Identifier: Apache-2.0
"""Tokens made by hand, and what `jwt verify` and `jws verify` are to say about each of them."""
import base64
import hmac
import json
import os
import subprocess
import sys
import tempfile
import unittest

from local_aws import scrubbed_environment

DAVIT = os.path.abspath(sys.argv.pop(1))
VALID = "valid"
SECRET = bytes(range(64))


def b64(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else data.encode()).rstrip(b"=").decode()


def number(value):
    return b64(value.to_bytes((value.bit_length() + 7) // 8 or 1, "big"))


def signing_input(header, payload=b"foo"):
    return f"{b64(header if isinstance(header, (bytes, str)) else json.dumps(header))}.{b64(payload)}"


def with_signature(start, signature):
    return f"{start}.{b64(signature)}"


def hs256(header, payload=b"foo", secret=SECRET, digest="sha256"):
    start = signing_input(header, payload)
    return with_signature(start, hmac.new(secret, start.encode(), digest).digest())


class Tokens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="davit-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name

    def run_davit(self, key, lines, noun="jws", flags=()):
        path = os.path.join(self.folder, "key")
        with open(path, "wb") as out:
            out.write(key if isinstance(key, bytes) else json.dumps(key).encode())
        return subprocess.run(
            [DAVIT, noun, "verify", "--key", path, "--input", "jsonl", "-o", "jsonl", *flags], input=lines, env=scrubbed_environment(), capture_output=True, timeout=60
        )

    def judge(self, key, cases, noun="jws", flags=()):
        """Each case is a name, a token, and VALID or the id of the first reason."""
        lines = "".join(json.dumps({"id": name, "token": token}) + "\n" for name, token, _ in cases).encode()
        finished = self.run_davit(key, lines, noun, flags)
        answers = [json.loads(line) for line in finished.stdout.splitlines()]
        self.assertEqual([answer["id"] for answer in answers], [name for name, _, _ in cases], finished.stderr)
        for answer, (name, _, expected) in zip(answers, cases, strict=True):
            with self.subTest(name):
                self.assertEqual(answer["reasons"][0]["id"] if answer["reasons"] else VALID, expected, answer)
        self.assertEqual(finished.returncode, 0 if all(expected == VALID for _, _, expected in cases) else 1)

    def refuse_keys(self, keys):
        for name, key in keys.items():
            with self.subTest(name):
                finished = self.run_davit(key, json.dumps({"token": "a.b.c"}).encode())
                self.assertEqual((finished.returncode, finished.stdout), (2, b""), finished.stderr)
                self.assertIn(b"cannot be used", finished.stderr)
