# SPDX-License-Identifier: Apache-2.0
"""Transactions and PartiQL of the local DynamoDB beside DynamoDB Local, AWS's own emulator: generated requests, right and wrong, get the same
answer from both, except where a rule below says why the service answers as the local one does."""
import collections
import glob
import json
import os
import random
import re
import shutil
import sys
import unittest

import table_servers
from dynamodb_endpoint import Endpoint
from local_aws import TOOLS, LocalAws

DAVIT = os.path.abspath(sys.argv.pop(1))
COUNT = int(os.environ.get("DAVIT_DIFFERENTIAL_COUNT", "700"))
SEED = int(os.environ.get("DAVIT_DIFFERENTIAL_SEED", "1"))
LIBRARY = os.path.join(TOOLS, "dynamodb-local", "lib")
if not TOOLS or not glob.glob(os.path.join(LIBRARY, "DynamoDBLocal-*.jar")) or not shutil.which("java"):
    print("SKIP: DynamoDB Local is not installed (scripts/test-tools, with Java 17 and Maven)")
    sys.exit(77)

API = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
RECORDED = "https://github.com/paritysuite/dynamodb-conformance"  # answers of the service itself, 2026
MALFORMED = "Statement wasn't well formed, can't be processed: "


class DynamoDbLocal(table_servers.Server):
    def __init__(self):
        launcher = os.path.join(os.path.dirname(os.path.abspath(__file__)), "DynamoDbLocal.java")
        super().__init__(shutil.which("java"), f"-Djava.library.path={LIBRARY}", "-cp", f"{LIBRARY}/*", launcher, "-inMemory", "-disableTelemetry", "-port", "PORT")


