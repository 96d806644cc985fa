# SPDX-License-Identifier: Apache-2.0
"""The same commands against the local DynamoDB, dynalite and moto_server: the same exit codes and the same output. Where a server is known to be
wrong, its answer stands here by name, and nothing else is let pass."""
import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import tempfile

from local_aws import LocalAwsCase, main, scrubbed_environment, skip, use_tools
from recording_proxy import RecordingProxy
from table_servers import Dynalite, Moto, free_port, have_dynalite, have_moto

ALL_TYPES = (
    '{"pk":"a","sk":1,"$$d":"$","b":{"$bin":"AAH/"},"bs":{"$set":[{"$bin":"AA=="}]},"f":false,"l":[1,[],{}],"m":{"nil":null},'
    '"n":12345678901234567890123456789012345678,"ns":{"$set":[10,2,-10]},"s":"ü\\n","ss":{"$set":["z","a"]},"tag":"t"}'
)
SEED = "".join(json.dumps({"pk": "s", "sk": i, "tag": f"tag-{i % 3}", "day": f"2026-11-{i:02}"}) + "\n" for i in range(1, 31))
BAD_SEED = '{"pk":"s","sk":"text"}\n{"pk":"s","sk":40}\n'

# (exit code, words of the command line); NAME.FILE are files of the test's folder.
SCRIPT = [
    (0, "table list -o jsonl"),
    (0, "table create things --key '[pk, sk:N]' --index by-tag=tag --index 'by-day=[tag, day]' --dry-run -o json"),
    (0, "table create things --key '[pk, sk:N]' --index by-tag=tag --index 'by-day=[tag, day]' -o json"),
    (0, "table create things --key '[pk, sk:N]' --index by-tag=tag --index 'by-day=[tag, day]' -o json"),
    (5, "table create things --key pk -o json"),
    (5, "table create things --key '[pk, sk:N]' -o json"),
    (2, "table create things --key '[pk, sk:X]' -o json"),
    (2, "table create things --key '[pk' -o json"),
    (0, "table list -o tsv"),
    (0, "table describe things -o json"),
    (0, "table wait things -o json"),
    (0, "table count things -o json"),
    (0, "table export things"),
    (0, f"item put things '{ALL_TYPES}' --dry-run -o json"),
    (0, f"item put things '{ALL_TYPES}' -o json"),
    (0, "item get things a 1 -o json"),
    (0, "item get things a 1.0e0 -o yaml"),
    (0, "item get things a 1 -o tsv"),
    (0, "item get things a 1 -o table"),
    (0, "item get things --key '{\"pk\":\"a\",\"sk\":1}' --projection 'm.nil, s' -o jsonl"),
    (0, "item get things a 1 --eventual --projection s"),
    (3, "item get things a 2"),
    (2, "item get things a"),
    (2, "item get things a b"),
    (2, "item get things"),
    (2, "item get things --key '{'"),
    (1, "item get things --key '{\"id\":1}'"),
    (1, "item get things --key '{\"pk\":\"a\"}'"),
    (1, "item get things --key '{\"pk\":1,\"sk\":1}'"),
    (5, "item put things '{\"pk\":\"a\",\"sk\":1}' --if-absent"),
    (0, "item put things '{\"pk\":\"b\",\"sk\":-1.50}' --if-absent -o json"),
    (5, "item put things '{\"pk\":\"b\",\"sk\":-1.5,\"x\":1}' --condition 'attribute_exists(tag)'"),
    (0, "item get things b -1.5"),
    (1, "item put things '{\"pk\":\"a\"}'"),
    (2, "item put things '{\"pk\":\"a\",\"sk\":1e126}'"),
    (2, "item put things '{\"pk\":\"p\",\"sk\":1,\"v\":{\"$password\":\"secret\"}}'"),
    (2, "item put things '{\"\":{\"$password\":\"secret\"}}'"),
    (0, "item update things a 1 --set n=2.50 --set 'size={\"$set\":[1,2]}' --add 'ss={\"$set\":[\"new\"]}' --remove l --dry-run -o json"),
    (0, "item update things a 1 --set n=2.50 --set 'size={\"$set\":[1,2]}' --add 'ss={\"$set\":[\"new\"]}' --remove l -o json"),
    (0, "item update things a 1 --add n=-0.5 --if-exists -o json"),
    (5, "item update things a 99 --add n=1 --if-exists"),
    (3, "item get things a 99"),
    (0, "item update things a 1 --update 'SET #s = if_not_exists(#s, :v)' --names '{\"#s\":\"status\"}' --values '{\":v\":\"new\"}' -o json"),
    (5, "item update things a 1 --set n=3 --condition 'n > :max' --values '{\":max\":100}'"),
    (2, "item update things a 1"),
    (2, "item update things a 1 --set n"),
    (2, "item update things a 1 --set n=word"),
    (1, "item update things a 1 --set pk=1"),
    (0, "table seed things seed.jsonl --dry-run -o json"),
    (0, "table seed things seed.jsonl -o json"),
    (0, "table seed things seed.jsonl --mode same -o json"),
    (0, "table seed things seed.jsonl --mode insert -o json"),
    (1, "table seed things bad.jsonl -o json"),
    (1, "table seed things bad.jsonl --skip-invalid -o json"),
    (1, "table seed things other.jsonl --mode insert -o json"),
    (2, "table seed things missing.jsonl -o json"),
    (0, "table count things -o json"),
    (0, "table count things --segments 4 -o json"),
    (0, "table count things --index by-tag -o json"),
    (3, "table count things --index by-tga -o json"),
    (0, "item query things s -o jsonl"),
    (0, "item query things s 7 -o json"),
    (0, "item query things s --descending --limit 3 -o jsonl"),
    (0, "item query things s --filter 'tag = :t' --values '{\":t\":\"tag-1\"}' --limit 4 --projection 'sk, tag' -o jsonl"),
    (0, "item query things tag-1 --index by-day --begins-with 2026-11-1 -o jsonl"),
    (0, "item query things tag-1 2026-11-10 --index by-day -o table"),
    (0, "item query things none -o json"),
    (3, "item query things x --index by-tga"),
    (2, "item query things s x"),
    (2, "item query things tag-1 x --index by-tag"),
    (0, "item scan things --filter 'pk = :p' --values '{\":p\":\"b\"}' -o json"),
    (0, "item scan things --filter 'pk = :p' --values '{\":p\":\"b\"}' -o table"),
    (0, "item scan things --filter 'pk = :p' --values '{\":p\":\"b\"}' -o tsv"),
    (0, "item scan things --index by-tag --filter 'pk = :p' --values '{\":p\":\"a\"}' -o jsonl"),
    (1, "item scan things --filter 'pk =' -o jsonl"),
    (1, "item scan things --filter 'pk = :p' -o jsonl"),
    (0, "table export things --format jsonl"),
    (0, "table export things --format json"),
    (0, "table export things --format csv"),
    (0, "table export things --format dynamodb-json --segments 3"),
    (0, "table export things --out out.jsonl -o json"),
    (0, "item delete things b --dry-run -o json -1.5"),
    (5, "item delete things a 1 --condition 'n = :n' --values '{\":n\":77}'"),
    (0, "item delete things b -1.5"),
    (3, "item delete things b -1.5"),
    (2, "table delete things"),
    (2, "table delete things --confirm other"),
    (0, "table delete things --dry-run -o json"),
    (0, "table delete things --confirm things -o json"),
    (0, "table wait things --for deleted -o json"),
    (3, "table wait things -o json"),
]

