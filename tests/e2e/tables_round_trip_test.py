# SPDX-License-Identifier: Apache-2.0
"""Random items of all ten types go into a table, out of it, and back, in every format: the same bytes come out, and they mean what went in. On the
local DynamoDB, dynalite and moto."""
import base64
import decimal
import json
import os
import random
import shutil
import subprocess
import tempfile
import unittest

from local_aws import LocalAwsCase, main, scrubbed_environment, skip, use_tools
from table_servers import Dynalite, Moto, have_dynalite, have_moto

ITEMS = 120
TEXTS = ["", "a", "$", "$set", "$$bin", "ü", "日本語", "\U0001f600", "\u0000", "\n\r\t\"\\/", "\u2028", "\ufeff", "e\u0301", "é", ",", '"', " ", ":S", "x" * 3000]
NUMBERS = [
    "0", "-0", "1", "-1", "1E3", "1e-3", "0.10", "9007199254740993", "18446744073709551616", "123456789012345678901234567890.12345678",
    "9.9999999999999999999999999999999999999E+125", "-9.9999999999999999999999999999999999999E+125", "1E-130", "-1E-130",
    "9.9999999999999999999999999999999999999E-93", "0.00000000000000000000000000000000000001", "3.141592653589793238462643383279502884",
]  # fmt: skip


class Items:
    """Random items in DynamoDB's own JSON."""

    def __init__(self, seed):
        self.dice = random.Random(seed)

    def text(self):
        return "".join(self.dice.choice(TEXTS) for _ in range(self.dice.randrange(4)))

    def name(self):
        return self.text() or "n"

    def number(self):
        if self.dice.random() < 0.4:
            return self.dice.choice(NUMBERS)
        digits = "".join(self.dice.choice("0123456789") for _ in range(self.dice.randrange(1, 39)))
        return f"{self.dice.choice(['', '-'])}{digits}E{self.dice.randrange(-120, 80)}"

    def binary(self):
        return base64.b64encode(self.dice.randbytes(self.dice.randrange(12))).decode()

    def distinct(self, make, key):
        return list({key(value): value for value in (make() for _ in range(self.dice.randrange(1, 5)))}.values())

    def value(self, depth=0):
        kinds = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS"] + ([] if depth > 3 else ["L", "M", "L", "M"])
        kind = self.dice.choice(kinds)
        make = {
            "S": self.text,
            "N": self.number,
            "B": self.binary,
            "BOOL": lambda: self.dice.random() < 0.5,
            "NULL": lambda: True,
            "SS": lambda: self.distinct(self.text, str),
            "NS": lambda: self.distinct(self.number, plain_number),
            "BS": lambda: self.distinct(self.binary, str),
            "L": lambda: [self.value(depth + 1) for _ in range(self.dice.randrange(4))],
            "M": lambda: {self.name(): self.value(depth + 1) for _ in range(self.dice.randrange(4))},
        }
        return {kind: make[kind]()}

    def item(self, number):
        members = {self.name(): self.value() for _ in range(self.dice.randrange(8))}
        return {**members, "pk": {"S": f"{self.text()[:500]}{number // 3}"}, "sk": {"N": f"{number - 60}.50E1"}}


def plain_number(text):
    """A number as DynamoDB answers with it: plain decimal, no zeros that mean nothing."""
    with decimal.localcontext() as context:
        context.prec, context.Emax, context.Emin = 60, 999, -999
        value = decimal.Decimal(text).normalize()
    return format(value, "f") if value else "0"


def meaning(value):
    """Equal for values that DynamoDB holds equal."""
    ((kind, content),) = value.items()
    if kind == "N":
        return kind, plain_number(content)
    if kind == "NS":
        return kind, sorted(plain_number(element) for element in content)
    if kind in ("SS", "BS"):
        return kind, sorted(content)
    if kind == "L":
        return kind, [meaning(element) for element in content]
    if kind == "M":
        return kind, {name: meaning(element) for name, element in content.items()}
    return kind, content


class RoundTrip(LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="davit-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)

    def davit(self, *arguments):
        environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        finished = subprocess.run(
            [self.DAVIT, *arguments, "--endpoint-url", self.endpoint],
            env=scrubbed_environment(environment), cwd=self.folder, capture_output=True, timeout=120,
        )  # fmt: skip
        self.assertEqual(finished.returncode, 0, (arguments, finished.stderr))
        return finished.stdout

    def emptied(self):
        self.davit("table", "delete", "items", "--confirm", "items")
        self.davit("table", "create", "items", "--key", "[pk, sk:N]")

    def round_trip(self, seed):
        items = [Items(f"{seed}-{i}").item(i) for i in range(ITEMS)]
        with open(os.path.join(self.folder, "typed.json"), "w", encoding="utf-8") as file:
            # Half of them as an export to S3 has them.
            file.writelines(json.dumps({"Item": item} if i % 2 == 0 else item, ensure_ascii=i % 3 == 0) + "\n" for i, item in enumerate(items))
        self.davit("table", "create", "items", "--key", "[pk, sk:N]")
        self.davit("table", "seed", "items", "typed.json")
        typed = [json.loads(line)["Item"] for line in self.davit("table", "export", "items", "--format", "dynamodb-json").splitlines()]
        by_key = {(item["pk"]["S"], plain_number(item["sk"]["N"])): item for item in items}
        self.assertEqual(len(typed), len(by_key))
        for item in typed:
            self.assertEqual(meaning({"M": item}), meaning({"M": by_key[item["pk"]["S"], item["sk"]["N"]]}))
        before = self.davit("table", "export", "items")
        for form in ("jsonl", "json", "csv", "dynamodb-json"):
            self.davit("table", "export", "items", "--format", form, "--out", f"items.{form}")
            self.emptied()
            report = json.loads(self.davit("table", "seed", "items", f"items.{form}", "-o", "json"))
            self.assertEqual((report["read"], report["written"]), (ITEMS, ITEMS), form)
            self.assertEqual(self.davit("table", "export", "items"), before, form)
            same = json.loads(self.davit("table", "seed", "items", f"items.{form}", "--mode", "same", "-o", "json"))
            self.assertEqual((same["same"], same["written"]), (ITEMS, 0), form)

    def test_on_the_local_aws_with_a_reset(self):
        self.endpoint = self.aws.endpoint
        self.round_trip("local")

    def test_on_dynalite(self):
        if not have_dynalite():
            skip("dynalite is not there (scripts/test-tools)")
        server = Dynalite()
        self.addCleanup(server.close)
        self.endpoint = server.endpoint
        self.round_trip("dynalite")

    def test_on_moto(self):
        if not have_moto():
            skip("moto_server is not there (scripts/test-tools)")
        server = Moto()
        self.addCleanup(server.close)
        self.endpoint = server.endpoint
        self.round_trip("moto")


if __name__ == "__main__":
    use_tools()
    main()
