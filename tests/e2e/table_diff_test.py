# SPDX-License-Identifier: Apache-2.0
"""`table diff` and `table empty`, against the local DynamoDB, dynalite and moto_server."""
import json
import os
import signal
import subprocess
import time

from local_aws import main, scrubbed_environment, use_tools
from recording_proxy import RecordingProxy
from three_servers import ThreeServersCase

BIG = "1234567890123456789012345678901234567"
OLD = (
    '{"pk":"a","sk":1,"m":{"x":1,"y.z":[1,2]},"s":{"$set":["p","q"]}}\n{"pk":"a","sk":2,"n":' + BIG + '8}\n{"pk":"a","sk":10,"gone":true}\n'
    '{"pk":"b","sk":-1,"b":{"$bin":"AAE="}}\n{"pk":"c","sk":0,"day":"mon"}\n'
)
NEW = (
    '{"pk":"c","sk":0,"day":"tue"}\n{"pk":"a","sk":1.0,"m":{"x":1e0,"y.z":[1,3]},"s":{"$set":["q","p"]}}\n{"pk":"a","sk":2,"n":' + BIG + '9}\n'
    '{"pk":"b","sk":-1.0,"b":{"$bin":"AAE="}}\n{"pk":"new","sk":5}\n'
)
DIFFERENCES = [
    {"change": "changed", "key": {"pk": "a", "sk": 1}, "attributes": [{"path": 'm."y.z"[1]', "before": 2, "after": 3}]},
    {"change": "changed", "key": {"pk": "a", "sk": 2}, "attributes": [{"path": "n", "before": int(BIG + "8"), "after": int(BIG + "9")}]},
    {"change": "removed", "key": {"pk": "a", "sk": 10}, "item": {"pk": "a", "sk": 10, "gone": True}},
    {"change": "changed", "key": {"pk": "c", "sk": 0}, "attributes": [{"path": "day", "before": "mon", "after": "tue"}]},
    {"change": "added", "key": {"pk": "new", "sk": 5}, "item": {"pk": "new", "sk": 5}},
]
COUNTS = {"added": 1, "removed": 1, "changed": 3, "same": 1}


