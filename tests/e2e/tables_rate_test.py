# SPDX-License-Identifier: Apache-2.0
"""How fast a seed goes: as fast as the user says, as fast as the table takes, around a hot key, and not at all into an account at its limit."""
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time

import fault_proxy as fault
from local_aws import LocalAwsCase, main, scrubbed_environment


def throttled(reason):
    name = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
    return {"__type": name, "message": "slow down", "ThrottlingReasons": [{"reason": reason, "resource": "arn:aws:dynamodb:::table/items"}]}


class Bucket:
    """What a table of so many units a second takes."""

    def __init__(self, units_per_second):
        self.rate, self.units, self.at, self.lock = units_per_second, units_per_second, time.monotonic(), threading.Lock()

    def take(self, wanted):
        with self.lock:
            now = time.monotonic()
            self.units = min(self.rate, self.units + self.rate * (now - self.at))
            self.at = now
            taken = min(wanted, int(self.units))
            self.units -= taken
            return taken


class Rate(LocalAwsCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="davit-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.proxy = fault.FaultProxy(self.aws.endpoint)
        self.addCleanup(self.proxy.close)
        self.table = f"items-{self._testMethodName}"
        self.davit("table", "create", self.table, "--key", "[pk, sk:N]", endpoint=self.aws.endpoint)

    def davit(self, *arguments, endpoint=None, code=0):
        environment = scrubbed_environment({"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"})
        command = [self.DAVIT, *arguments, "--endpoint-url", endpoint or self.proxy.endpoint, "-o", "json"]
        finished = subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(finished.returncode, code, (arguments, finished.stdout, finished.stderr))
        return finished

    def seed(self, keys, *flags, code=0):
        """Items with these partition keys; the report, errors and seconds."""
        path = os.path.join(self.folder, "items.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps({"pk": key, "sk": number}) + "\n" for number, key in enumerate(keys))
        start = time.monotonic()
        finished = self.davit("table", "seed", self.table, path, *flags, code=code)
        report = json.loads(finished.stdout)
        self.assertEqual(report["read"], report["written"] + report["same"] + report["rejected"] + report["remaining"])
        return report, finished.stderr, time.monotonic() - start

    def assert_all_stored(self, count):
        self.assertEqual(json.loads(self.davit("table", "count", self.table, endpoint=self.aws.endpoint).stdout)["count"], count)

    def writes(self):
        return [asked for asked in self.proxy.asked if asked.operation == "BatchWriteItem"]

    def test_no_faster_than_the_user_says(self):
        report, _, seconds = self.seed([f"p{i}" for i in range(300)], "--rate", "150")
        self.assertEqual((report["written"], report["limitedBy"], report["throttled"]), (300, "rate", 0))
        self.assertGreater(seconds, 1.4)

    def test_as_fast_as_the_table_takes(self):
        bucket = Bucket(300)

        def behave(asked, passed_on):
            if asked.operation != "BatchWriteItem":
                return passed_on()
            (requests,) = asked.document["RequestItems"].values()
            taken = bucket.take(len(requests))
            return fault.left_unprocessed(asked, passed_on, taken) if taken < len(requests) else passed_on()

        self.proxy.behave = behave
        report, _, seconds = self.seed([f"p{i}" for i in range(900)])
        self.assertEqual((report["written"], report["remaining"], report["limitedBy"]), (900, 0, "table"))
        self.assertGreater(report["throttled"], 0)
        self.assertLess(seconds, 20, "two seconds would be the best")
        # 36 batches are the least; finding the rate after what the table had saved up takes some more. Without a pace more than 300 are sent.
        self.assertLess(len(self.writes()), 5 * 900 / 25)
        self.assert_all_stored(900)

    def test_a_hot_key_does_not_hold_up_the_others(self):
        cool_at = time.monotonic() + 1.5
        others_done = []

        def behave(asked, passed_on):
            if asked.operation == "BatchWriteItem":
                (requests,) = asked.document["RequestItems"].values()
                hot = [r for r in requests if r["PutRequest"]["Item"]["pk"]["S"] == "hot"]
                others = [r for r in requests if r not in hot]
                if hot and time.monotonic() < cool_at:
                    if not others:
                        return fault.Answer(400, throttled("TableWriteKeyRangeThroughputExceeded"))
                    (table,) = asked.document["RequestItems"]
                    answer = passed_on(json.dumps({**asked.document, "RequestItems": {table: others}}).encode())
                    others_done.append(time.monotonic())
                    return fault.Answer(200, {**answer.document, "UnprocessedItems": {table: hot}})
                others_done.append(time.monotonic() if others else 0)
            return passed_on()

        self.proxy.behave = behave
        keys = ["hot" if i % 10 == 0 else f"p{i}" for i in range(500)]
        report, _, _ = self.seed(keys)
        self.assertEqual((report["written"], report["limitedBy"]), (500, "key"))
        self.assertLess(max(others_done), cool_at, "the others were through before the hot key was cool")
        self.assert_all_stored(500)

    def test_an_account_at_its_limit_ends_it(self):
        self.proxy.behave = lambda asked, passed_on: (
            fault.Answer(400, throttled("TableWriteAccountLimitExceeded")) if asked.operation == "BatchWriteItem" else passed_on()
        )
        report, errors, seconds = self.seed(["a", "b"], code=6)
        self.assertEqual((report["written"], report["remaining"], report["limitedBy"]), (0, 2, "account"))
        self.assertIn("TableWriteAccountLimitExceeded", errors)
        self.assertIn("Service Quotas", errors)
        self.assertLess(seconds, 10, "at once, not after the patience of a minute")

    def test_batches_mix_partition_keys(self):
        self.seed([f"p{i // 40}" for i in range(400)])
        first = self.writes()[0].document["RequestItems"][self.table]
        self.assertGreater(len({request["PutRequest"]["Item"]["pk"]["S"] for request in first}), 3)


if __name__ == "__main__":
    main()
