# SPDX-License-Identifier: Apache-2.0
"""Runs commands with marked secrets in every place that a secret comes from, with --debug and -o json, and looks for the marks in what they
printed. Where a command's answer is the secret itself, only its standard output may hold it."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from local_aws import LocalAwsCase, main, scrubbed_environment

KEY = "MARKEDsecretaccesskey0123456789abcdefghi"
TOKEN = "MARKEDsessiontoken0123456789"
PROFILE_KEY = "MARKEDprofilekey0123456789abcdefghijklmn"
JWT_KEY = "MARKEDjwtkey0123456789abcdef0123456789abcdef0123456789abcdef0123456"
VALUE = "MARKEDsecretvalue0123456789"
PASSWORD = "MARKEDpassword0123456789"
MARKS = (KEY, TOKEN, PROFILE_KEY, JWT_KEY, VALUE, PASSWORD)


def in_other_forms(mark):
    """A secret in base64 or hexadecimal is no less told."""
    import base64

    raw = mark.encode()
    # Without the ends, which depend on the neighbours in a longer text.
    return [mark, base64.b64encode(raw).decode().rstrip("=")[:-2], base64.urlsafe_b64encode(raw).decode().rstrip("=")[:-2], raw.hex()]


class Secrets(LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="davit-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.home = os.path.join(cls.folder, "home")
        os.mkdir(cls.home)
        cls.ours = set()
        pairs = os.path.join(cls.folder, "pairs")
        with open(pairs, "w", encoding="utf-8") as file:
            file.write(f"[marked]\naws_access_key_id = AKIDMARKED\naws_secret_access_key = {KEY}\n")
            file.write(f"[profile]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = {PROFILE_KEY}\n")
        cls.pairs = pairs
        cls.ours.add(pairs)
        cls.FLAGS = ("--credentials", pairs)
        super().setUpClass()

    def run_davit(self, *arguments, stdin="", environment=None, told=()):
        """Runs it with --debug; `told` are the marks that standard output is asked for."""
        everything = {
            "HOME": self.home,
            "AWS_ENDPOINT_URL": self.aws.endpoint,
            "AWS_ACCESS_KEY_ID": "AKIDMARKED",
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_REGION": "us-east-1",
            **(environment or {}),
        }
        finished = subprocess.run(
            [self.DAVIT, *arguments, "--debug", "-o", "json"],
            env=scrubbed_environment(everything),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=self.folder,
        )
        for mark in MARKS:
            for form in in_other_forms(mark):
                self.assertNotIn(form, finished.stderr, arguments)
                if mark not in told:
                    self.assertNotIn(form, finished.stdout, arguments)
        self.no_file_of_davit_holds_a_mark(arguments)
        return finished

    def no_file_of_davit_holds_a_mark(self, arguments):
        for folder, _, names in os.walk(self.folder):
            for path in (os.path.join(folder, name) for name in names):
                if path not in self.ours:
                    with open(path, "rb") as file:
                        content = file.read()
                    for mark in MARKS:
                        self.assertFalse([form for form in in_other_forms(mark) if form.encode() in content], (arguments, path))

    def path(self, name, content):
        path = os.path.join(self.folder, name)
        self.ours.add(path)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        return path

    def test_the_marks_are_found_where_they_are_printed(self):
        finished = self.run_davit("aws", "credentials", "--format", "json", told=[KEY])
        self.assertEqual(finished.returncode, 0, finished.stderr)
        self.assertIn(KEY, finished.stdout)

    def test_credentials_of_a_call(self):
        accepted = self.run_davit("aws", "call", "sts", "GetCallerIdentity", stdin="{}")
        self.assertEqual(accepted.returncode, 0, accepted.stderr)
        self.assertIn("GetCallerIdentity", accepted.stderr, "--debug shows the call")
        self.assertEqual(self.run_davit("whoami", "--explain").returncode, 0)
        self.assertEqual(self.run_davit("table", "list").returncode, 0)

    def test_refused_credentials(self):
        wrong = {"AWS_ACCESS_KEY_ID": "AKIDPROFILE"}
        self.assertEqual(self.run_davit("aws", "call", "sts", "GetCallerIdentity", stdin="{}", environment=wrong).returncode, 4)
        self.assertEqual(self.run_davit("table", "list", environment=wrong).returncode, 4)

    def test_session_token(self):
        self.run_davit("aws", "call", "dynamodb", "ListTables", stdin="{}", environment={"AWS_SESSION_TOKEN": TOKEN})
        self.run_davit("whoami", "--explain", environment={"AWS_SESSION_TOKEN": TOKEN})

    def test_credentials_of_a_profile(self):
        profile = {"AWS_SHARED_CREDENTIALS_FILE": self.pairs, "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_PROFILE": "profile"}
        self.assertEqual(self.run_davit("whoami", "--explain", environment=profile).returncode, 0)
        self.run_davit("aws", "config", environment=profile)
        self.run_davit("aws", "endpoint", "dynamodb", environment=profile)

    def test_a_credentials_file_that_cannot_be_read(self):
        broken = self.path("broken", f"[profile]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key {PROFILE_KEY}\n = {KEY}\n")
        profile = {"AWS_SHARED_CREDENTIALS_FILE": broken, "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_PROFILE": "profile"}
        for command in (["whoami", "--explain"], ["aws", "config"], ["table", "list"]):
            self.run_davit(*command, environment=profile)

    def test_canonical_request_and_signature(self):
        request = self.path("request", "GET / HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\n\n")
        for part in ("canonical-request", "string-to-sign", "signature", "request"):
            arguments = ("aws", "sign", "--request", request, "--service", "service", "--region", "us-east-1", "--emit", part)
            self.run_davit(*arguments, environment={"AWS_SESSION_TOKEN": TOKEN}, told=[TOKEN])

    def test_key_of_a_token(self):
        key = self.path("key", JWT_KEY)
        claims = self.path("claims.json", '{"sub": "u-1"}')
        minted = self.run_davit("jwt", "mint", "--alg", "HS256", "--key", key, "--claims", claims)
        self.assertEqual(minted.returncode, 0, minted.stderr)
        token = json.loads(minted.stdout).get("token", "") if minted.stdout.startswith("{") else minted.stdout.strip()
        self.run_davit("jwt", "verify", "--alg", "HS256", "--key", key, stdin=token)
        self.run_davit("jwt", "verify", "--alg", "ES256", "--key", key, stdin=token)
        self.run_davit("jwt", "mint", "--alg", "ES256", "--key", key, "--claims", claims)
        self.assertEqual(self.run_davit("jwt", "key", "inspect", key).returncode, 0)

    def test_a_key_where_something_else_is_expected(self):
        self.run_davit("jwt", "decode", stdin=JWT_KEY)
        self.run_davit("config", "check", "--project", self.path("davit.yaml.not", "name: shop\n"))

    def test_value_of_a_secret(self):
        for flags in ([], [], ["--dry-run"]):
            done = self.run_davit("secret", "set", "marked", *flags, stdin=VALUE)
            self.assertEqual(done.returncode, 0, done.stderr)
        document = json.dumps({"SecretId": "marked", "SecretString": VALUE})
        self.assertEqual(self.run_davit("aws", "call", "secretsmanager", "PutSecretValue", "--dry-run", stdin=document).returncode, 0)
        self.assertEqual(self.run_davit("aws", "call", "secretsmanager", "PutSecretValue", stdin=document).returncode, 0)
        self.run_davit("secret", "list")
        told = self.run_davit("secret", "get", "marked", told=[VALUE])
        self.assertIn(VALUE, told.stdout)
        self.run_davit("secret", "get", "no-such")

    def test_password_of_a_seed(self):
        users = self.path("users.jsonl", json.dumps({"id": "u-1", "password": {"$password": PASSWORD}}) + "\n")
        self.run_davit("table", "check", users, "--key", "id")
        for command in (["table", "create", "users", "--key", "id"], ["table", "seed", "users", users]):
            done = self.run_davit(*command)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.run_davit("table", "seed", "users", users, "--dry-run")
        self.run_davit("table", "export", "users")
        bad = self.path("bad.jsonl", json.dumps({"password": {"$password": PASSWORD}}) + "\n")
        self.run_davit("table", "check", bad, "--key", "id")
        self.run_davit("table", "seed", "users", bad)

    def test_server_log(self):
        self.run_davit("secret", "get", "no-such")
        with open(os.path.join(self.aws.state, "server.log"), encoding="utf-8", errors="replace") as log:
            text = log.read()
        for mark in MARKS:
            self.assertNotIn(mark, text)


if __name__ == "__main__":
    main()
