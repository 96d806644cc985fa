# SPDX-License-Identifier: Apache-2.0
"""Tables of the local DynamoDB with their indexes, as boto3 makes, fills and reads them; and what of it outlives a killed process."""
import concurrent.futures
import os
import signal
import threading
import time
import unittest

from local_aws import LocalAws, LocalAwsCase, main, use_tools

use_tools()
import boto3
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


class Tables(LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.aws.client("dynamodb")
        cls.resource = boto3.resource("dynamodb", endpoint_url=cls.aws.endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        cls.client.create_table(**table("orders"))
        cls.client.get_waiter("table_exists").wait(TableName="orders", WaiterConfig={"Delay": 1, "MaxAttempts": 5})
        cls.orders = cls.resource.Table("orders")

    def test_five_tables_at_a_time_in_both_billing_modes(self):
        names = [f"mode-{number}" for number in range(10)]
        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            list(pool.map(lambda name: self.client.create_table(**table(name, "PROVISIONED" if int(name[-1]) % 2 else "PAY_PER_REQUEST")), names))
        for name in names:
            self.client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 3})
            described = self.client.describe_table(TableName=name)["Table"]
            self.assertEqual(["ACTIVE", "ACTIVE"], [described["TableStatus"], described["GlobalSecondaryIndexes"][0]["IndexStatus"]])
            self.assertEqual("DELETING", self.client.delete_table(TableName=name)["TableDescription"]["TableStatus"])

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
        begun = self.client.update_table(TableName="grows", AttributeDefinitions=kinds, GlobalSecondaryIndexUpdates=[{"Create": create}])
        self.assertEqual([("CREATING", False)], [(index["IndexStatus"], index["Backfilling"]) for index in begun["TableDescription"]["GlobalSecondaryIndexes"]])
        self.client.get_waiter("table_exists").wait(TableName="grows", WaiterConfig={"Delay": 1, "MaxAttempts": 3})
        self.assertEqual(1, self.client.scan(TableName="grows", IndexName="by-kind")["Count"])
        ended = self.client.update_table(TableName="grows", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-kind"}}])
        self.assertEqual([("DELETING", 1)], [(index["IndexStatus"], index["ItemCount"]) for index in ended["TableDescription"]["GlobalSecondaryIndexes"]])

    def test_streams_are_shown_and_not_served(self):
        specification = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        self.client.create_table(TableName="watched", BillingMode="PAY_PER_REQUEST", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                                 KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], StreamSpecification=specification)
        described = self.client.describe_table(TableName="watched")["Table"]
        self.assertEqual(specification, described["StreamSpecification"])
        streams = self.aws.client("dynamodbstreams")
        self.assertEqual(("UnknownOperationException", "DynamoDB Streams is not served by the local DynamoDB: a table shows its stream, but no records are kept", 400),
                         self.refused(streams.describe_stream, StreamArn=described["LatestStreamArn"]))


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