# Other tables and words for every verb, when `orders` is there and `ordesr` was typed.
MISSING = [
    "table describe ordesr", "table count ordesr", "table export ordesr", "table delete ordesr --confirm ordesr", "table wait ordesr",
    "table seed ordesr seed.jsonl", "item get ordesr a", "item get ordesr --key '{\"id\":\"a\"}'", "item put ordesr '{\"id\":\"a\"}'",
    "item update ordesr --key '{\"id\":\"a\"}' --set n=1", "item delete ordesr --key '{\"id\":\"a\"}'", "item query ordesr a", "item scan ordesr",
]  # fmt: skip


class Servers(LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.endpoints = {"local": cls.aws.endpoint}
        for name, there, server in (("dynalite", have_dynalite(), Dynalite), ("moto", have_moto(), Moto)):
            if not there:
                skip(f"{name} is not there (scripts/test-tools)")
            started = server()
            cls.addClassCleanup(started.close)
            cls.endpoints[name] = started.endpoint

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="davit-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        for name, content in {"seed.jsonl": SEED, "bad.jsonl": BAD_SEED, "other.jsonl": '{"pk":"s","sk":1,"other":true}\n{"pk":"new","sk":1}\n'}.items():
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(content)

    def run_davit(self, line, endpoint, environment=None):
        credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        return subprocess.run(
            [self.DAVIT, *shlex.split(line), "--endpoint-url", endpoint], env=scrubbed_environment(credentials if environment is None else environment), cwd=self.folder,
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    @staticmethod
    def normal(text):
        """Without what differs from server to server and call to call: account, times, capacity, and what dynalite and moto do not know of."""
        if '"costEstimate"' in text:
            table = json.loads(text)
            for member in ("id", "warmThroughput", "timeToLive", "pointInTimeRecovery", "untold", "costEstimate"):
                table.pop(member)
            for index in table["indexes"]:
                index.pop("warmThroughput")
            text = json.dumps(table, indent=2)
        text = re.sub(r'"(arn|createdAt|consumedCapacity|bytesReceived|seconds|scanned|sizeBytes|itemCount|averageItemBytes)": ?("[^"]*"|[\d.]+|null)', r'"\1": ...', text)
        return re.sub(r"with all its items, \d+ when last counted", "with all its items, ... when last counted", text)

    def test_the_same_commands_have_the_same_results(self):
        for code, line in SCRIPT:
            expected = None
            for server, endpoint in self.endpoints.items():
                with self.subTest(line, server=server):
                    finished = self.run_davit(line, endpoint)
                    if (server, line) in DEVIATIONS:
                        self.assertEqual((finished.returncode, self.normal(finished.stdout)), DEVIATIONS[server, line], finished.stderr)
                        continue
                    self.assertEqual(finished.returncode, code, (finished.stdout, finished.stderr))
                    self.assertNotIn("secret", finished.stdout + finished.stderr.replace("whoami", ""))
                    if code != 0:
                        self.assertTrue(finished.stderr.startswith(("davit: error: ", '{"error":{"message":"')), finished.stderr)
                    expected = self.normal(finished.stdout) if expected is None else expected
                    self.assertEqual(self.normal(finished.stdout), expected)

    def test_a_missing_table_is_named_with_its_neighbour(self):
        for server, endpoint in self.endpoints.items():
            self.run_davit("table create orders --key id", endpoint)
            for line in MISSING:
                with self.subTest(line, server=server):
                    finished = self.run_davit(line, endpoint)
                    self.assertEqual(finished.returncode, 3, finished.stderr)
                    self.assertIn("there is no table ordesr", finished.stderr)
                    self.assertIn("did you mean 'orders'?", finished.stderr)
                    self.assertEqual(finished.stdout, "")
            self.run_davit("table delete orders --confirm orders", endpoint)

    def test_a_dump_that_is_one_page_is_told(self):
        with open(os.path.join(self.folder, "dump.json"), "w", encoding="utf-8") as file:
            json.dump({"Items": [{"id": {"S": "a"}}], "Count": 1, "ScannedCount": 1, "ConsumedCapacity": None, "NextToken": "more"}, file)
        self.run_davit("table create dumped --key id", self.aws.endpoint)
        finished = self.run_davit("table seed dumped dump.json -o json", self.aws.endpoint)
        self.assertEqual((finished.returncode, json.loads(finished.stdout)["written"]), (0, 1))
        self.assertIn("dump.json is one page of a longer scan", finished.stderr)
        self.run_davit("table delete dumped --confirm dumped", self.aws.endpoint)

    def test_an_export_into_a_pipe_leaves_the_pipe(self):
        pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(pipe)
        self.run_davit("table create piped --key id", self.aws.endpoint)
        self.run_davit("item put piped '{\"id\":\"a\"}'", self.aws.endpoint)
        reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True)
        self.assertEqual(self.run_davit("table export piped --out pipe", self.aws.endpoint).returncode, 0)
        self.assertEqual(reader.communicate(timeout=30)[0], '{"id":"a"}\n')
        self.assertTrue(stat.S_ISFIFO(os.stat(pipe).st_mode))
        self.run_davit("table delete piped --confirm piped", self.aws.endpoint)

    def test_nobody_answers(self):
        nowhere = f"http://127.0.0.1:{free_port()}"
        for line in ("table list", "table describe things", "table seed things seed.jsonl", "table export things", "item get things a 1", "item scan things", "item put things '{\"id\":1}'"):
            with self.subTest(line):
                finished = self.run_davit(line, nowhere)
                self.assertEqual(finished.returncode, 6, finished.stderr)
                self.assertIn(nowhere.removeprefix("http://"), finished.stderr)

    def test_no_credentials(self):
        for line in ("table list", "table count things", "table seed things seed.jsonl", "item get things a 1"):
            with self.subTest(line):
                finished = self.run_davit(line, self.aws.endpoint, {"AWS_REGION": "us-east-1"})
                self.assertEqual(finished.returncode, 4, finished.stderr)
                self.assertIn("whoami --explain", finished.stderr)

    def test_wrong_secret(self):
        wrong = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "wrong", "AWS_REGION": "us-east-1"}
        for line in ("table list", "table seed things seed.jsonl", "item get things --key '{\"id\":1}'"):
            with self.subTest(line):
                self.assertEqual(self.run_davit(line, self.aws.endpoint, wrong).returncode, 4)

    def test_a_dry_run_sends_no_write(self):
        proxy = RecordingProxy(self.aws.endpoint)
        self.addCleanup(proxy.close)
        self.run_davit("table create things --key '[pk, sk:N]'", self.aws.endpoint)
        for line in [line for code, line in SCRIPT if "--dry-run" in line and code == 0 and "create" not in line] + ["table seed things seed.jsonl --mode same --dry-run"]:
            with self.subTest(line):
                finished = self.run_davit(line, proxy.endpoint)
                self.assertEqual(finished.returncode, 0, finished.stderr)
                self.assertEqual([str(asked) for asked in proxy.take() if asked.is_write], [])
        self.run_davit("table delete things --confirm things", self.aws.endpoint)


# What a server answers instead, and why it is wrong.
DEVIATIONS = {
    # moto looks for the item without judging the type of its key; DynamoDB refuses the key.
    ("moto", "item get things --key '{\"pk\":1,\"sk\":1}'"): (3, ""),
    # moto falls over a placeholder without a value; DynamoDB calls it a ValidationException.
    ("moto", "item scan things --filter 'pk = :p' -o jsonl"): (6, ""),
}


if __name__ == "__main__":
    use_tools()
    main()
