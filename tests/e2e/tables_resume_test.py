# SPDX-License-Identifier: Apache-2.0
"""Seeds that are killed and resumed, before the local DynamoDB and dynalite, with a server that behaves and one that does not: nothing is lost,
and nothing that was acknowledged is sent again. tests/bench/seed_kills does the same with a hundred thousand items."""
import gzip
import json
import os
import random
import shutil
import subprocess
import tempfile

import fault_proxy as fault
from local_aws import LocalAwsCase, main, scrubbed_environment, skip, use_tools
from seed_proof import Seeding, item
from table_servers import Dynalite, have_dynalite

ITEMS = 800


class Resume(LocalAwsCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="davit-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.davit("table", "create", "items", "--key", "id")
        self.addCleanup(self.davit, "table", "delete", "items", "--confirm", "items")
        self.seeding = Seeding(self.DAVIT, self.upstream, self.folder, ITEMS, concurrency=4)
        self.addCleanup(self.seeding.close)

    @property
    def upstream(self):
        return self.aws.endpoint

    def davit(self, *arguments, code=0, input=None):
        environment = scrubbed_environment({"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"})
        command = [self.DAVIT, *arguments, "--endpoint-url", self.upstream, "-o", "json"]
        finished = subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, input=input, timeout=120)
        self.assertEqual(finished.returncode, code, (arguments, finished.stdout, finished.stderr))
        return finished

    def assert_complete(self, code, report, errors):
        self.assertEqual(code, 0, errors)
        self.assertEqual((report["read"], report["written"], report["same"], report["remaining"]), (ITEMS, ITEMS, 0, 0), report)
        lines = self.davit("table", "export", "items").stdout.splitlines()
        self.assertEqual({i["id"]: i for i in map(json.loads, lines)}, {item(n)["id"]: item(n) for n in range(ITEMS)})
        self.assertEqual(os.listdir(os.path.join(self.folder, ".davit", "journal")), [])

    def assert_nothing_twice(self):
        by_run, same_run = self.seeding.under_way_at_a_kill()
        self.assertEqual(same_run, [])
        for run, count in by_run.items():
            self.assertLessEqual(count, 25 * self.seeding.concurrency, f"run {run}: no more than was under way")

    def test_killed_again_and_again(self):
        self.seeding.rules = lambda asked, passed_on: fault.slow(passed_on(), 0.02)
        code, report, errors = self.seeding.kill_and_resume(6, seed=1)
        self.assert_complete(code, report, errors)
        self.assertGreater(report["resumed"], 0)
        self.assert_nothing_twice()

    def test_killed_before_a_server_that_misbehaves(self):
        dice = random.Random(8)

        def damaged(answer):
            answer = fault.damaged(answer)
            answer.is_damaged = True
            return answer

        def rules(asked, passed_on):
            throw = dice.random()
            if throw < 0.03:
                return fault.reset
            if throw < 0.06:
                return fault.cut(passed_on())
            if throw < 0.09:
                return damaged(passed_on())
            if throw < 0.12:
                return passed_on() and fault.Answer(500, fault.FAILED)
            if throw < 0.2:
                return fault.left_unprocessed(asked, passed_on, dice.randrange(len(asked.document["RequestItems"]["items"]) + 1))
            return fault.Answer(400, fault.THROTTLED) if throw < 0.22 else passed_on()

        self.seeding.rules = rules
        code, report, errors = self.seeding.kill_and_resume(4, seed=2)
        self.assert_complete(code, report, errors)
        self.assert_nothing_twice()

    def stop_half_way(self, *flags):
        process = self.seeding.start(*flags, to_be_killed=True)
        self.seeding.wait_until(process, lambda: len(self.seeding.told) >= ITEMS // 4)
        self.seeding.kill(process)

    def test_a_journal_is_of_one_seed(self):
        self.stop_half_way()
        with open(self.seeding.file, "a", encoding="utf-8") as file:
            file.write(json.dumps(item(ITEMS)) + "\n")
        errors = self.davit("table", "seed", "items", self.seeding.file, "--resume", code=2).stderr
        self.assertIn(b"the files are others, or have changed since", errors)
        self.assertIn(b"without --resume to begin from the start", errors)
        self.davit("table", "seed", "items", self.seeding.file, "--resume", "--mode", "insert", code=2)
        finished = self.davit("table", "seed", "items", self.seeding.file)
        self.assertIn(b"an earlier seed of 800 items into this table was stopped", finished.stderr)
        self.assertEqual(json.loads(finished.stdout)["written"], ITEMS + 1)

    def test_a_table_made_anew_is_another(self):
        self.stop_half_way()
        self.davit("table", "delete", "items", "--confirm", "items")
        self.davit("table", "create", "items", "--key", "id")
        errors = self.davit("table", "seed", "items", self.seeding.file, "--resume", code=2).stderr
        self.assertIn(b"the table was made anew since", errors)

    def test_one_seed_at_a_time(self):
        process = self.seeding.start("--rate", "50")
        self.seeding.wait_until(process, lambda: self.seeding.told)
        errors = self.davit("table", "seed", "items", self.seeding.file, "--resume", code=5).stderr
        self.assertIn(b"another davit is seeding this table", errors)
        process.terminate()
        code, report, errors = self.seeding.finish(process)
        self.assertEqual(code, 143, errors)
        self.assertEqual(report["limitedBy"], "rate")
        self.assertEqual(report["read"], report["written"] + report["remaining"])

    def test_inserts_go_on_and_know_their_own(self):
        process = self.seeding.start("--mode", "insert", to_be_killed=True)
        self.seeding.wait_until(process, lambda: self.seeding.proxy.count("PutItem") >= 200)
        self.seeding.kill(process)
        code, report, errors = self.seeding.finish(self.seeding.start("--mode", "insert", "--resume"))
        self.assert_complete(code, report, errors)
        self.assertGreater(report["resumed"], 100)

    def test_standard_input_and_gzip_resume_too(self):
        with open(self.seeding.file, "rb") as file:
            packed = gzip.compress(file.read())
        first, second = packed, gzip.compress(json.dumps({"id": "one more", "n": 1}).encode())
        finished = self.davit("table", "seed", "items", "-", input=first + second)
        self.assertEqual(json.loads(finished.stdout)["written"], ITEMS + 1)
        errors = self.davit("table", "seed", "items", "-", input=packed[:-9], code=2).stderr
        self.assertIn(b"- is damaged: the gzip data is cut off", errors)


class ResumeBeforeDynalite(Resume):
    @classmethod
    def setUpClass(cls):
        if not have_dynalite():
            skip("dynalite is not there (scripts/test-tools)")
        super().setUpClass()
        cls.dynalite = Dynalite()
        cls.addClassCleanup(cls.dynalite.close)

    @property
    def upstream(self):
        return self.dynalite.endpoint


# What happens to the journal is davit's alone, and shown once.
for name in [name for name in dir(Resume) if name.startswith("test_") and not name.startswith("test_killed")]:
    setattr(ResumeBeforeDynalite, name, None)


if __name__ == "__main__":
    use_tools()
    main()
