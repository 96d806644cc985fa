# SPDX-License-Identifier: Apache-2.0
"""The local DynamoDB beside dynalite, whose behaviour was recorded from the real service: thousands of generated requests, right and wrong,
get the same status, error, message and answer from both, except where EXPLAINED says why the local one is right."""
import collections
import datetime
import hashlib
import hmac
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

from dynamodb_requests import KEYS, TABLES, Requests
from local_aws import TOOLS, LocalAws, scrubbed_environment, skip

DAVIT = os.path.abspath(sys.argv.pop(1))
COUNT = int(os.environ.get("DAVIT_DIFFERENTIAL_COUNT", "2400"))
SEED = int(os.environ.get("DAVIT_DIFFERENTIAL_SEED", "1"))
DYNALITE = os.path.join(TOOLS, "node", "node_modules", "dynalite", "cli.js")
if not TOOLS or not os.path.exists(DYNALITE):
    skip("dynalite is not installed (scripts/test-tools)")

API = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"

CAPTURES = "https://github.com/paritysuite/dynamodb-conformance/tree/main/captures"  # answers of the service itself, 2026

NEWER_WORDS = "1 validation error detected: "

# Differences that were looked into. Each: what it is, where AWS says so, the local answer, dynalite's answer, the operations.
EXPLAINED = [
    ("a syntax error names the token and what stands near; dynalite prints its parser's", GUIDE + "Expressions.OperatorsAndFunctions.html",
     r"Syntax error; token: ", r"Syntax error; Expected", "."),
    ("an ordering comparison with a constant that has no order is refused before any item is read", GUIDE + "Expressions.OperatorsAndFunctions.html",
     r"Incorrect operand type for operator or function; operator or function: (<|<=|>|>=|BETWEEN), operand type", r".", "."),
    ("UPDATED_OLD and UPDATED_NEW without attributes have no Attributes", API + "API_UpdateItem.html", r'^200 (?!.*"Attributes": \{)', r'"Attributes": \{\}', "UpdateItem"),
    ("writes are charged for the indexes that they change", API + "API_ConsumedCapacity.html", r'"ConsumedCapacity"', r'"ConsumedCapacity"', "Item"),
    ("a read that finds nothing costs the least there is", GUIDE + "CapacityUnitCalculations.html", r'"ScannedCount": 0', r'"CapacityUnits": 0.0', "Query|Scan"),
    ("ALL_PROJECTED_ATTRIBUTES needs an index, SPECIFIC_ATTRIBUTES a projection, and no other Select takes one", API + "API_Query.html",
     r"ALL_PROJECTED_ATTRIBUTES can be used only|Must specify the AttributesToGet|Cannot specify the ProjectionExpression", r".", "Query|Scan"),
    ("a name or value in use says so", API + "API_CreateTable.html", r"ResourceInUseException: Table already exists", r"ResourceInUseException: $", "CreateTable"),
    ("the length of a new table's name is a constraint like any other", CAPTURES, r"at 'tableName' failed to satisfy constraint",
     r"TableName must be at least 3 characters long", "CreateTable"),
    ("dynalite ends", API, r".", r"^599", "."),
    ("messages print structures as the service does", CAPTURES, r"KeySchemaElement\(", r"AttributeName", "CreateTable"),
    ("names of tables that exist are one character or longer, and an empty one is told first", API + "API_PutItem.html", r"[tT]ableName' failed", r"greater than or equal to 3", "."),
    ("ReturnValues has words of its own", CAPTURES, r"Failed to satisfy constraint: Member must satisfy enum value set: \[ALL_OLD", r"'returnValues'", "Item"),
    ("values without an expression", CAPTURES, r"can only be specified when using expressions$", r"can only be specified when using expressions: ", "Item"),
    ("an empty batch", CAPTURES, r"The requestItems parameter is required", r".", "Batch"),
    ("an empty key value", CAPTURES, r"One or more parameter values are not valid\.", r"One or more parameter values were invalid: The AttributeValue", "."),
    ("a global index answers only with what it holds", GUIDE + "GSI.html", r"does not project", r".", "Query|Scan"),
    ("NOT takes any condition, another NOT too", GUIDE + "Expressions.OperatorsAndFunctions.html", r".", r'Expected "\(" but "[Nn]" found', "."),
    ("a placeholder has a name", GUIDE + "Expressions.ExpressionAttributeValues.html", r'token: ":"', r"attribute value: :", "."),
    ("a projection that finds nothing", API + "API_GetItem.html", r".", r'^200 \{"Item": \{\}\}', "GetItem"),
]