class TableDiff(ThreeServersCase):
    def setUp(self):
        super().setUp()
        self.write("old.jsonl", OLD)
        self.write("new.jsonl", NEW)

    def table(self, endpoint, name, file=None, key="[pk, sk:N]"):
        self.davit(endpoint, "table", "create", name, "--key", key)
        self.addCleanup(lambda: self.davit(endpoint, "table", "delete", name, "--confirm", name))
        if file:
            self.davit(endpoint, "table", "seed", name, file)

    def test_tables_and_files(self):
        for server, endpoint in self.endpoints.items():
            self.table(endpoint, "old", "old.jsonl")
            self.table(endpoint, "new", "new.jsonl")
            for sides in (("old", "new"), ("old", "new.jsonl"), ("old.jsonl", "new"), ("old", "-")):
                with self.subTest(sides, server=server):
                    self.assertEqual(self.lines(endpoint, "table", "diff", *sides, input=NEW), DIFFERENCES)
                    document = self.json(endpoint, "table", "diff", *sides, input=NEW)
                    self.assertEqual(document, {"differences": DIFFERENCES, **COUNTS})
            self.davit(endpoint, "table", "diff", "old", "new", "--exit-code", code=8)
            self.davit(endpoint, "table", "diff", "old", "old.jsonl", "--exit-code")

    def test_two_files_need_no_network(self):
        key = ["--key", "[pk, sk:N]"]
        self.assertEqual(self.lines(None, "table", "diff", "old.jsonl", "new.jsonl", *key), DIFFERENCES)
        self.assertEqual(self.json(None, "table", "diff", "old.jsonl", "new.jsonl", *key, "--summary"), {"differences": [], **COUNTS})
        self.assertEqual(self.json(None, "table", "diff", "old.jsonl", "new.jsonl", *key, "--keys-only")["changed"], 0)
        self.assertEqual(self.json(None, "table", "diff", "old.jsonl", "new.jsonl", *key, "--ignore", "day", "--ignore", "n")["changed"], 1)
        self.davit(None, "table", "diff", "old.jsonl", "new.jsonl", *key, "--ignore", "sk", code=2)
        self.davit(None, "table", "diff", "old.jsonl", "new.jsonl", code=2)
        text = self.davit(None, "table", "diff", "old.jsonl", "new.jsonl", *key, "-o", "table").stdout
        self.assertIn('~ {"pk":"c","sk":0}\n    day: "mon" -> "tue"\n', text)
        self.assertTrue(text.endswith("1 added, 1 removed, 3 changed, 1 the same\n"), text)

    def test_more_than_fits_into_memory(self):
        """Sorted in files then; every hundredth item differs, and one side has them in reverse."""
        items = [{"id": f"{i:06}", "n": i, "pad": "x" * 1500} for i in range(30_000)]
        with open(os.path.join(self.folder, "left.jsonl"), "w", encoding="utf-8") as file:
            file.writelines(json.dumps(item) + "\n" for item in items)
        with open(os.path.join(self.folder, "right.jsonl"), "w", encoding="utf-8") as file:
            file.writelines(json.dumps(item | {"n": -1} if item["n"] % 100 == 0 else item) + "\n" for item in reversed(items))
        found = self.lines(None, "table", "diff", "left.jsonl", "right.jsonl", "--key", "id")
        self.assertEqual([difference["key"]["id"] for difference in found], [f"{i:06}" for i in range(0, 30_000, 100)])

    def test_a_table_elsewhere(self):
        here, there = self.endpoints["local"], self.endpoints["dynalite"]
        self.table(here, "both", "old.jsonl")
        self.table(there, "both", "new.jsonl")
        self.assertEqual(self.lines(here, "table", "diff", "both", "--with-endpoint-url", there), DIFFERENCES)

    def test_environments_and_seed_files_of_a_project(self):
        tables = "tables: {things: {key: [pk, 'sk:N'], seed: [new.jsonl]}}"
        self.write("davit.yaml", f"name: shop\nregion: us-east-1\n{tables}\nenvironments: {{dev: {{}}, prod: {{}}}}\n")
        endpoint = self.aws.endpoint
        for environment, file in (("dev", "old.jsonl"), ("prod", "new.jsonl")):
            self.davit(endpoint, "table", "create", "--env", environment)
            self.davit(endpoint, "table", "seed", "things", file, "--env", environment)
        self.assertEqual(self.lines(endpoint, "table", "diff", "things", "--env", "dev"), DIFFERENCES)
        elsewhere = ["--env", "dev", "--with-env", "prod", "--with-endpoint-url", endpoint]
        self.assertEqual(self.lines(endpoint, "table", "diff", "things", *elsewhere), DIFFERENCES)

    def test_a_password_is_the_same_as_its_hash(self):
        endpoint = self.aws.endpoint
        self.table(endpoint, "users", self.write("users.jsonl", '{"id":"u","password":{"$password":"secret-word"},"n":1}\n'), key="id")
        self.assertEqual(self.lines(endpoint, "table", "diff", "users", "users.jsonl"), [])
        self.write("users.jsonl", '{"id":"u","password":{"$password":"other-word"},"n":1}\n')
        finished = self.davit(endpoint, "table", "diff", "users", "users.jsonl", "-o", "jsonl")
        self.assertEqual([attribute["path"] for attribute in json.loads(finished.stdout)["attributes"]], ["password"])
        self.assertNotIn("word\"", finished.stdout.replace('"password"', ""))

    def test_mistakes(self):
        endpoint = self.aws.endpoint
        self.table(endpoint, "one", "old.jsonl")
        self.table(endpoint, "other", key="id")
        self.davit(endpoint, "table", "diff", "one", "other", code=5)
        self.davit(endpoint, "table", "diff", "one", "one", code=2)
        self.davit(endpoint, "table", "diff", "one", code=2)
        self.assertIn("did you mean 'one'?", self.davit(endpoint, "table", "diff", "oen", "one", code=3).stderr)
        self.davit(endpoint, "table", "diff", "one", "missing.jsonl", code=3)
        self.davit(endpoint, "table", "diff", "one", "./missing.jsonl", code=2)
        twice = self.davit(endpoint, "table", "diff", "one", "-", input=OLD + OLD, code=2)
        self.assertIn("-:6:1: -:1 has an item with the same key", twice.stderr)
        self.assertIn("-:1:1:", self.davit(endpoint, "table", "diff", "one", "-", input='{"pk":1,"sk":1}', code=2).stderr)


