# SPDX-License-Identifier: Apache-2.0
"""item query and item scan: conditions on sort keys of each type, expressions with reserved words and values, limits and where to go on behind them.
On the local DynamoDB, dynalite and moto."""
import base64
import json
import re
import shlex
import subprocess
import tempfile
import unittest

from local_aws import LocalAwsCase, main, scrubbed_environment
from table_servers import Dynalite, Moto, have_dynalite, have_moto

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
ITEMS = 60


def item(n):
    return {"device": "d", "at": n - 10, "day": f"2026-11-{n % 30:02}", "level": ["error", "info"][n % 2], "size": n % 7}


class Select:
    @classmethod
    def create(cls):
        cls.davit("table create events --key '[device, at:N]' --index 'by-level=[level, day]'")
        cls.davit("table create blobs --key '[kind:B, at:B]'")
        cls.seed("events", [item(n) for n in range(ITEMS)])
        cls.seed("blobs", [{"kind": {"$bin": "AA=="}, "at": {"$bin": base64.b64encode(bytes([n])).decode()}} for n in range(9)])

    @classmethod
    def seed(cls, table, items):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.write("\n".join(json.dumps(line) for line in items))
            file.flush()
            cls.davit(f"table seed {table} {file.name}")

    @classmethod
    def davit(cls, line, status=0):
        words = [LocalAwsCase.DAVIT, *shlex.split(line), "--endpoint-url", cls.endpoint]
        finished = subprocess.run(words, env=scrubbed_environment(ENVIRONMENT), capture_output=True, text=True, timeout=60)
        if finished.returncode != status:
            raise AssertionError(f"{line}: exit {finished.returncode}: {finished.stderr}")
        cls.err = finished.stderr
        return finished.stdout if status == 0 else finished.stderr

    def places(self, line):
        return [json.loads(row)["at"] for row in self.davit(line + " -o jsonl").splitlines()]

    def test_each_condition_on_a_sort_key(self):
        for flags, expected in (
            ("7", [7]),
            ("--from 45", [45, 46, 47, 48, 49]),
            ("--to -8", [-10, -9, -8]),
            ("--after 47", [48, 49]),
            ("--before=-8", [-10, -9]),
            ("--between 3 5", [3, 4, 5]),
            ("--from 3 --to 5 --descending", [5, 4, 3]),
            ("--from 3.5 --to 5e0", [4, 5]),
            ("--from 50", []),
        ):
            self.assertEqual(self.places(f"item query events d {flags}"), expected, flags)
        days = "item query events error --index by-level --begins-with 2026-11-1"
        self.assertEqual(sorted(self.places(days)), [n - 10 for n in range(ITEMS) if n % 2 == 0 and n % 30 // 10 == 1])
        self.assertEqual(len(self.davit("item query blobs AA== --from Bg== -o jsonl").splitlines()), 3)

    def test_wrong_keys_and_tables_are_named(self):
        for line, status, message in (
            ("item query events d --after 1 --before 2", 2, "takes one condition on a sort key"),
            ("item query events d --from x", 2, "'x' is no number, which key 'at' is"),
            ("item query blobs ???", 2, "is no base64"),
            ("item query events error --index by-levle", 3, "did you mean 'by-level'?"),
            ("item query event d", 3, "there is no table event"),
            ("item scan event", 3, "did you mean 'events'?"),
            ("item scan events --filter 'size >'", 1, "ValidationException"),
            ("item scan events --filter 'size > \"a'", 2, "--filter:1:8"),
            ("item scan events --segments 2 --limit 1", 2, "mean nothing with it"),
            ("item scan events --count --limit 1", 2, "--count prints no items"),
            ("item scan events --start-key '{\"device\":'", 2, "--start-key"),
        ):
            self.assertIn(message, self.davit(line, status), line)

    def test_expressions_take_reserved_words_and_values(self):
        expected = [n - 10 for n in range(ITEMS) if n % 2 == 0 and n % 7 >= 5]
        self.assertEqual(self.places("item query events d --filter 'level = \"error\" AND size >= 5'"), expected)
        self.assertEqual(self.places("item query events d --filter '#l = :l AND size >= 5' --names '{\"#l\": \"level\"}' --values '{\":l\": \"error\"}'"), expected)
        self.assertEqual(json.loads(self.davit("item scan events --filter 'NOT level IN (\"info\", \"x\") AND size BETWEEN 5 AND 6' --count -o json"))["count"], len(expected))
        rows = [json.loads(row) for row in self.davit("item query events d --to -9 --projection 'level, size' -o jsonl").splitlines()]
        self.assertEqual(rows, [{"level": "error", "size": 0}, {"level": "info", "size": 1}])

    def test_what_follows_a_limit_begins_where_it_says(self):
        for table in ("query events d", "query events error --index by-level", "scan events", "scan events --index by-level"):
            for flags in ("", " --filter 'size < 3'", " --projection size", " --projection level --filter 'size < 3'"):
                whole = self.davit(f"item {table}{flags} -o jsonl").splitlines()
                limited, start = [], ""
                for _ in range(ITEMS):
                    document = json.loads(self.davit(f"item {table}{flags} --limit 7 {start} -o json"))
                    self.assertLessEqual(document["count"], 7)
                    limited += document["items"]
                    if document["nextKey"] is None:
                        break
                    start = "--start-key " + shlex.quote(json.dumps(document["nextKey"]))
                self.assertEqual(limited, [json.loads(line) for line in whole], table + flags)

    def test_where_only_items_are_printed_what_follows_is_told_beside_them(self):
        self.assertEqual(self.places("item query events d --limit 2"), [-10, -9])
        key = re.fullmatch("davit: more may follow: --start-key '(.*)'\n", self.err)[1]
        self.assertEqual(json.loads(key), {"device": "d", "at": -9})
        self.assertEqual(self.places("item query events d --limit 500"), [item(n)["at"] for n in range(ITEMS)])
        self.assertEqual(self.err, "")

    def test_segments_find_the_same_items(self):
        self.assertEqual(sorted(self.places("item scan events --segments 5")), [n - 10 for n in range(ITEMS)])


class LocalSelect(Select, LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.endpoint = cls.aws.endpoint
        cls.create()


@unittest.skipUnless(have_dynalite(), "dynalite is not installed (scripts/test-tools)")
class DynaliteSelect(Select, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = Dynalite()
        cls.addClassCleanup(server.close)
        cls.endpoint = server.endpoint
        cls.create()


@unittest.skipUnless(have_moto(), "moto is not installed (scripts/test-tools)")
class MotoSelect(Select, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = Moto()
        cls.addClassCleanup(server.close)
        cls.endpoint = server.endpoint
        cls.create()


if __name__ == "__main__":
    main()
