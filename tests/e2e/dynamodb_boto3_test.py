# SPDX-License-Identifier: Apache-2.0
"""boto3 as handlers and seeds use it against the local DynamoDB, and the requests that boto3 would not send."""
import concurrent.futures
import decimal
import os
import signal
import sys
import threading
import time
import unittest
import urllib.request

from local_aws import LocalAws, LocalAwsCase, main, use_tools

use_tools()
import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.exceptions
from boto3.dynamodb.conditions import Attr, Key


def table(name, mode="PAY_PER_REQUEST"):
    units = {} if mode == "PAY_PER_REQUEST" else {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}
    return {
        "TableName": name,
        "BillingMode": mode,
        **units,
        "AttributeDefinitions": [{"AttributeName": attribute, "AttributeType": kind} for attribute, kind in (("pk", "S"), ("sk", "N"), ("owner", "S"), ("at", "N"))],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "LocalSecondaryIndexes": [{"IndexName": "by-time", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
                                   "Projection": {"ProjectionType": "KEYS_ONLY"}}],
        "GlobalSecondaryIndexes": [{"IndexName": "by-owner", "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
                                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]}, **units}],
    }


class Tour(LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.aws.client("dynamodb")
        cls.resource = boto3.resource("dynamodb", endpoint_url=cls.aws.endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        cls.client.create_table(**table("orders"))
        cls.client.get_waiter("table_exists").wait(TableName="orders", WaiterConfig={"Delay": 1, "MaxAttempts": 5})
        cls.orders = cls.resource.Table("orders")

    def raw(self, body, target="DynamoDB_20120810.PutItem", content_type="application/x-amz-json-1.0"):
        """One signed request as it is: status and body."""
        headers = {"Content-Type": content_type, **({"X-Amz-Target": target} if target else {})}
        request = botocore.awsrequest.AWSRequest("POST", self.aws.endpoint + "/", headers=headers, data=body)
        botocore.auth.SigV4Auth(botocore.credentials.Credentials("test", "test"), "dynamodb", "us-east-1").add_auth(request)
        try:
            with urllib.request.urlopen(urllib.request.Request(request.url, request.data, dict(request.headers), method="POST"), timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def test_five_tables_at_a_time_in_both_billing_modes(self):
        names = [f"mode-{number}" for number in range(10)]
        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            list(pool.map(lambda name: self.client.create_table(**table(name, "PROVISIONED" if int(name[-1]) % 2 else "PAY_PER_REQUEST")), names))
        for name in names:
            self.client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 3})
            described = self.client.describe_table(TableName=name)["Table"]
            self.assertEqual(["ACTIVE", "ACTIVE"], [described["TableStatus"], described["GlobalSecondaryIndexes"][0]["IndexStatus"]])
            self.assertEqual("DELETING", self.client.delete_table(TableName=name)["TableDescription"]["TableStatus"])

    def test_all_types_come_back(self):
        item = {"pk": "types", "sk": 1, "number": decimal.Decimal("12345678901234567890123456789012345678"), "binary": b"\x00\xff", "none": None, "yes": True,
                "strings": {"a", "é"}, "numbers": {decimal.Decimal("1"), decimal.Decimal("2.5")}, "binaries": {b"a", b"b"}, "list": [1, [], {"x": ""}], "map": {"": {}}}
        self.orders.put_item(Item=item)
        got = self.orders.get_item(Key={"pk": "types", "sk": 1}, ConsistentRead=True)["Item"]
        self.assertEqual(item, {**got, "binary": got["binary"].value, "binaries": {value.value for value in got["binaries"]}})

    def test_writes_pages_and_indexes(self):
        with self.orders.batch_writer(overwrite_by_pkeys=["pk", "sk"]) as batch:
            for number in range(120):
                batch.put_item(Item={"pk": "p", "sk": number, "owner": f"o{number % 3}", "at": 1000 - number, "title": f"t{number}", "hidden": number})
        pages = list(self.client.get_paginator("query").paginate(TableName="orders", KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "p"}},
                                                                 PaginationConfig={"PageSize": 50}))
        self.assertEqual([50, 50, 20], [page["Count"] for page in pages])
        owned = self.orders.query(IndexName="by-owner", KeyConditionExpression=Key("owner").eq("o1") & Key("at").between(900, 1000), ScanIndexForward=False)["Items"]
        self.assertEqual([number for number in range(101) if number % 3 == 1], [int(item["sk"]) for item in owned])
        self.assertEqual({"pk", "sk", "owner", "at", "title"}, set(owned[0]))
        local = self.orders.query(IndexName="by-time", KeyConditionExpression=Key("pk").eq("p"), Select="ALL_ATTRIBUTES", Limit=1)["Items"]
        self.assertEqual((119, 119), (local[0]["sk"], local[0]["hidden"]))
        found = [item for segment in range(4) for item in self.orders.scan(Segment=segment, TotalSegments=4, FilterExpression=Attr("hidden").gte(100))["Items"]]
        self.assertEqual(20, len(found))

    def test_conditions_and_updates(self):
        key = {"pk": "c", "sk": 1}
        updated = self.orders.update_item(Key=key, UpdateExpression="SET stock = if_not_exists(stock, :ten) - :one ADD tags :t", ReturnValues="UPDATED_NEW",
                                          ExpressionAttributeValues={":ten": 10, ":one": 1, ":t": {"new"}})["Attributes"]
        self.assertEqual({"stock": 9, "tags": {"new"}}, updated)
        with self.assertRaises(self.client.exceptions.ConditionalCheckFailedException) as caught:
            self.orders.put_item(Item=key, ConditionExpression=Attr("pk").not_exists(), ReturnValuesOnConditionCheckFailure="ALL_OLD")
        self.assertEqual({"N": "9"}, caught.exception.response["Item"]["stock"])

    def test_index_is_filled_and_goes(self):
        self.client.create_table(TableName="grows", BillingMode="PAY_PER_REQUEST", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                                 KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
        self.client.get_waiter("table_exists").wait(TableName="grows", WaiterConfig={"Delay": 1, "MaxAttempts": 3})
        self.client.put_item(TableName="grows", Item={"id": {"S": "a"}, "kind": {"S": "x"}})
        create = {"IndexName": "by-kind", "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
        kinds = [{"AttributeName": "kind", "AttributeType": "S"}]
        code, message, _ = self.refused(self.client.update_table, TableName="grows", AttributeDefinitions=kinds,
                                        GlobalSecondaryIndexUpdates=[{"Create": create}, {"Create": {**create, "IndexName": "another"}}])
        self.assertEqual("LimitExceededException", code, message)
        self.client.update_table(TableName="grows", AttributeDefinitions=kinds, GlobalSecondaryIndexUpdates=[{"Create": create}])
        self.client.get_waiter("table_exists").wait(TableName="grows", WaiterConfig={"Delay": 1, "MaxAttempts": 3})
        self.assertEqual(1, self.client.scan(TableName="grows", IndexName="by-kind")["Count"])
        self.client.update_table(TableName="grows", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-kind"}}])

    def test_what_comes_later_is_refused_by_name(self):
        code, message, status = self.refused(self.client.transact_get_items, TransactItems=[{"Get": {"TableName": "orders", "Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}}}])
        self.assertEqual(("UnknownOperationException", 400), (code, status))
        self.assertIn("TransactGetItems", message)

    def test_other_protocols_and_targets(self):
        status, body = self.raw(b"{}", content_type="application/x-amz-json-1.1")
        self.assertEqual((404, b"<UnknownOperationException/>\n"), (status, body))
        for target in ("DynamoDB_20120810.Nonsense", "Nonsense.PutItem", None):
            with self.subTest(target=target):
                status, body = self.raw(b"{}", target=target)
                self.assertIn(b"UnknownOperationException", body)
                self.assertEqual(400 if target and target.startswith("Dynamo") else status, status)

    def test_bodies_that_are_no_requests(self):
        for body in (b"", b"[]", b"7", b"\"text\"", b"null", b"{", b"}{", b"{\"TableName\":", b"\xff\xfe", b"{" * 10_000 + b"}" * 9_999):
            with self.subTest(body=body[:20]):
                status, answer = self.raw(body)
                self.assertEqual(400, status)
                self.assertRegex(answer, b"SerializationException|ValidationException")

    def test_absurd_depth_neither_crashes_nor_hangs(self):
        deep = b'{"":' * 200_000 + b"{}" + b"}" * 200_000
        self.assertEqual(400, self.raw(b'{"TableName":"orders","Item":{"pk":{"S":"x"},"sk":{"N":"1"},"a":' + deep + b"}}")[0])
        for condition in ("(" * 4096, "(" * 2046 + "a<b" + ")" * 2046, "not " * 1000 + "a<b", "a < " + "size(" * 680 + "b" + ")" * 680, "(" * 20_000 + "a<b" + ")" * 20_000):
            code, message, _ = self.refused(self.client.put_item, TableName="orders", Item={"pk": {"S": "x"}, "sk": {"N": "1"}}, ConditionExpression=condition)
            self.assertEqual("ValidationException", code)
            self.assertIn("Invalid ConditionExpression", message)
        self.assertIn("orders", self.client.list_tables()["TableNames"])


class KilledWhileWriting(unittest.TestCase):
    def test_no_acknowledged_write_is_lost(self):
        """Eight clients write until the process is killed in the middle; what was acknowledged is there when it starts again."""
        aws = LocalAws(LocalAwsCase.DAVIT)
        self.addCleanup(aws.close)
        aws.client("dynamodb").create_table(**table("orders"))
        aws.client("dynamodb").get_waiter("table_exists").wait(TableName="orders", WaiterConfig={"Delay": 1, "MaxAttempts": 5})
        acknowledged, stop = [], threading.Event()

        def write(writer):
            client = aws.client("dynamodb")
            for number in range(100_000):
                try:
                    client.put_item(TableName="orders", Item={"pk": {"S": f"w{writer}"}, "sk": {"N": str(number)}, "owner": {"S": "o"}, "at": {"N": str(number)}})
                except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError):
                    return
                acknowledged.append((f"w{writer}", str(number)))
                if stop.is_set():
                    return

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            running = [pool.submit(write, writer) for writer in range(8)]
            deadline = time.monotonic() + 30
            while len(acknowledged) < 400 and time.monotonic() < deadline:
                time.sleep(0.01)
            os.kill(aws.document["pid"], signal.SIGKILL)
            stop.set()
            for done in running:
                done.result()
        self.assertGreaterEqual(len(acknowledged), 400)
        aws.up()
        client = aws.client("dynamodb")
        for index in (None, "by-owner", "by-time"):
            pages = client.get_paginator("scan").paginate(TableName="orders", **({"IndexName": index} if index else {}))
            there = {(item["pk"]["S"], item["sk"]["N"]) for page in pages for item in page["Items"]}
            self.assertEqual(set(), set(acknowledged) - there, index)


if __name__ == "__main__":
    main()
