# SPDX-License-Identifier: Apache-2.0
"""`table check` against servers: what it lets pass, PutItem takes; what it refuses, PutItem refuses. To the byte, the digit and the level."""
import base64
import json
import os
import shutil
import subprocess
import tempfile

from local_aws import LocalAwsCase, main, scrubbed_environment, skip, use_tools
from table_servers import Dynalite, have_dynalite

LIMIT = 409600


def keyed(**attributes):
    return {"pk": {"S": "p"}, "sk": {"N": "1"}, **attributes}


KEY_SIZE = len("pk") + len("p") + len("sk") + 2  # a number of one digit has two bytes


def nested(levels, innermost=None):
    value = {"L": []} if innermost is None else innermost
    for level in range(levels - 1):
        value = {"M": {"m": value}} if level % 2 else {"L": [value]}
    return value


def filled(size, **attributes):
    """An item of that size, whose other attributes are known to have `attributes` = name: (value, bytes of the value)."""
    others = sum(len(name.encode()) + length for name, (_, length) in attributes.items())
    text = "v" * (size - KEY_SIZE - others - len("fill"))
    return keyed(fill={"S": text}, **{name: value for name, (value, _) in attributes.items()})


# Values with the bytes that DynamoDB counts for them.
SIZES = {
    "string": ({"S": "ü€"}, 5),
    "empty string": ({"S": ""}, 0),
    "binary": ({"B": base64.b64encode(b"12345").decode()}, 5),
    "flag": ({"BOOL": False}, 1),
    "null": ({"NULL": True}, 1),
    "zero": ({"N": "0"}, 1),
    "one digit": ({"N": "7"}, 2),
    "two digits": ({"N": "42"}, 2),
    "two digits astride the point": ({"N": "4.2"}, 3),
    "three digits": ({"N": "123"}, 3),
    "trailing zeros": ({"N": "1200"}, 2),
    "negative": ({"N": "-7"}, 3),
    "38 digits": ({"N": "12345678901234567890123456789012345678"}, 20),
    "list": ({"L": [{"N": "7"}, {"S": "ab"}]}, 3 + 1 + 2 + 1 + 2),
    "empty list": ({"L": []}, 3),
    "map": ({"M": {"key": {"S": "ab"}}}, 3 + 1 + 3 + 2),
    "empty map": ({"M": {}}, 3),
    "string set": ({"SS": ["ab", "c"]}, 3),
    "number set": ({"NS": ["7", "42"]}, 4),
    "binary set": ({"BS": ["AAA=", "AA=="]}, 3),
}