def sign(method, url, headers, body, now):
    """Signature version 4 with the key pair test/test."""
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/us-east-1/dynamodb/aws4_request"
    headers = {**headers, "host": url.netloc, "x-amz-date": stamp}
    names = ";".join(sorted(headers))
    canonical = "\n".join([method, "/", "", *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names, hashlib.sha256(body).hexdigest()])
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4test"
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders={names}, Signature={signature}"
    return headers


class Endpoint:
    """One DynamoDB on loopback."""

    def __init__(self, url):
        self.url = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=60)

    def call(self, operation, request):
        body = json.dumps(request).encode()
        headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"DynamoDB_20120810.{operation}"}
        now = datetime.datetime.now(datetime.timezone.utc)
        self.connection.request("POST", "/", body, sign("POST", self.url, headers, body, now))
        response = self.connection.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text else None

    def close(self):
        self.connection.close()


class Dynalite(Endpoint):
    """dynalite, started again with what it has stored when a request has ended it."""

    def __init__(self, folder):
        self.folder = folder
        self.start()

    def start(self):
        log = os.path.join(self.folder, "dynalite.log")
        command = ["node", DYNALITE, "--host", "127.0.0.1", "--port", "0", "--path", os.path.join(self.folder, "data"), "--createTableMs", "10", "--deleteTableMs", "10"]
        with open(log, "w", encoding="utf-8") as out:
            environment = scrubbed_environment({"AWS_REGION": "us-east-1", "AWS_ACCOUNT_ID": "000000000000"})
            self.process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)
        for _ in range(400):
            with open(log, encoding="utf-8") as said:
                found = re.search(r"http://\S+?:(\d+)", said.read())
            if found:
                super().__init__(f"http://127.0.0.1:{found.group(1)}")
                return
            time.sleep(0.05)
        raise AssertionError("dynalite did not start")

    def call(self, operation, request):
        try:
            return super().call(operation, request)
        except (http.client.HTTPException, ConnectionError, TimeoutError):
            self.close()
            self.start()
            return 599, {"__type": "dynalite crashed"}

    def close(self):
        super().close()
        self.process.kill()
        self.process.wait()