class Requests:
    """Statements and transactions on two small tables."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, choices):
        return self.random.choice(choices)

    def chance(self, part):
        return self.random.random() < part

    def either(self, right, wrong, part=0.2):
        """Something right, or something wrong: once in a request, for which of two faults is told first is not compared."""
        if not self.may_be_wrong or not self.chance(part):
            return self.pick(right)
        self.may_be_wrong = False
        return self.pick(wrong)

    def value(self):
        right = ["1", "2", "-3.50", "1e2", "'a'", "'it''s'", "''", "true", "null", "[1, 'a']", "{'k': 1}", "<<'a', 'b'>>", "<<1, 2>>"]
        return self.either(right, ["<<>>", "<<1, 'a'>>", "MISSING", "1e126", "size(a)"])

    def simple(self):
        return self.pick(["1", "2", "'a'", "'b'", "3"])

    def condition(self):
        attribute = self.pick(["a", "b", "c.k", "c.l[0]", "absent"])
        return self.either(
            [
                f"{attribute} {self.pick(['=', '<>', '<', '<=', '>', '>=', '!='])} {self.simple()}",
                f"{attribute} BETWEEN 1 AND {self.pick([1, 2, 3])}",
                f"{attribute} IN [{self.simple()}, {self.simple()}]",
                f"begins_with({attribute}, 'a')",
                f"contains({attribute}, {self.simple()})",
                f"size({attribute}) > 1",
                f"attribute_type({attribute}, '{self.pick(['S', 'N'])}')",
                f"{attribute} IS {self.pick(['MISSING', 'NOT MISSING', 'NULL', 'NOT NULL', 'NUMERIC', 'STRING', 'BOOLEAN', 'LIST'])}",
                f"NOT {attribute} = {self.simple()}",
                f"({attribute} = 1 OR b = {self.simple()})",
            ],
            [
                f"{attribute} IN []",
                f"{attribute} BETWEEN 'b' AND 'a'",
                f"{attribute} IS INT",
                f"{attribute} LIKE 'a'",
                f"{attribute} + 1 = 2",
                f"nonsense({attribute})",
                attribute,
            ]
        )

    def key(self, table):
        identity = self.pick(["x", "y", "z"])
        if table == "hash":
            return self.either([f"id = '{identity}'"], ["id = 5", "id = ''", f"id > '{identity}'", f"id = '{identity}' AND id = 'x'"])
        return self.either([f"id = '{identity}' AND n = {self.pick([1, 2, 3])}"], [f"id = '{identity}'", "id = 'x' AND n = 'a'", "n = 1"])

    def table(self):
        return self.either(["hash", "both", '"hash"'], ["none", "ab", "hash.idx", "hash h"], 0.1)

    def shape(self, table):
        return "both" if "both" in table else "hash"

    def where(self, table):
        return self.key(self.shape(table)) + (f" AND {self.condition()}" if self.chance(0.3) else "")

    def returning(self, deletes=False):
        right = ["", " RETURNING ALL OLD *"] if deletes else ["", " RETURNING ALL NEW *", " RETURNING MODIFIED OLD *"]
        return self.either(right, [" RETURNING ALL NEW a"] + ([" RETURNING MODIFIED NEW *"] if deletes else []), 0.1)

    def insert(self, table):
        key = f"'id': '{self.pick(['x', 'y', 'z'])}'" + (f", 'n': {self.pick([1, 2, 3])}" if self.shape(table) == "both" else "")
        more = ", ".join(f"'{name}': {self.value()}" for name in self.random.sample(["a", "b", "c"], self.random.randint(0, 2)))
        return f"INSERT INTO {table} VALUE {{{key}{', ' if more else ''}{more}}}"

    def update(self, table):
        operand = lambda: self.either([self.value(), "if_not_exists(a, 5) + 1", "if_not_exists(a, 1)", "list_append(a, [1])"], ["a * 2", "other(a)", "a + 'b'"])
        sets = " ".join(self.pick([f"SET {name} = {operand()}", f"REMOVE {name}"]) for name in self.random.sample(["a", "b", "c.k"], self.random.randint(1, 2)))
        return f"UPDATE {table} {sets} WHERE {self.where(table)}{self.returning()}"

    def delete(self, table):
        return f"DELETE FROM {table} WHERE {self.where(table)}{self.returning(True)}"

    def select(self, table):
        shown = self.either(["*", "*", "a", "a, b", "c.k", "id, c.l[0]"], ["a, a", "a AS x", "count(*)"], 0.1)
        where = self.pick(["", f" WHERE {self.where(table)}", f" WHERE {self.condition()}", f" WHERE id IN ['x', 'z'] AND {self.condition()}", " WHERE id = 'x' OR id = 'y'"])
        order = self.either([""], [" ORDER BY a", " LIMIT 1"], 0.05)
        return f"SELECT {shown} FROM {table}{where}{order}"

    def statement(self):
        return self.pick([self.insert, self.insert, self.update, self.update, self.delete, self.select, self.select, self.select])(self.table())

    def action(self):
        table = self.either(["hash", "both"], ["none"], 0.05)
        key = {"id": {"S": self.pick(["x", "y", "z"])}, **({"n": {"N": self.pick(["1", "2"])}} if table == "both" else {})}
        key = self.either([key], [{}, {"id": {"N": "1"}}, {"id": {"S": ""}}], 0.08)
        condition = {"ConditionExpression": self.either(["attribute_exists(id)", "attribute_not_exists(a)", "a = :v"], ["a = "], 0.1)} if self.chance(0.5) else {}
        values = {"ExpressionAttributeValues": {":v": {"N": "1"}}} if ":v" in condition.get("ConditionExpression", "") else {}
        common = {"TableName": table, **condition, **values}
        kind = self.pick(["Put", "Put", "Update", "Delete", "ConditionCheck"])
        if kind == "Put":
            return {kind: {**common, "Item": {**key, "a": {"N": "1"}}}}
        if kind == "Update":
            return {kind: {**common, "Key": key, "UpdateExpression": "SET a = :w", "ExpressionAttributeValues": {**values.get("ExpressionAttributeValues", {}), ":w": {"N": "2"}}}}
        return {kind: {"ConditionExpression": "attribute_exists(id)", **common, "Key": key} if kind == "ConditionCheck" else {**common, "Key": key}}

    def request(self):
        self.may_be_wrong = True
        form = self.random.random()
        if form < 0.6:
            return "ExecuteStatement", {"Statement": self.statement()}
        if form < 0.85:
            return "TransactWriteItems", {"TransactItems": [self.action() for _ in range(self.random.randint(1, 3))], "ReturnConsumedCapacity": "TOTAL"}
        keys = [{"id": {"S": self.pick(["x", "y", "w"])}} for _ in range(self.random.randint(1, 2))]
        return "TransactGetItems", {"TransactItems": [{"Get": {"TableName": "hash", "Key": key, **self.pick([{}, {"ProjectionExpression": "a"}])}} for key in keys]}


def canonical(value):
    if isinstance(value, dict):
        return {name: sorted(child) if name in ("SS", "NS") else canonical(child) for name, child in value.items() if name not in ("ConsumedCapacity", "LastEvaluatedKey")}
    return [canonical(child) for child in value] if isinstance(value, list) else value


def outcome(request, status, body):
    if status != 200:
        reasons = [(reason.get("Code"), reason.get("Message")) for reason in body.get("CancellationReasons") or []]
        return status, body.get("__type", "").split("#")[-1], body.get("message") or body.get("Message") or "", reasons
    body = canonical(body)
    if "Items" in body and "ORDER BY" not in request.get("Statement", ""):
        body["Items"].sort(key=lambda item: json.dumps(item, sort_keys=True))
    return status, "", "", body


def without_place(message):
    return re.sub(r" at \d+:\d+:\d+$", "", message)


def without_last_zeros(value):
    if isinstance(value, (list, tuple)):
        return type(value)(map(without_last_zeros, value))
    if not isinstance(value, dict):
        return value
    if list(value) == ["N"] and "." in value["N"]:
        return {"N": value["N"].rstrip("0").rstrip(".")}
    return {name: without_last_zeros(member) for name, member in value.items()}


# Each rule: what the service says, where that is written, and whether it is this difference. Both answers are (status, code, message, rest).
RULES = [
    ("what cannot be parsed is told by its kind", RECORDED, lambda r, ours, theirs: ours[2].startswith(MALFORMED) and theirs[2].startswith(MALFORMED)),
    (
        "messages about a function or a value tell where it stands, but for empty bags",
        RECORDED,
        lambda r, ours, theirs: ours[:2] == theirs[:2] and ours[2] != theirs[2] and without_place(ours[2]) == without_place(theirs[2]),
    ),
    ("an item that is there already has an exception of its own", API + "API_ExecuteStatement.html", lambda r, ours, theirs: ours[1] == "DuplicateItemException" and theirs[1] == "DuplicateItem"),
    ("the failed check of a transaction is told like any other failed condition", RECORDED, lambda r, ours, theirs: ours[1] == theirs[1] == "TransactionCanceledException" and str(ours[3]) == str(theirs[3]).replace("request failed.", "request failed")),
    ("a number that is out of range is told with the place of its literal", RECORDED, lambda r, ours, theirs: ours[2] == theirs[2] + " under root"),
    ("a table that is missing is told in the same words by every operation", RECORDED, lambda r, ours, theirs: ours[2] == "Requested resource not found" and ours[1] == theirs[1]),
    ("two actions on one item are refused before any condition is looked at", RECORDED, lambda r, ours, theirs: ours[2].endswith("cannot include multiple operations on one item")),
    ("a key that does not fit the table is the reason of its action", RECORDED, lambda r, ours, theirs: ours[1] == "TransactionCanceledException" and any(reason[0] == "ValidationError" for reason in ours[3])),
    (
        "of an operand and a path that do not fit the item, the operand is told",
        API + "API_UpdateItem.html",
        lambda r, ours, theirs: "c.k" in r[1].get("Statement", "") and theirs[2].startswith("The document path provided in the update expression is invalid")
        and ours[2] in ("The provided expression refers to an attribute that does not exist in the item", "An operand in the update expression has an incorrect data type"),
    ),
    ("a missing index is not named", RECORDED, lambda r, ours, theirs: ours[2] == "The table does not have the specified index" and theirs[2].startswith(ours[2] + ": ")),
    ("a number has no zeros at its end", GUIDE + "HowItWorks.NamingRulesDataTypes.html", lambda r, ours, theirs: ours == without_last_zeros(theirs)),
    ("DynamoDB Local breaks down where it orders what NOT chose", API + "API_ExecuteStatement.html", lambda r, ours, theirs: theirs[1] == "InternalFailure" and ours[0] == 400 and "ORDER BY" in r[1]["Statement"]),
    ("which actions share an item is known when all tables are", API + "API_TransactWriteItems.html", lambda r, ours, theirs: ours[1] == "ResourceNotFoundException" and "multiple operations on one item" in theirs[2]),
    ("an empty key is refused before any action runs", RECORDED, lambda r, ours, theirs: ours[1] == "ValidationException" and "cannot contain an empty string value" in ours[2]),
]


class Differential(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.local = LocalAws(DAVIT)
        cls.addClassCleanup(cls.local.close)
        cls.reference = DynamoDbLocal()
        cls.addClassCleanup(cls.reference.close)
        cls.endpoints = [Endpoint(cls.local.endpoint), Endpoint(cls.reference.endpoint)]
        for name, sort in (("hash", False), ("both", True)):
            keys = [{"AttributeName": "id", "KeyType": "HASH"}, *([{"AttributeName": "n", "KeyType": "RANGE"}] if sort else [])]
            types = [{"AttributeName": "id", "AttributeType": "S"}, *([{"AttributeName": "n", "AttributeType": "N"}] if sort else [])]
            cls.both("CreateTable", {"TableName": name, "BillingMode": "PAY_PER_REQUEST", "KeySchema": keys, "AttributeDefinitions": types})
            for endpoint in cls.endpoints:
                while endpoint.call("DescribeTable", {"TableName": name})[1]["Table"]["TableStatus"] != "ACTIVE":
                    pass

    @classmethod
    def tearDownClass(cls):
        for endpoint in cls.endpoints:
            endpoint.close()

    @classmethod
    def both(cls, operation, request):
        return [endpoint.call(operation, request) for endpoint in cls.endpoints]

    def make_equal(self):
        """After a write that only one of them took, both have what the local one has."""
        for table, names in (("hash", ("id",)), ("both", ("id", "n"))):
            ours, theirs = (endpoint.call("Scan", {"TableName": table})[1]["Items"] for endpoint in self.endpoints)
            for item in theirs:
                self.endpoints[1].call("DeleteItem", {"TableName": table, "Key": {name: item[name] for name in names}})
            for item in ours:
                self.endpoints[1].call("PutItem", {"TableName": table, "Item": item})

    def test_same_answers(self):
        requests = Requests(SEED)
        unexplained, explained = [], collections.Counter()
        for _ in range(COUNT):
            operation, request = requests.request()
            ours, theirs = (outcome(request, *answer) for answer in self.both(operation, request))
            if ours == theirs:
                continue
            if 200 in (ours[0], theirs[0]):
                self.make_equal()
            rule = next((f"{why} ({where})" for why, where, fits in RULES if fits((operation, request), ours, theirs)), None)
            if rule:
                explained[rule] += 1
            else:
                unexplained.append(f"{operation} {json.dumps(request)}\n  local:          {ours}\n  DynamoDB Local: {theirs}")
        print(f"{COUNT} requests (seed {SEED}): {len(unexplained)} unexplained differences, {sum(explained.values())} explained")
        for why, count in explained.most_common():
            print(f"  {count:4} {why}")
        self.assertEqual([], unexplained, "\n".join(unexplained[: int(os.environ.get("DAVIT_DIFFERENTIAL_SHOW", "20"))]))


if __name__ == "__main__":
    unittest.main()
