# SPDX-License-Identifier: Apache-2.0
"""Transactions of the local DynamoDB through boto3: all or nothing, the reasons of a cancellation, idempotency tokens, capacity."""
import threading
import uuid

import local_aws

local_aws.use_tools()

CANCELLED = "Transaction cancelled, please refer cancellation reasons for specific reasons "


class Transactions(local_aws.LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.aws.client("dynamodb")
        cls.client.create_table(
            TableName="accounts",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "owner", "AttributeType": "S"}],
            GlobalSecondaryIndexes=[
                {"IndexName": "by-owner", "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        cls.client.create_table(
            TableName="entries",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "number", "AttributeType": "N"},
                {"AttributeName": "day", "AttributeType": "S"},
            ],
            LocalSecondaryIndexes=[
                {
                    "IndexName": "by-day",
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "day", "KeyType": "RANGE"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        for table in ("accounts", "entries"):
            cls.client.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1})

    def setUp(self):
        self.id = str(uuid.uuid4())

    def write(self, *actions, **more):
        return self.client.transact_write_items(TransactItems=list(actions), **more)

    def put(self, suffix="", table="accounts", **more):
        return {"Put": {"TableName": table, "Item": {"id": {"S": self.id + suffix}, "amount": {"N": "1"}}, **more}}

    def add(self, amount, suffix="", **more):
        return {
            "Update": {
                "TableName": "accounts",
                "Key": {"id": {"S": self.id + suffix}},
                "UpdateExpression": "ADD amount :n",
                "ExpressionAttributeValues": {":n": {"N": str(amount)}},
                **more,
            }
        }

    def check(self, condition, suffix="", **more):
        return {"ConditionCheck": {"TableName": "accounts", "Key": {"id": {"S": self.id + suffix}}, "ConditionExpression": condition, **more}}

    def amount(self, suffix=""):
        item = self.client.get_item(TableName="accounts", Key={"id": {"S": self.id + suffix}}, ConsistentRead=True).get("Item")
        return item and int(item["amount"]["N"])

    def cancelled(self, *actions, **more):
        with self.assertRaises(self.client.exceptions.TransactionCanceledException) as caught:
            self.write(*actions, **more)
        reasons = caught.exception.response["CancellationReasons"]
        codes = [reason["Code"] for reason in reasons]
        self.assertEqual(caught.exception.response["Error"]["Message"], f"{CANCELLED}[{', '.join(codes)}]")
        return reasons

    def invalid(self, *actions, **more):
        code, message, status = self.refused(self.write, *actions, **more)
        self.assertEqual((code, status), ("ValidationException", 400))
        return message

    def test_all_kinds_over_two_tables(self):
        self.client.put_item(TableName="accounts", Item={"id": {"S": self.id + "b"}, "amount": {"N": "5"}})
        entry = {"id": {"S": self.id}, "number": {"N": "1"}, "day": {"S": "monday"}}
        self.write(
            self.put("a"),
            self.add(-2, "b", ConditionExpression="amount >= :two", ExpressionAttributeValues={":n": {"N": "-2"}, ":two": {"N": "2"}}),
            self.check("attribute_not_exists(id)", "c"),
            {"Put": {"TableName": "entries", "Item": entry}},
        )
        self.assertEqual((self.amount("a"), self.amount("b"), self.amount("c")), (1, 3, None))
        self.write({"Delete": {"TableName": "entries", "Key": {"id": entry["id"], "number": {"N": "1.0"}}}})
        self.assertNotIn("Item", self.client.get_item(TableName="entries", Key={"id": entry["id"], "number": entry["number"]}))

    def test_cancelled_as_a_whole(self):
        self.write(self.put("a"), self.put("b"))
        reasons = self.cancelled(
            self.put("new"),
            self.put("a", ConditionExpression="attribute_not_exists(id)", ReturnValuesOnConditionCheckFailure="ALL_OLD"),
            self.check("amount > :n", "b", ExpressionAttributeValues={":n": {"N": "1"}}),
            self.add(1, "none", ConditionExpression="attribute_exists(id)", ReturnValuesOnConditionCheckFailure="ALL_OLD"),
        )
        failed = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
        old = {"id": {"S": self.id + "a"}, "amount": {"N": "1"}}
        self.assertEqual(reasons, [{"Code": "None"}, {**failed, "Item": old}, failed, failed])
        self.assertEqual((self.amount("new"), self.amount("none")), (None, None))

    def test_what_is_wrong_with_one_action_cancels(self):
        key = {"TableName": "accounts", "Key": {"id": {"N": "5"}}}
        update = {"UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"S": "x"}}}
        for action, message in (
            ({"Put": {"TableName": "accounts", "Item": {"id": {"N": "5"}}}}, "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"),
            ({"Put": {"TableName": "accounts", "Item": {"other": {"N": "5"}}}}, "One or more parameter values were invalid: Missing the key id in the item"),
            ({"Delete": key}, "The provided key element does not match the schema"),
            ({"Update": {**key, **update}}, "The provided key element does not match the schema"),
            ({"ConditionCheck": {**key, "ConditionExpression": "attribute_exists(id)"}}, "The provided key element does not match the schema"),
            (
                {"Put": {"TableName": "accounts", "Item": {"id": {"S": "x"}, "owner": {"N": "5"}}}},
                "One or more parameter values were invalid: Type mismatch for Index Key owner Expected: S Actual: N IndexName: by-owner",
            ),
            (
                self.add(1, UpdateExpression="SET amount = nothing + :n"),
                "The provided expression refers to an attribute that does not exist in the item",
            ),
        ):
            self.assertEqual(self.cancelled(self.put("innocent"), action), [{"Code": "None"}, {"Code": "ValidationError", "Message": message}])
        self.assertIsNone(self.amount("innocent"))

    def test_what_refuses_the_whole_request(self):
        empty = "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"
        missing = {"Put": {"TableName": "no-such-table", "Item": {"id": {"S": "x"}}}}
        self.assertEqual(self.refused(self.write, missing), ("ResourceNotFoundException", "Requested resource not found", 400))
        unused = "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"
        for actions, message in (
            ([self.put(), self.add(1)], "Transaction request cannot include multiple operations on one item"),
            ([{"Put": {"TableName": "accounts", "Item": {"id": {"S": ""}}}}], empty),
            ([{"Delete": {"TableName": "accounts", "Key": {"id": {"S": ""}}}}], empty),
            ([self.check("attribute_not_exists(")], 'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "("'),
            ([missing, self.check("attribute_exists(id)", ExpressionAttributeValues={":v": {"S": "x"}})], unused),
            ([self.put(ConditionExpression="")], "Invalid ConditionExpression: The expression can not be empty;"),
            ([{}], "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"),
            ([{**self.put(), **self.check("attribute_exists(id)")}], "TransactItems can only contain one of Check, Put, Update or Delete"),
            (
                [{"Put": {"TableName": "accounts", "Item": {"id": {"S": "x"}, "text": {"S": "x" * 409600}}}}],
                "Item size has exceeded the maximum allowed size",
            ),
        ):
            self.assertEqual(self.invalid(*actions), message)
        self.assertIn("Member must have length less than or equal to 100", self.invalid(*[self.put(str(i)) for i in range(101)]))
        self.assertEqual(
            self.invalid(self.put(), ReturnConsumedCapacity="SOME", ReturnItemCollectionMetrics="ANY"),
            "2 validation errors detected: Value 'SOME' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: "
            "[INDEXES, TOTAL, NONE]; Value 'ANY' at 'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy enum value set: [SIZE, NONE]",
        )
        self.assertIsNone(self.amount())

    def test_a_hundred_actions_and_four_megabytes(self):
        self.write(*[self.put(str(i)) for i in range(100)])
        self.assertEqual([self.amount(str(i)) for i in (0, 99)], [1, 1])
        large = [{"Put": {"TableName": "accounts", "Item": {"id": {"S": f"{self.id}{i:02}"}, "text": {"S": "x" * 399000}}}} for i in range(11)]
        self.write(*large[:10])
        self.assertIn("4MB", self.invalid(*large))

    def test_update_may_fill_the_whole_item(self):
        room = 409600 - len("id") - len(self.id) - len("p")
        update = {"UpdateExpression": "SET p = :p", "ExpressionAttributeValues": {":p": {"S": "x" * room}}}
        self.write({"Update": {"TableName": "accounts", "Key": {"id": {"S": self.id}}, **update}})
        update["ExpressionAttributeValues"] = {":p": {"S": "x" * (room + 1)}}
        reasons = self.cancelled({"Update": {"TableName": "accounts", "Key": {"id": {"S": self.id}}, **update}})
        self.assertEqual(reasons[0]["Message"], "Item size to update has exceeded the maximum allowed size")

    def test_a_token_is_good_for_one_request(self):
        token = uuid.uuid4().hex
        first = self.write(self.add(5), ClientRequestToken=token, ReturnConsumedCapacity="TOTAL")
        again = self.write(self.add(5), ClientRequestToken=token, ReturnConsumedCapacity="TOTAL")
        self.assertEqual(self.amount(), 5)
        self.assertEqual(first["ConsumedCapacity"], [{"TableName": "accounts", "CapacityUnits": 2, "WriteCapacityUnits": 2}])
        self.assertEqual(again["ConsumedCapacity"], [{"TableName": "accounts", "CapacityUnits": 2, "ReadCapacityUnits": 2}])
        with self.assertRaises(self.client.exceptions.IdempotentParameterMismatchException):
            self.write(self.add(6), ClientRequestToken=token)
        self.aws.down()
        self.aws.up()
        type(self).client = self.aws.client("dynamodb")
        self.write(self.add(5), ClientRequestToken=token)
        self.assertEqual(self.amount(), 5)
        self.write(self.add(5), ClientRequestToken=token[:-1])
        self.assertEqual(self.amount(), 10)
        self.assertIn("36", self.invalid(self.add(5), ClientRequestToken="x" * 37))

    def test_a_cancelled_request_may_be_repeated_under_its_token(self):
        token = uuid.uuid4().hex
        action = self.add(1, ConditionExpression="attribute_exists(id)")
        self.cancelled(action, ClientRequestToken=token)
        self.write(self.put())
        self.write(action, ClientRequestToken=token)
        self.assertEqual(self.amount(), 2)

    def test_capacity_and_metrics(self):
        entry = {"id": {"S": self.id}, "number": {"N": "1"}, "day": {"S": "monday"}}
        account = {"id": {"S": self.id}, "owner": {"S": "me"}, "text": {"S": "x" * 1500}}
        answer = self.write(
            {"Put": {"TableName": "entries", "Item": entry}},
            {"Put": {"TableName": "accounts", "Item": account}},
            self.check("attribute_not_exists(id)", "other"),
            ReturnConsumedCapacity="INDEXES",
            ReturnItemCollectionMetrics="SIZE",
        )
        both = lambda units: {"CapacityUnits": units, "WriteCapacityUnits": units}
        self.assertEqual(
            answer["ConsumedCapacity"],
            [
                {"TableName": "entries", **both(4), "Table": both(2), "LocalSecondaryIndexes": {"by-day": both(2)}},
                {"TableName": "accounts", **both(10), "Table": both(6), "GlobalSecondaryIndexes": {"by-owner": both(4)}},
            ],
        )
        self.assertEqual(answer["ItemCollectionMetrics"], {"entries": [{"ItemCollectionKey": {"id": {"S": self.id}}, "SizeEstimateRangeGB": [0, 1]}]})

    def get(self, suffix="", **more):
        return {"Get": {"TableName": "accounts", "Key": {"id": {"S": self.id + suffix}}, **more}}

    def test_get(self):
        self.client.put_item(TableName="accounts", Item={"id": {"S": self.id}, "map": {"M": {"a": {"N": "1"}, "b": {"N": "2"}}}, "text": {"S": "x" * 5000}})
        answer = self.client.transact_get_items(
            TransactItems=[self.get("none"), self.get(ProjectionExpression="#m.b", ExpressionAttributeNames={"#m": "map"})], ReturnConsumedCapacity="INDEXES"
        )
        self.assertEqual(answer["Responses"], [{}, {"Item": {"map": {"M": {"b": {"N": "2"}}}}}])
        units = {"CapacityUnits": 6, "ReadCapacityUnits": 6}
        self.assertEqual(answer["ConsumedCapacity"], [{"TableName": "accounts", **units, "Table": units}])
        gets = lambda *items: self.client.transact_get_items(TransactItems=list(items))
        twice = "Transaction request cannot include multiple operations on one item"
        self.assertEqual(self.refused(gets, self.get(), self.get()), ("ValidationException", twice, 400))
        code, message, _ = self.refused(gets, self.get(), {"Get": {"TableName": "accounts", "Key": {"id": {"N": "1"}}}})
        self.assertEqual((code, message), ("TransactionCanceledException", CANCELLED + "[None, ValidationError]"))
        syntax = 'Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"'
        self.assertEqual(self.refused(gets, self.get(ProjectionExpression="!!!")), ("ValidationException", syntax, 400))

    def test_transfers_at_the_same_time_keep_the_sum(self):
        self.write(self.put("a"), self.put("b"))

        def transfer(source, target):
            client = self.aws.client("dynamodb")
            for _ in range(20):
                client.transact_write_items(TransactItems=[self.add(-1, source), self.add(1, target)])

        threads = [threading.Thread(target=transfer, args=pair) for pair in (("a", "b"), ("b", "a"), ("a", "b"))]
        for thread in threads:
            thread.start()
        for _ in range(20):
            items = self.client.transact_get_items(TransactItems=[self.get("a"), self.get("b")])["Responses"]
            self.assertEqual(sum(int(item["Item"]["amount"]["N"]) for item in items), 2)
        for thread in threads:
            thread.join()
        self.assertEqual((self.amount("a"), self.amount("b")), (-19, 21))


if __name__ == "__main__":
    local_aws.main()
