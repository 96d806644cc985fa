# SPDX-License-Identifier: Apache-2.0
"""Every command that changes something, with --dry-run: the requests that it sends are recorded, and none of them is a write. The commands and
their examples come from the command tree, so that a new command is held to it without being named here."""
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

from local_aws import LocalAwsCase, main, scrubbed_environment
from recording_proxy import RecordingProxy

BOOTSTRAP = os.path.abspath(sys.argv.pop(2))
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# What an example pipes into its command.
INPUT = {"davit secret set": "a value"}

# These serve --env local alone, whose endpoint is no flag's: e2e.shop_deploy looks at their dry run.
LOCAL_ONLY = {"davit deploy", "davit destroy"}

# The local AWS has neither CloudWatch alarms nor ECR's scans: e2e.alarms and e2e.image_scan look at their dry runs.
ELSEWHERE = {"davit alarm test", "davit image scan"}


def words_of(example):
    """The words of the davit command in a documented shell line: up to a pipe, a redirection or the end of a substitution."""
    line = example[example.index("davit ") :]
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = []
    for word in lexer:
        if word[0] in "|;&<>()":
            break
        words.append(word)
    return ["dev" if before == "--env" else word for before, word in zip(words, words[1:])]


class DryRun(LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="davit-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.project = os.path.join(cls.folder, "shop")
        shutil.copytree(os.path.join(SOURCE, "templates", "shop"), cls.project)
        cls.empty = os.path.join(cls.folder, "empty")
        os.mkdir(cls.empty)
        cls.proxy = RecordingProxy(cls.aws.endpoint)
        cls.addClassCleanup(cls.proxy.close)
        generated = os.path.join(cls.folder, "generated")
        subprocess.run([cls.DAVIT, "__generate", generated], check=True)
        with open(os.path.join(generated, "interface.json"), encoding="utf-8") as file:
            cls.tree = json.load(file)
        cls.prepare()

    @classmethod
    def prepare(cls):
        """What the examples take for granted: a table, a key, and an image, of a handler that needs no base from a registry."""
        path = os.path.join(cls.project, "davit.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        text = text.replace("  kind: python\n", "  kind: native\n").replace("  requirements: backend/requirements.txt\n", "")
        text = text.replace("  base: public.ecr.aws/lambda/python:3.12\n", "  base: scratch\n").replace("app.lambda_handler.handler", "bootstrap")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        shutil.copy(BOOTSTRAP, os.path.join(cls.project, "backend", "bootstrap"))
        with open(os.path.join(cls.project, "order.yaml"), "w", encoding="utf-8") as file:
            file.write("- put: {table: products, item: {product_id: p-1}}\n")
        for words in (
            ["table", "create", "products", "--env", "dev"],
            ["table", "create", "products-backup", "--key", "product_id", "--env", "dev"],
            ["image", "build", "--env", "dev"],
            ["jwt", "key", "generate", "--alg", "ES256", "--out", "private.pem"],
        ):
            done = cls.run_davit(*words)
            assert done.returncode == 0, done.stderr

    @classmethod
    def run_davit(cls, *arguments, stdin="", folder=None):
        """In the project, against the proxy. The endpoint is typed, because a named environment refuses one on loopback that is not."""
        return subprocess.run(
            [cls.DAVIT, *arguments, "--endpoint-url", cls.proxy.endpoint],
            env=scrubbed_environment(cls.aws.environment),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=folder or cls.project,
        )

    def files(self):
        return {
            os.path.join(folder, name): os.stat(os.path.join(folder, name)).st_mtime_ns
            for folder, _, names in os.walk(self.folder)
            for name in names
        }

    def test_sends_no_write_and_leaves_no_file(self):
        changing = [command for command, facts in self.tree.items() if facts["changes"] and command not in LOCAL_ONLY | ELSEWHERE]
        self.assertTrue(changing)
        for command in changing:
            with self.subTest(command):
                example = next(line for line in self.tree[command]["examples"] if command in line)
                words = words_of(example)
                before = self.files()
                self.proxy.take()
                folder = self.empty if command == "davit init" else self.project
                finished = self.run_davit(*words, "--dry-run", "-o", "json", stdin=INPUT.get(command, ""), folder=folder)
                asked = self.proxy.take()
                self.assertEqual([str(request) for request in asked if request.is_write], [], words)
                self.assertEqual(self.files(), before, words)
                self.assertEqual(finished.returncode, 0, (words, finished.stderr))
                plan = json.loads(finished.stdout)
                self.assertIs(plan["dryRun"], True, words)
                self.assertIn("steps", plan, words)

    def test_a_write_would_be_seen(self):
        self.proxy.take()
        arguments = {"TableName": "seen", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
        arguments |= {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}
        path = os.path.join(self.folder, "create.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(arguments, file)
        finished = self.run_davit("aws", "call", "dynamodb", "CreateTable", "--input", path)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        self.assertEqual([str(request) for request in self.proxy.take() if request.is_write], ["CreateTable"])


if __name__ == "__main__":
    main()
