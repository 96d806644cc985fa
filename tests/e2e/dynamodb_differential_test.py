# SPDX-License-Identifier: Apache-2.0
"""The local DynamoDB beside dynalite, whose behaviour was recorded from the real service: thousands of generated requests, right and wrong,
get the same status, error, message and answer from both, except where dynamodb_differences.py says why the local one is right."""
import collections
import http.client
import itertools
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from dynamodb_differences import Exchange, explanation
from dynamodb_endpoint import Endpoint
from dynamodb_requests import KEYS, TABLES, Requests
from local_aws import TOOLS, LocalAws, scrubbed_environment, skip

DAVIT = os.path.abspath(sys.argv.pop(1))
COUNT = int(os.environ.get("DAVIT_DIFFERENTIAL_COUNT", "2400"))
SEED = int(os.environ.get("DAVIT_DIFFERENTIAL_SEED", "1"))
DYNALITE = os.path.join(TOOLS, "node", "node_modules", "dynalite", "cli.js")
if not TOOLS or not os.path.exists(DYNALITE):
    skip("dynalite is not installed (scripts/test-tools)")


def free_port():
    """dynalite takes 0 for its default, where only one can listen."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Dynalite(Endpoint):
    """dynalite, started again with what it has stored when a request has ended it."""

    def __init__(self, folder):
        self.folder = folder
        self.start()

    def start(self):
        log = os.path.join(self.folder, "dynalite.log")
        command = ["node", DYNALITE, "--host", "127.0.0.1", "--port", free_port(), "--path", os.path.join(self.folder, "data"), "--createTableMs", "10", "--deleteTableMs", "10"]
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
        self.process.kill()
        self.process.wait()
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


def unordered(items, request):
    """An index keeps no promise about the order of items whose keys are equal."""
    sort = {"by-g": "l", "by-l": "l"}.get(request.get("IndexName"))
    if not sort or not all(sort in item for item in items):
        return sorted_items(items)
    groups = itertools.groupby(items, key=lambda item: item[sort])
    return [item for _, group in groups for item in sorted_items(group)]


def outcome(operation, request, status, body):
    """What is compared: status, error code, message, body."""
    if status != 200:
        message = body.get("message") or body.get("Message") or ""
        message = re.sub(r"keys: \{(.*)\}$", lambda found: "keys: {" + ", ".join(sorted(found.group(1).split(", "))) + "}", message)
        return status, body.get("__type", "").split("#")[-1], message, None
    body = canonical(body)
    if operation == "Scan" and "Items" in body:
        body["Items"] = sorted_items(body["Items"])
    if operation == "Query" and "Items" in body and "IndexName" in request:
        body["Items"] = unordered(body["Items"], request)
    if operation == "BatchGetItem":
        body["Responses"] = {table: sorted_items(items) for table, items in body["Responses"].items()}
    if isinstance(body.get("ConsumedCapacity"), list):
        body["ConsumedCapacity"] = sorted(body["ConsumedCapacity"], key=lambda capacity: capacity["TableName"])
    if operation == "CreateTable":
        body = {"TableName": body["TableDescription"]["TableName"]}
    return status, "", "", body


def shown(answer):
    status, code, message, body = answer
    return f"200 {json.dumps(body, sort_keys=True)}" if status == 200 else f"{status} {code}: {message}"


class Differential(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.local = LocalAws(DAVIT)
        cls.addClassCleanup(cls.local.close)
        cls.endpoints = [Endpoint(cls.local.document["endpoint"]), Dynalite(cls.folder.name)]
        for name, definition in TABLES.items():
            cls.both("CreateTable", {"TableName": name, "BillingMode": "PAY_PER_REQUEST", **definition})
        for name in TABLES:
            cls.wait_for(name)

    @classmethod
    def tearDownClass(cls):
        for endpoint in cls.endpoints:
            endpoint.close()
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
        if operation in ("PutItem", "UpdateItem", "DeleteItem"):
            writes.append((request.get("TableName"), request.get("Item") or request.get("Key")))
        elif operation == "BatchWriteItem" and isinstance(request.get("RequestItems"), dict):
            for table, entries in request["RequestItems"].items():
                entries = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
                writes += [(table, content) for entry in entries for write in entry.values() if isinstance(write, dict) for content in write.values()]
        for table, item in writes:
            if isinstance(table, str) and table in KEYS and isinstance(item, dict):
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
            ours, theirs = (outcome(operation, request, *answer) for answer in answers)
            if operation == "CreateTable" and 200 in (ours[0], theirs[0]):
                time.sleep(0.25)
                self.both("DeleteTable", {"TableName": request["TableName"]})
                time.sleep(0.25)
            self.forget_what_only_removals_made(operation, request)
            if ours == theirs:
                continue
            self.forget(operation, request)
            reason = explanation(Exchange(operation, request, ours, theirs, lambda other: outcome(operation, other, *self.endpoints[0].call(operation, other))))
            if reason:
                explained[reason] += 1
            else:
                unexplained.append(f"{operation} {json.dumps(request)}\n  local:    {shown(ours)}\n  dynalite: {shown(theirs)}")
        print(f"{COUNT} requests (seed {SEED}): {len(unexplained)} unexplained differences, {sum(explained.values())} explained")
        for why, count in explained.most_common():
            print(f"  {count:4} {why}")
        self.assertEqual([], unexplained, "\n".join(unexplained[: int(os.environ.get("DAVIT_DIFFERENTIAL_SHOW", "20"))]))


if __name__ == "__main__":
    unittest.main()
