# SPDX-License-Identifier: Apache-2.0
"""DynamoDB of the local AWS through boto3's client and its resource: what programs do all day, and the errors that they catch."""
import decimal
import uuid

import local_aws

local_aws.use_tools()

import boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary


class Orders(local_aws.LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.aws.client("dynamodb")
        cls.resource = boto3.resource("dynamodb", endpoint_url=cls.aws.endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        cls.table = cls.resource.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "user", "AttributeType": "S"},
                {"AttributeName": "number", "AttributeType": "N"},
                {"AttributeName": "state", "AttributeType": "S"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-state",
                    "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["amount"]},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        cls.table.wait_until_exists(WaiterConfig={"Delay": 1})

    def setUp(self):
        self.user = str(uuid.uuid4())

    def key(self, number=1):
        return {"user": self.user, "number": number}

    def fill(self, count):
        with self.table.batch_writer() as batch:
            for number in range(count):
                batch.put_item(Item={**self.key(number), "state": f"{self.user}-{number % 2}", "amount": decimal.Decimal(number), "note": "n" * 50})

    def test_every_type_comes_back(self):
        item = {
            **self.key(),
            "text": "é☃ \U0001f600",
            "number-38": decimal.Decimal("3.1415926535897932384626433832795028841"),
            "small": decimal.Decimal("1E-130"),
            "bytes": Binary(bytes(range(256))),
            "yes": True,
            "nothing": None,
            "list": [decimal.Decimal(1), "a", [False]],
            "map": {"deep": {"er": decimal.Decimal("-0.5")}},
            "texts": {"a", "b"},
            "numbers": {decimal.Decimal(1), decimal.Decimal("2.5")},
            "blobs": {Binary(b"\x00"), Binary(b"\xff")},
            "empty": "",
        }
        self.table.put_item(Item=item)
        self.assertEqual(self.table.get_item(Key=self.key(), ConsistentRead=True)["Item"], item)
        self.assertNotIn("Item", self.table.get_item(Key=self.key(2)))

    def test_updates(self):
        self.table.put_item(Item={**self.key(), "tags": {"a"}, "steps": [1, 2, 3], "amount": 5})
        updated = self.table.update_item(
            Key=self.key(),
            UpdateExpression="SET amount = amount + :n, steps[1] = :two, history = list_append(if_not_exists(history, :none), :first) REMOVE steps[0] ADD tags :more, visits :n",
            ExpressionAttributeValues={":n": 2, ":two": "two", ":none": [], ":first": ["made"], ":more": {"b"}},
            ReturnValues="ALL_NEW",
        )
        self.assertEqual(
            updated["Attributes"], {**self.key(), "amount": 7, "steps": ["two", 3], "history": ["made"], "tags": {"a", "b"}, "visits": 2}
        )
        old = self.table.update_item(
            Key=self.key(), UpdateExpression="DELETE tags :less", ExpressionAttributeValues={":less": {"a"}}, ReturnValues="UPDATED_OLD"
        )
        self.assertEqual(old["Attributes"], {"tags": {"a", "b"}})
        self.assertEqual(self.table.delete_item(Key=self.key(), ReturnValues="ALL_OLD")["Attributes"]["tags"], {"b"})

    def test_conditions(self):
        self.table.put_item(Item={**self.key(), "state": "open", "amount": 5}, ConditionExpression=Attr("user").not_exists())
        for condition in (
            Attr("user").not_exists(),
            Attr("amount").gt(5),
            Attr("state").begins_with("x") | Attr("amount").between(6, 9),
            ~Attr("state").is_in(["open", "paid"]),
            Attr("state").size().lt(4),
            Attr("amount").attribute_type("S"),
            Attr("tags").contains("a") & Attr("amount").eq(5),
        ):
            code, message, status = self.refused(self.table.put_item, Item={**self.key(), "state": "lost"}, ConditionExpression=condition)
            self.assertEqual((code, message, status), ("ConditionalCheckFailedException", "The conditional request failed", 400))
        with self.assertRaises(self.client.exceptions.ConditionalCheckFailedException) as caught:
            self.client.delete_item(
                TableName="orders",
                Key={"user": {"S": self.user}, "number": {"N": "1"}},
                ConditionExpression="amount = :none",
                ExpressionAttributeValues={":none": {"N": "0"}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        self.assertEqual(caught.exception.response["Item"]["amount"], {"N": "5"})
        self.table.delete_item(Key=self.key(), ConditionExpression=Attr("amount").eq(5) & Attr("state").contains("pe"))

    def test_query_and_index(self):
        self.fill(20)
        mine = Key("user").eq(self.user)
        for condition, expected in (
            (mine, range(20)),
            (mine & Key("number").between(3, 5), range(3, 6)),
            (mine & Key("number").lt(2), range(2)),
            (mine & Key("number").gte(18), range(18, 20)),
        ):
            self.assertEqual([each["number"] for each in self.table.query(KeyConditionExpression=condition)["Items"]], list(expected))
        page = self.table.query(KeyConditionExpression=mine, FilterExpression=Attr("amount").gt(17), ProjectionExpression="#n", ExpressionAttributeNames={"#n": "number"})
        self.assertEqual((page["Items"], page["Count"], page["ScannedCount"]), ([{"number": 18}, {"number": 19}], 2, 20))
        odd = self.table.query(IndexName="by-state", KeyConditionExpression=Key("state").eq(f"{self.user}-1"), ScanIndexForward=False, Limit=2)
        self.assertEqual(odd["Items"], [{**self.key(n), "state": f"{self.user}-1", "amount": n} for n in (19, 17)])
        self.assertEqual(odd["LastEvaluatedKey"], {**self.key(17), "state": f"{self.user}-1"})
        self.assertEqual(self.table.query(KeyConditionExpression=mine, Select="COUNT")["Count"], 20)

    def test_pages(self):
        self.fill(30)
        names = {":u": {"S": self.user}}
        query = {"TableName": "orders", "KeyConditionExpression": "#u = :u", "ExpressionAttributeNames": {"#u": "user"}, "ExpressionAttributeValues": names}
        pages = list(self.client.get_paginator("query").paginate(**query, PaginationConfig={"PageSize": 7}))
        self.assertEqual([page["Count"] for page in pages], [7, 7, 7, 7, 2])
        cut = self.client.get_paginator("query").paginate(**query, PaginationConfig={"PageSize": 7, "MaxItems": 10}).build_full_result()
        rest = self.client.get_paginator("query").paginate(**query, PaginationConfig={"StartingToken": cut["NextToken"]}).build_full_result()
        self.assertEqual([int(each["number"]["N"]) for each in cut["Items"] + rest["Items"]], list(range(30)))
        scan = {"TableName": "orders", "FilterExpression": "#u = :u", "ExpressionAttributeNames": {"#u": "user"}, "ExpressionAttributeValues": names}
        numbers = []
        for segment in range(3):
            for page in self.client.get_paginator("scan").paginate(**scan, Segment=segment, TotalSegments=3, PaginationConfig={"PageSize": 4}):
                numbers += [int(each["number"]["N"]) for each in page["Items"]]
        self.assertEqual(sorted(numbers), list(range(30)))
        for number in range(3):
            self.client.create_table(
                TableName=f"page-{number}",
                KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "B"}],
                ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            )
        listed = [page["TableNames"] for page in self.client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2})]
        self.assertEqual(listed, [["orders", "page-0"], ["page-1", "page-2"]])

    def test_batches(self):
        self.fill(60)
        with self.table.batch_writer(overwrite_by_pkeys=["user", "number"]) as batch:
            for number in range(0, 60, 2):
                batch.delete_item(Key=self.key(number))
            batch.put_item(Item={**self.key(0), "note": "first"})
            batch.put_item(Item={**self.key(0), "note": "last"})
        keys = [self.key(number) for number in range(100)]
        found = self.resource.batch_get_item(RequestItems={"orders": {"Keys": keys, "ProjectionExpression": "#n, note", "ExpressionAttributeNames": {"#n": "number"}}})
        self.assertEqual(sorted(each["number"] for each in found["Responses"]["orders"]), [0, *range(1, 60, 2)])
        self.assertEqual((found["UnprocessedKeys"], self.table.get_item(Key=self.key(0))["Item"]["note"]), ({}, "last"))
        twice = {"orders": [{"PutRequest": {"Item": self.key()}}, {"DeleteRequest": {"Key": self.key()}}]}
        refusal = self.refused(self.resource.batch_write_item, RequestItems=twice)
        self.assertEqual(refusal[:2], ("ValidationException", "Provided list of item keys contains duplicates"))

    def test_errors(self):
        key = {"user": {"S": self.user}, "number": {"N": "1"}}
        for operation, arguments, code, part in (
            ("get_item", {"TableName": "none", "Key": key}, "ResourceNotFoundException", "Requested resource not found"),
            ("get_item", {"TableName": "orders", "Key": {"user": {"S": "x"}}}, "ValidationException", "The provided key element does not match the schema"),
            ("put_item", {"TableName": "orders", "Item": {"user": {"S": "x"}}}, "ValidationException", "Missing the key number in the item"),
            ("put_item", {"TableName": "orders", "Item": {"user": {"S": "x"}, "number": {"S": "1"}}}, "ValidationException", "Type mismatch for key number expected: N actual: S"),
            ("put_item", {"TableName": "orders", "Item": {**key, "note": {"S": "x" * 409600}}}, "ValidationException", "Item size has exceeded the maximum allowed size"),
            ("update_item", {"TableName": "orders", "Key": key, "UpdateExpression": "SET"}, "ValidationException", "Invalid UpdateExpression: Syntax error"),
            ("query", {"TableName": "orders", "KeyConditionExpression": "#n = :n", "ExpressionAttributeNames": {"#n": "number"}, "ExpressionAttributeValues": {":n": {"N": "1"}}}, "ValidationException", "Query condition missed key schema element: user"),
            ("create_table", {"TableName": "orders", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"}, "ResourceInUseException", "orders"),
            ("delete_table", {"TableName": "none"}, "ResourceNotFoundException", "none"),
        ):
            got, message, status = self.refused(getattr(self.client, operation), **arguments)
            self.assertEqual((got, status), (code, 400), (operation, message))
            self.assertIn(part, message)
            self.assertTrue(hasattr(self.client.exceptions, code) or code == "ValidationException")

    def test_wrong_secret(self):
        for key, secret, code in (("test", "wrong", "InvalidSignatureException"), ("AKIDUNKNOWN", "test", "UnrecognizedClientException")):
            refusal = self.refused(self.aws.client("dynamodb", key=key, secret=secret).list_tables)
            self.assertEqual((refusal[0], refusal[2]), (code, 400))

    def test_what_is_not_served_is_refused_by_name(self):
        code, message, _ = self.refused(self.client.list_global_tables)
        self.assertEqual(code, "UnknownOperationException")
        self.assertIn("ListGlobalTables", message)


if __name__ == "__main__":
    local_aws.main()