# name: (item, reason; None where it is taken)
CASES = {
    "good": (keyed(), None),
    "no partition key": ({"sk": {"N": "1"}}, "key-missing"),
    "no sort key": ({"pk": {"S": "p"}}, "key-missing"),
    "key of another type": (keyed(sk={"S": "1"}), "key-type"),
    "key null": (keyed(pk={"NULL": True}), "key-type"),
    "key empty": (keyed(pk={"S": ""}), "key-empty"),
    "partition key of 2048 bytes": (keyed(pk={"S": "ü" * 1024}), None),
    "partition key of 2049 bytes": (keyed(pk={"S": "ü" * 1024 + "x"}), "key-too-long"),
    "index key absent": (keyed(), None),
    "index key of another type": (keyed(tag={"N": "1"}), "index-key-type"),
    "index key null": (keyed(tag={"NULL": True}), "index-key-type"),
    "index key empty": (keyed(tag={"S": ""}), "index-key-empty"),
    "index key of 2048 bytes": (keyed(tag={"S": "x" * 2048}), None),
    "index key of 2049 bytes": (keyed(tag={"S": "x" * 2049}), "index-key-too-long"),
    "index sort key of 1024 bytes": (keyed(tag={"S": "t"}, day={"S": "x" * 1024}), None),
    "index sort key of 1025 bytes": (keyed(tag={"S": "t"}, day={"S": "x" * 1025}), "index-key-too-long"),
    "empty string": (keyed(v={"S": ""}), None),
    "empty binary": (keyed(v={"B": ""}), None),
    "empty list and map": (keyed(v={"L": [{"M": {}}]}), None),
    "empty string set": (keyed(v={"SS": []}), "set-empty"),
    "empty number set": (keyed(v={"NS": []}), "set-empty"),
    "empty binary set": (keyed(v={"BS": []}), "set-empty"),
    "empty string in a set": (keyed(v={"SS": ["", "a"]}), None),
    "string twice": (keyed(v={"SS": ["a", "a"]}), "set-duplicate"),
    "number twice": (keyed(v={"NS": ["1", "1"]}), "set-duplicate"),
    "number twice in two notations": (keyed(v={"NS": ["1", "10e-1"]}), "set-duplicate"),
    "zero twice": (keyed(v={"NS": ["0", "-0"]}), "set-duplicate"),
    "binary twice": (keyed(v={"BS": ["AA==", "AA=="]}), "set-duplicate"),
    "38 digits": (keyed(v={"N": "1234567890123456789012345678901234567.8"}), None),
    "38 digits and zeros": (keyed(v={"N": "0001234567890123456789012345678901234567.8000"}), None),
    "39 digits": (keyed(v={"N": "1234567890123456789012345678901234567.89"}), "number-precision"),
    "39 digits in a set": (keyed(v={"NS": ["123456789012345678901234567890123456789"]}), "number-precision"),
    "largest": (keyed(v={"N": "9.9999999999999999999999999999999999999E125"}), None),
    "too large": (keyed(v={"N": "1E126"}), "number-overflow"),
    "largest negative": (keyed(v={"N": "-9.9999999999999999999999999999999999999E+125"}), None),
    "too large negative": (keyed(v={"N": "-1E126"}), "number-overflow"),
    "smallest": (keyed(v={"N": "1E-130"}), None),
    "too small": (keyed(v={"N": "1E-131"}), "number-underflow"),
    "too small negative": (keyed(v={"N": "-9.9E-131"}), "number-underflow"),
    "zero with a large exponent": (keyed(v={"N": "0E999"}), "number-overflow"),
    "not a number": (keyed(v={"N": "NaN"}), "number-syntax"),
    "infinity": (keyed(v={"N": "Infinity"}), "number-syntax"),
    "empty number": (keyed(v={"N": ""}), "number-syntax"),
    "number with a space": (keyed(v={"N": "1 "}), "number-syntax"),
    "hexadecimal": (keyed(v={"N": "0x1"}), "number-syntax"),
    "point and no zero": (keyed(v={"L": [{"N": ".5"}, {"N": "-.5e1"}, {"N": "5."}]}), None),
    "plus sign": (keyed(v={"N": "+3"}), None),
    "NULL that is not true": (keyed(v={"NULL": False}), "type-value"),
    "two types": (keyed(v={"S": "1", "N": "1"}), "type-unknown"),
    "no type": (keyed(v={}), "type-unknown"),
    "unknown type": (keyed(v={"X": "1"}), "type-unknown"),
    "number not in quotes": (keyed(v={"N": 1}), "type-value"),
    "flag in quotes": (keyed(v={"BOOL": "true"}), "type-value"),
    "base64 without padding": (keyed(v={"B": "AA"}), "binary-base64"),
    "base64 with a foreign character": (keyed(v={"B": "A-=="}), "binary-base64"),
    "32 levels": (keyed(v=nested(32)), None),
    "33 levels": (keyed(v=nested(33)), "depth"),
    "a string at level 32": (keyed(v=nested(32, {"S": "x"})), None),
    "a string at level 33": (keyed(v=nested(33, {"S": "x"})), "depth"),
    "name of 65535 bytes": (keyed(**{"n" * 65535: {"S": ""}}), None),
    "name of 65536 bytes": (keyed(**{"n" * 65536: {"S": ""}}), "name-too-long"),
    "empty name": (keyed(**{"": {"S": "x"}}), "name-empty"),
    **{f"limit with {kind}": (filled(LIMIT, v=value), None) for kind, value in SIZES.items()},
    **{f"limit and a byte with {kind}": (filled(LIMIT + 1, v=value), "item-too-large") for kind, value in SIZES.items()},
}