def canonical(value):
    """Sets lose their order, and numbers their form."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, dict):
        return {name: sorted(child) if name in ("SS", "NS", "BS") and isinstance(child, list) else canonical(child) for name, child in value.items()}
    return [canonical(child) for child in value] if isinstance(value, list) else value


def sorted_items(items):
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))


def outcome(operation, index, status, body):
    """What is compared, as text."""
    if status != 200:
        message = body.get("message") or body.get("Message") or ""
        message = re.sub(r"keys: \{(.*)\}$", lambda found: "keys: {" + ", ".join(sorted(found.group(1).split(", "))) + "}", message)
        return f"{status} {body.get('__type', '').split('#')[-1]}: {message}"
    body = canonical(body)
    if (operation == "Scan" or index in ("keys-of-g", "by-g")) and "Items" in body:
        body["Items"] = sorted_items(body["Items"])
    if operation == "BatchGetItem":
        body["Responses"] = {table: sorted_items(items) for table, items in body["Responses"].items()}
    if isinstance(body.get("ConsumedCapacity"), list):
        body["ConsumedCapacity"] = sorted_items(body["ConsumedCapacity"])
    if operation == "CreateTable":
        body = {"TableName": body["TableDescription"]["TableName"]}
    return "200 " + json.dumps(body, sort_keys=True)


# An operand that is no value: dynalite takes two attributes that are not there for equal, and for neither less nor greater nor different.
TWO_ATTRIBUTES = re.compile(r"(?<![:\w])#?[a-z]\w*[^ (]*\)? (=|<>|<|<=|>|>=|IN|BETWEEN) \(?(size\()?#?[a-z]|contains\(|size\(| IN | BETWEEN ")


def explanation(operation, request, ours, theirs):
    if TWO_ATTRIBUTES.search(request) and {ours[:3], theirs[:3]} <= {"200", "400"} and "ValidationException: 1" not in ours + theirs:
        return "nothing is equal to an attribute that is not there, and everything differs from it: " + GUIDE + "Expressions.OperatorsAndFunctions.html"
    if ours.replace(NEWER_WORDS, "", 1) == theirs:
        return "today's service counts the complaints of writes: " + CAPTURES
    for why, source, mine, other, operations in EXPLAINED:
        if re.search(operations, operation) and re.search(mine, ours, re.S) and re.search(other, theirs, re.S):
            return f"{why}: {source}"
    return None


class Differential(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.local = LocalAws(DAVIT)
        cls.endpoints = [Endpoint(cls.local.document["endpoint"]), Dynalite(cls.folder.name)]
        for name, definition in TABLES.items():
            cls.both("CreateTable", {"TableName": name, "BillingMode": "PAY_PER_REQUEST", **definition})
        for name in TABLES:
            cls.wait_for(name)

    @classmethod
    def tearDownClass(cls):
        for endpoint in cls.endpoints:
            endpoint.close()
        cls.local.close()
        cls.folder.cleanup()

    @classmethod
    def both(cls, operation, request):
        return [endpoint.call(operation, request) for endpoint in cls.endpoints]

    @classmethod
    def wait_for(cls, name):
        for endpoint in cls.endpoints:
            while endpoint.call("DescribeTable", {"TableName": name})[1]["Table"]["TableStatus"] != "ACTIVE":
                time.sleep(0.05)

    def forget(self, operation, request):
        """After a write that only one of them took, neither has the item."""
        writes = []
        for table, requests in (request.get("RequestItems") or {}).items() if operation == "BatchWriteItem" else []:
            writes += [(table, (entry.get("PutRequest") or {}).get("Item") or (entry.get("DeleteRequest") or {}).get("Key")) for entry in requests]
        if operation in ("PutItem", "UpdateItem", "DeleteItem"):
            writes.append((request.get("TableName"), request.get("Item") or request.get("Key")))
        for table, item in writes:
            if table in KEYS and isinstance(item, dict):
                self.both("DeleteItem", {"TableName": table, "Key": {name: item[name] for name in KEYS[table] if name in item}})

    def forget_what_only_removals_made(self, operation, request):
        """dynalite makes an item of REMOVE and DELETE alone; the service does not."""
        if operation == "UpdateItem" and not re.search(r"\b(SET|ADD)\b", str(request.get("UpdateExpression"))):
            self.forget(operation, request)

    def test_same_answers(self):
        requests = Requests(SEED)
        unexplained = []
        explained = collections.Counter()
        for _ in range(COUNT):
            operation, request = requests.request()
            answers = self.both(operation, request)
            ours, theirs = (outcome(operation, request.get("IndexName"), *answer) for answer in answers)
            if operation == "CreateTable" and "200" in (ours[:3], theirs[:3]):
                time.sleep(0.25)
                self.both("DeleteTable", {"TableName": request["TableName"]})
                time.sleep(0.25)
            self.forget_what_only_removals_made(operation, request)
            if ours == theirs:
                continue
            self.forget(operation, request)
            reason = explanation(operation, json.dumps(request), ours, theirs)
            if reason:
                explained[reason] += 1
            else:
                unexplained.append(f"{operation} {json.dumps(request)}\n  local:    {ours}\n  dynalite: {theirs}")
        print(f"{COUNT} requests (seed {SEED}): {len(unexplained)} unexplained differences, {sum(explained.values())} explained")
        for why, count in explained.most_common():
            print(f"  {count:4} {why}")
        self.assertEqual([], unexplained, "\n".join(unexplained[: int(os.environ.get("DAVIT_DIFFERENTIAL_SHOW", "20"))]))


if __name__ == "__main__":
    unittest.main()
