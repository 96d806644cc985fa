# SPDX-License-Identifier: Apache-2.0
"""The examples of RFC 7520 and RFC 8037, verified and minted again by the real binary."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

from local_aws import scrubbed_environment, skip

VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared", "vectors", "jose")
REPRODUCIBLE = ["jws/4_1.rsa_v15_signature.json", "jws/4_4.hmac-sha2_integrity_protection.json", "curve25519/jws.json"]
RANDOM = ["jws/4_2.rsa-pss_signature.json", "jws/4_3.ecdsa_signature.json"]
SERIALIZED = [
    "jws/4_6.protecting_specific_header_fields.json",
    "jws/4_7.protecting_content_only.json",
    "jws/4_8.multiple_signatures.json",
]
DAVIT = os.path.abspath(sys.argv.pop(1))


class Cookbook(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="davit-test-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as out:
            out.write(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    def davit(self, *arguments, stdin=""):
        return subprocess.run([DAVIT, *arguments], input=stdin, env=scrubbed_environment(), capture_output=True, text=True, timeout=60)

    def verify(self, key, token):
        finished = self.davit("jws", "verify", "--key", self.file("key", key), "-o", "json", stdin=token)
        return finished.returncode, json.loads(finished.stdout)

    def mint(self, example):
        header = json.dumps(example["signing"]["protected"], separators=(",", ":")).encode()
        return self.davit(
            "jwt", "mint", "--key", self.file("key", example["input"]["key"]), "--header", self.file("header", header),
            "--claims-raw", self.file("payload", example["input"]["payload"].encode()),
        )  # fmt: skip

    def example(self, name):
        with open(os.path.join(VECTORS, name), encoding="utf-8") as source:
            return json.load(source)

    def test_verifies_compact_examples(self):
        for name in REPRODUCIBLE + RANDOM:
            with self.subTest(name):
                example = self.example(name)
                code, answer = self.verify(example["input"]["key"], example["output"]["compact"])
                self.assertEqual((code, answer["valid"], answer["payload"]), (0, True, example["input"]["payload"]))

    def test_mints_them_byte_for_byte(self):
        for name in REPRODUCIBLE:
            with self.subTest(name):
                example = self.example(name)
                self.assertEqual(self.mint(example).stdout, example["output"]["compact"] + "\n")

    def test_mints_what_is_random_so_that_it_verifies(self):
        for name in RANDOM:
            with self.subTest(name):
                example = self.example(name)
                token = self.mint(example).stdout
                self.assertEqual(token.rpartition(".")[0], example["output"]["compact"].rpartition(".")[0])
                self.assertEqual(self.verify(example["input"]["key"], token)[0], 0)

    def test_refuses_detached_content_by_name(self):
        example = self.example("jws/4_5.signature_with_detached_content.json")
        code, answer = self.verify(example["input"]["key"], example["output"]["compact"])
        self.assertEqual((code, answer["reasons"][0]["id"]), (1, "detached-payload"))

    def test_refuses_json_serializations_by_name(self):
        for name in SERIALIZED:
            example = self.example(name)
            keys = example["input"]["key"]
            for form in ("json", "json_flat"):
                if form in example["output"]:
                    with self.subTest(name, form=form):
                        code, answer = self.verify(keys[0] if isinstance(keys, list) else keys, json.dumps(example["output"][form]))
                        self.assertEqual((code, answer["reasons"][0]["id"]), (1, "json-serialization"))

    def test_refuses_an_unencoded_payload_by_name(self):
        example = self.example("rfc7797/4.2.hmac-sha2_b64_false.json")
        token = "{}.{}.{}".format(example["signing"]["protected_b64u"], "JC4wMg", example["signing"]["sig"])
        code, answer = self.verify(example["input"]["key"], token)
        self.assertEqual((code, answer["reasons"][0]["id"]), (1, "unencoded-payload"))


if __name__ == "__main__":
    if not os.path.isdir(VECTORS):
        skip("the published vectors are not beside the project (../shared/vectors/jose)")
    unittest.main(verbosity=2)