# Where a server does not do as DynamoDB's documentation says.
DEVIATIONS = {
    # It counts the characters of keys and strings, not their bytes.
    ("dynalite", "partition key of 2049 bytes"): False,
    ("dynalite", "limit and a byte with string"): False,
    # It looks at no exponent of a zero.
    ("dynalite", "zero with a large exponent"): False,
    # Of the keys of indexes it judges the type alone, not the length nor whether there is anything in them.
    ("dynalite", "index key empty"): False,
    ("dynalite", "index key of 2049 bytes"): False,
    ("dynalite", "index sort key of 1025 bytes"): False,
    # It knows no limit of nesting at these levels and none of attribute names.
    ("dynalite", "33 levels"): False,
    ("dynalite", "a string at level 33"): False,
    ("dynalite", "name of 65536 bytes"): False,
    ("dynalite", "empty name"): False,
    # The service takes the word in quotes for the flag. In a file it is more likely a slip of a converter, so the check refuses it.
    ("local", "flag in quotes"): False,
    # It takes any text for a BOOL, and no sign but minus for a number.
    ("dynalite", "flag in quotes"): False,
    ("dynalite", "plus sign"): True,
}


class Check(LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not have_dynalite():
            skip("dynalite is not there (scripts/test-tools)")
        cls.dynalite = Dynalite()
        cls.addClassCleanup(cls.dynalite.close)
        cls.folder = tempfile.mkdtemp(prefix="davit-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)

    def findings(self):
        path = os.path.join(self.folder, "items.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.write('{"Item":{"pk":{"S":"first"},"sk":{"N":"0"}}}\n')
            # All have one key; the duplicates are no matter here.
            file.writelines(json.dumps({"Item": item}) + "\n" for item, _ in CASES.values())
        command = [self.DAVIT, "table", "check", path, "--key", "[pk, sk:N]", "--index", "[tag, day]", "--format", "dynamodb-json", "-o", "jsonl"]
        finished = subprocess.run(command, env=scrubbed_environment(), capture_output=True, text=True, timeout=60)
        self.assertEqual(finished.returncode, 1, finished.stderr)
        found = {finding["line"]: finding["reason"] for finding in map(json.loads, finished.stdout.splitlines())}
        return {name: found.get(at) for at, name in enumerate(CASES, start=2)}

    def test_reasons(self):
        found = self.findings()
        for name, (_, reason) in CASES.items():
            with self.subTest(name):
                self.assertEqual(None if found[name] == "item-duplicate" else found[name], reason)

    def test_servers_agree(self):
        import boto3
        import botocore.config
        import botocore.exceptions

        for server, endpoint in (("local", self.aws.endpoint), ("dynalite", self.dynalite.endpoint)):
            client = boto3.client(
                "dynamodb", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
                config=botocore.config.Config(parameter_validation=False, retries={"total_max_attempts": 1}),
            )  # fmt: skip
            # The client would decode what it takes for base64 and encode it again.
            client.meta.events.register("before-call.dynamodb.PutItem", put_as_it_is)
            definitions = [{"AttributeName": name, "AttributeType": kind} for name, kind in (("pk", "S"), ("sk", "N"), ("tag", "S"), ("day", "S"))]
            key = lambda hash_key, range_key: [{"AttributeName": hash_key, "KeyType": "HASH"}, {"AttributeName": range_key, "KeyType": "RANGE"}]  # noqa: E731
            indexes = [
                {"IndexName": "by-day", "KeySchema": key("tag", "day"), "Projection": {"ProjectionType": "ALL"}},
                {"IndexName": "by-tag", "KeySchema": key("tag", "day")[:1], "Projection": {"ProjectionType": "ALL"}},
            ]
            client.create_table(
                TableName="items", AttributeDefinitions=definitions, KeySchema=key("pk", "sk"), BillingMode="PAY_PER_REQUEST", GlobalSecondaryIndexes=indexes
            )
            client.get_waiter("table_exists").wait(TableName="items", WaiterConfig={"Delay": 0.1, "MaxAttempts": 100})
            for name, (item, reason) in CASES.items():
                with self.subTest(name, server=server):
                    put_as_it_is.item = item
                    try:
                        client.put_item(TableName="items", Item={})
                        refused = None
                    except botocore.exceptions.ClientError as error:
                        refused = error.response["Error"]
                    expected = DEVIATIONS.get((server, name), reason is not None)
                    self.assertEqual(refused is not None, expected, refused)


def put_as_it_is(params, **_):
    params["body"] = json.dumps({"TableName": "items", "Item": put_as_it_is.item}).encode()


if __name__ == "__main__":
    use_tools()
    main()
