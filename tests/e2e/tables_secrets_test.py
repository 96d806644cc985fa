# SPDX-License-Identifier: Apache-2.0
"""Passwords in seed files are stored as scrypt hashes and are told nowhere; secrets behave alike on the local AWS and on moto."""
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile

from local_aws import LocalAwsCase, main, scrubbed_environment, skip, use_tools
from table_servers import Moto, have_moto

PASSWORD = "MARKED open sesame 0123"


def is_hash_of(text, password):
    """By the parameters that the hash itself names."""
    name, log_n, r, p, salt, expected = text.split("$")
    made = hashlib.scrypt(
        password.encode(), salt=base64.b64decode(salt), n=2 ** int(log_n), r=int(r), p=int(p), maxmem=2**27, dklen=len(base64.b64decode(expected))
    )
    return name == "scrypt" and made == base64.b64decode(expected)


class Case(LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="davit-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)

    def davit(self, *arguments, code=0, stdin="", endpoint=None):
        finished = subprocess.run(
            [self.DAVIT, *arguments, "--debug", "--endpoint-url", endpoint or self.aws.endpoint],
            env=scrubbed_environment({"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}),
            input=stdin, cwd=self.folder, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        self.assertEqual(finished.returncode, code, (arguments, finished.stdout, finished.stderr))
        return finished

    def write(self, name, *items):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.writelines(json.dumps(item) + "\n" for item in items)
        return name


class Passwords(Case):
    def assert_untold(self, finished):
        for text in (PASSWORD, base64.b64encode(PASSWORD.encode()).decode()[:-4]):
            self.assertNotIn(text, finished.stdout)
            self.assertNotIn(text, finished.stderr)

    def test_a_seed_stores_the_hash_and_tells_the_text_nowhere(self):
        user = {"id": "u-1", "logins": [{"hash": {"$password": PASSWORD}}]}
        good = self.write("users.jsonl", user)
        bad = self.write("bad.jsonl", {**user, "id": ""}, {"id": "u-2", "p": {"$password": PASSWORD}, "n": {"$set": []}})
        self.davit("table", "create", "users", "--key", "id")
        self.assert_untold(self.davit("table", "check", bad, "--key", "id", code=1))
        self.assert_untold(self.davit("table", "seed", "users", bad, code=1))
        self.assert_untold(self.davit("table", "seed", "users", good, "--dry-run"))
        self.assert_untold(self.davit("table", "seed", "users", good))
        first = json.loads(self.davit("item", "get", "users", "u-1", "-o", "json").stdout)["logins"][0]["hash"]
        self.assertTrue(is_hash_of(first, PASSWORD))
        same = self.davit("table", "seed", "users", good, "--mode", "same", "-o", "json")
        self.assertEqual(json.loads(same.stdout)["same"], 1, "a hash of the same text is left alone")
        inserted = self.davit("table", "seed", "users", good, "--mode", "insert", "-o", "json")
        self.assertEqual(json.loads(inserted.stdout)["same"], 1)
        self.assert_untold(inserted)
        other = self.write("other.jsonl", {"id": "u-1", "logins": [{"hash": {"$password": PASSWORD + "!"}}]})
        self.assert_untold(self.davit("table", "seed", "users", other, "--mode", "insert", code=1))
        self.davit("table", "seed", "users", good)
        again = json.loads(self.davit("item", "get", "users", "u-1", "-o", "json").stdout)["logins"][0]["hash"]
        self.assertNotEqual(again, first, "a new salt each time")
        for root, _, names in os.walk(os.path.join(self.folder, ".davit")):
            for name in names:
                with open(os.path.join(root, name), encoding="utf-8") as file:
                    self.assertNotIn(PASSWORD, file.read(), name)

    def test_an_item_takes_a_password_from_standard_input_alone(self):
        self.davit("table", "create", "people", "--key", "id")
        item = json.dumps({"id": "p-1", "hash": {"$password": PASSWORD}})
        self.assertIn("other users of the machine can read it", self.davit("item", "put", "people", item, code=2).stderr)
        self.assert_untold(self.davit("item", "put", "people", "-", "--dry-run", stdin=item))
        self.assert_untold(self.davit("item", "put", "people", "-", stdin=item))
        self.assertTrue(is_hash_of(json.loads(self.davit("item", "get", "people", "p-1", "-o", "json").stdout)["hash"], PASSWORD))

    def test_the_server_was_not_told_either(self):
        for root, _, names in os.walk(self.aws.state):
            for name in names:
                with open(os.path.join(root, name), "rb") as file:
                    self.assertNotIn(PASSWORD.encode(), file.read(), name)


# (exit code, words, standard input)
SECRETS = [
    (3, "secret get db", ""),
    (0, "secret list -o json", ""),
    (0, "secret set db --dry-run -o json", "first"),
    (0, "secret set db --description words -o json", "first\n"),
    (0, "secret set db -o json", "first\n"),
    (0, "secret get db", ""),
    (0, "secret get db -o json", ""),
    (0, "secret get db -o table", ""),
    (0, "secret get db -o table --show-value", ""),
    (0, "secret set db -o json", '{"user": "me", "password": "p", "port": 5432}'),
    (0, "secret get db --json-key password", ""),
    (0, "secret get db --json-key port", ""),
    (3, "secret get db --json-key host", ""),
    (0, "secret get db --version-stage AWSPREVIOUS", ""),
    (3, "secret get db --version-stage AWSPENDING", ""),
    (2, "secret set db", ""),
    (2, "secret set db value", ""),
    (0, "secret list --prefix d -o jsonl", ""),
    (0, "secret list --prefix x -o json", ""),
]


class Secrets(Case):
    @staticmethod
    def normal(text):
        """Without what is made at random."""
        text = re.sub(r'"(arn|versionId|createdAt|changedAt)": ?"[^"]*"', r'"\1": ...', text)
        return re.sub(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b", "...", text)

    def test_the_same_commands_have_the_same_results(self):
        if not have_moto():
            skip("moto_server is not there (scripts/test-tools)")
        moto = Moto()
        self.addCleanup(moto.close)
        for code, line, stdin in SECRETS:
            results = []
            for endpoint in (self.aws.endpoint, moto.endpoint):
                with self.subTest(line, endpoint=endpoint):
                    finished = self.davit(*line.split(), code=code, stdin=stdin, endpoint=endpoint)
                    results.append(re.sub(r" +", " ", self.normal(finished.stdout)))
            self.assertEqual(len(set(results)), 1, (line, results))
        self.davit("secret", "set", "shop-dev-jwt", stdin="key")
        self.assertIn("did you mean 'shop-dev-jwt'?", self.davit("secret", "get", "shop-dev-jtw", code=3).stderr)


if __name__ == "__main__":
    use_tools()
    main()