class TableEmpty(ThreeServersCase):
    def filled(self, endpoint, items):
        self.davit(endpoint, "table", "create", "full", "--key", "[pk, sk:N]", "--index", "by-day=day")
        self.addCleanup(lambda: self.davit(endpoint, "table", "delete", "full", "--confirm", "full"))
        self.davit(endpoint, "table", "seed", "full", "-", input="".join(json.dumps({"pk": f"p{i % 7}", "sk": i, "day": f"d{i % 3}", "status": i % 2}) + "\n" for i in range(items)))

    def count(self, endpoint):
        return self.json(endpoint, "table", "count", "full")["count"]

    def test_all_or_what_a_filter_finds(self):
        for server, endpoint in self.endpoints.items():
            with self.subTest(server):
                self.filled(endpoint, 130)
                plan = self.json(endpoint, "table", "empty", "full", "--filter", "status = 1", "--dry-run")
                self.assertEqual(plan["steps"], [{"action": "delete", "target": "items of table full", "reason": "the 65 items for which status = 1"}])
                self.davit(endpoint, "table", "empty", "full", code=2)
                self.davit(endpoint, "table", "empty", "full", "--confirm", "other", code=2)
                self.assertEqual(self.count(endpoint), 130)
                done = self.json(endpoint, "table", "empty", "full", "--filter", "status = 1", "--confirm", "full")
                self.assertEqual((done["counted"], done["deleted"], done["remaining"]), (65, 65, 0))
                self.assertEqual({item["status"] for item in self.lines(endpoint, "item", "scan", "full")}, {0})
                done = self.json(endpoint, "table", "empty", "full", "--confirm", "full")
                self.assertEqual((done["counted"], done["deleted"], done["remaining"]), (65, 65, 0))
                self.assertEqual(self.count(endpoint), 0)
                self.assertEqual(self.json(endpoint, "table", "empty", "full", "--confirm", "full")["deleted"], 0)
                self.davit(endpoint, "table", "empty", "fulll", "--dry-run", code=3)

    def test_a_dry_run_sends_no_write(self):
        proxy = RecordingProxy(self.aws.endpoint)
        self.addCleanup(proxy.close)
        self.filled(self.aws.endpoint, 30)
        self.davit(proxy.endpoint, "table", "empty", "full", "--dry-run")
        self.assertEqual([str(asked) for asked in proxy.take() if asked.is_write], [])

    def test_interrupted_it_says_what_remains_and_goes_on(self):
        endpoint = self.aws.endpoint
        self.filled(endpoint, 6000)
        credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        words = [self.DAVIT, "table", "empty", "full", "--confirm", "full", "--concurrency", "1", "-o", "json", "--endpoint-url", endpoint]
        process = subprocess.Popen(words, env=scrubbed_environment(credentials), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while self.count(endpoint) > 5900 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        left = self.count(endpoint)
        report = json.loads(out)
        self.assertEqual((report["counted"], report["deleted"], report["remaining"]), (6000, 6000 - left, left))
        if process.returncode != 0:
            self.assertEqual(process.returncode, 130, err)
            self.assertIn(f"{left} remain", err)
        again = self.json(endpoint, "table", "empty", "full", "--confirm", "full")
        self.assertEqual((again["counted"], again["deleted"], self.count(endpoint)), (left, left, 0))


if __name__ == "__main__":
    use_tools()
    main()
