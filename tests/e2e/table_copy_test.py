# SPDX-License-Identifier: Apache-2.0
"""`table copy`: every mode between servers, nothing lost and everything counted, also when it is killed."""
import json
import os
import random
import subprocess
import time

from local_aws import main, scrubbed_environment, use_tools
from recording_proxy import RecordingProxy
from three_servers import ThreeServersCase

KEY = "[pk, sk:N]"


def items(numbers, **more):
    return "".join(json.dumps({"pk": f"p{i % 11}", "sk": i, "text": "x" * 200, "day": f"d{i % 3}"} | more) + "\n" for i in numbers)


class TableCopy(ThreeServersCase):
    def table(self, endpoint, name, content="", key=KEY, index=()):
        self.davit(endpoint, "table", "create", name, "--key", key, *index)
        self.addCleanup(lambda: self.davit(endpoint, "table", "delete", name, "--confirm", name))
        if content:
            self.davit(endpoint, "table", "seed", name, "-", input=content)

    def same(self, here, source, there, target):
        """Whether both tables hold the same items, and how many."""
        counts = self.json(here, "table", "diff", source, target, "--with-endpoint-url", there)
        return counts["differences"] == [], counts["same"]

    @staticmethod
    def counts(report):
        return tuple(report[name] for name in ("read", "written", "same", "rejected", "remaining"))

    def test_every_mode(self):
        for server, endpoint in self.endpoints.items():
            with self.subTest(server):
                self.table(endpoint, "source", items(range(300)))
                self.table(endpoint, "target")
                copied = self.json(endpoint, "table", "copy", "source", "target", "--segments", "3")
                self.assertEqual(self.counts(copied), (300, 300, 0, 0, 0))
                self.assertEqual(self.same(endpoint, "source", endpoint, "target"), (True, 300))
                self.davit(endpoint, "item", "update", "target", "p0", "0", "--set", 'text="other"')
                self.davit(endpoint, "item", "delete", "target", "p1", "1")

                # What is there is not written over without a word.
                self.davit(endpoint, "table", "copy", "source", "target", "--mode", "same", code=2)
                inserted = self.json(endpoint, "table", "copy", "source", "target", "--mode", "insert", code=1)
                self.assertEqual(self.counts(inserted), (300, 1, 298, 1, 0))
                with open(os.path.join(self.folder, ".davit", "rejected", "source-to-target.jsonl"), encoding="utf-8") as file:
                    (rejected,) = [json.loads(line) for line in file]
                self.assertEqual((rejected["reason"], rejected["item"]["sk"]), ("item-exists", 0))
                self.assertEqual(self.json(endpoint, "item", "get", "target", "p0", "0")["text"], "other")

                aligned = self.json(endpoint, "table", "copy", "source", "target", "--mode", "same", "--yes")
                self.assertEqual(self.counts(aligned), (300, 1, 299, 0, 0))
                self.assertEqual(self.counts(self.json(endpoint, "table", "copy", "source", "target", "--yes")), (300, 300, 0, 0, 0))
                self.assertEqual(self.same(endpoint, "source", endpoint, "target"), (True, 300))

    def test_some_items_into_another_place(self):
        here, there = self.endpoints["local"], self.endpoints["moto"]
        self.table(here, "both", items(range(90)))
        self.table(there, "both")
        copied = self.json(here, "table", "copy", "both", "--to-endpoint-url", there, "--filter", 'day = "d1"')
        self.assertEqual(self.counts(copied), (30, 30, 0, 0, 0))
        self.assertEqual({item["day"] for item in self.lines(there, "item", "scan", "both")}, {"d1"})

    def test_what_the_target_refuses_is_rejected(self):
        endpoint = self.aws.endpoint
        self.table(endpoint, "source", items(range(50)) + '{"pk":"odd","sk":1,"day":5}\n')
        self.table(endpoint, "target", index=("--index", "by-day=day"))
        copied = self.json(endpoint, "table", "copy", "source", "target", code=1)
        self.assertEqual(self.counts(copied), (51, 50, 0, 1, 0))
        with open(os.path.join(self.folder, ".davit", "rejected", "source-to-target.jsonl"), encoding="utf-8") as file:
            self.assertEqual([json.loads(line)["item"]["pk"] for line in file], ["odd"])

    def test_a_dry_run_sends_no_write(self):
        self.table(self.aws.endpoint, "source", items(range(10)))
        self.table(self.aws.endpoint, "target", items(range(5)))
        proxy = RecordingProxy(self.aws.endpoint)
        self.addCleanup(proxy.close)
        plan = self.json(proxy.endpoint, "table", "copy", "source", "target", "--dry-run")
        self.assertEqual([str(asked) for asked in proxy.take() if asked.is_write], [])
        self.assertEqual(plan["steps"], [{"action": "run", "target": "table target", "reason": "write all items of table source (10 when last counted), over what is there"}])

    def test_mistakes(self):
        endpoint = self.aws.endpoint
        self.table(endpoint, "source")
        self.table(endpoint, "other", key="id")
        self.davit(endpoint, "table", "copy", "source", "source", code=2)
        self.davit(endpoint, "table", "copy", "source", code=2)
        self.assertIn("the key of source is pk (S), sk (N), that of other is id (S)", self.davit(endpoint, "table", "copy", "source", "other", code=5).stderr)
        self.assertIn("did you mean 'source'?", self.davit(endpoint, "table", "copy", "sorce", "other", code=3).stderr)
        self.davit(endpoint, "table", "copy", "source", "othr", code=3)

    def test_killed_and_resumed(self):
        endpoint = self.aws.endpoint
        total = 15_000
        self.table(endpoint, "source", items(range(total)))
        self.table(endpoint, "target")
        credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        words = [self.DAVIT, "table", "copy", "source", "target", "--resume", "--yes", "--segments", "2", "-o", "json", "--endpoint-url", endpoint]
        kills = 0
        chance = random.Random(7)
        while True:
            process = subprocess.Popen(words, env=scrubbed_environment(credentials), cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            if kills == 6:
                break
            if kills == 1:  # as a kill in the middle of a write of the journal leaves it
                os.makedirs(os.path.join(self.folder, ".davit", "copies"), exist_ok=True)
                with open(os.path.join(self.folder, ".davit", "copies", "source-to-target.json.Xa01bZ"), "w", encoding="ascii") as file:
                    file.write("{")
            time.sleep(chance.uniform(0.02, 0.25))
            if process.poll() is not None:
                break
            process.kill()
            process.communicate()
            kills += 1
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assertGreater(kills, 0)
        report = json.loads(out)
        self.assertEqual((report["read"], report["written"], report["remaining"]), (total, total, 0))
        self.assertEqual(self.same(endpoint, "source", endpoint, "target"), (True, total))
        self.assertEqual(os.listdir(os.path.join(self.folder, ".davit", "copies")), [])

    def test_a_journal_of_another_copy_is_refused(self):
        endpoint = self.aws.endpoint
        self.table(endpoint, "source", items(range(3)))
        self.table(endpoint, "target")
        os.makedirs(os.path.join(self.folder, ".davit", "copies"))
        for content, expected in (('{"subject":"of old","counts":{},"positions":[]}', "is of another copy: of old"), ("{", "unexpected"), ("{}", "cannot be read")):
            with open(os.path.join(self.folder, ".davit", "copies", "source-to-target.json"), "w", encoding="utf-8") as file:
                file.write(content)
            finished = self.davit(endpoint, "table", "copy", "source", "target", "--resume", code=2)
            self.assertTrue(expected in finished.stderr or expected == "unexpected", finished.stderr)


if __name__ == "__main__":
    use_tools()
    main()
