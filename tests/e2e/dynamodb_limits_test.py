# SPDX-License-Identifier: Apache-2.0
"""What the local DynamoDB does with time and capacity: items that expire, and tables that are held to their provisioned throughput."""
import json
import time

import local_aws

local_aws.use_tools()

import botocore.exceptions


class Limits(local_aws.LocalAwsCase):
    FLAGS = ("--throttle", "--expire-every", "200ms")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.aws.client("dynamodb")

    def table(self, name, capacity=None, index=None):
        throughput = lambda units: {"ProvisionedThroughput": {"ReadCapacityUnits": units, "WriteCapacityUnits": units}}
        billing = throughput(capacity) if capacity else {"BillingMode": "PAY_PER_REQUEST"}
        attributes = ["id"]
        if index:
            attributes.append("owner")
            keys = [{"AttributeName": "owner", "KeyType": "HASH"}]
            billing["GlobalSecondaryIndexes"] = [{"IndexName": "by-owner", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}, **throughput(index)}]
        self.client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in attributes],
            **billing,
        )
        self.client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        return name

    def ids(self, table):
        return sorted(item["id"]["S"] for item in self.client.scan(TableName=table, ConsistentRead=True)["Items"])

    def wait_for(self, what, expected):
        ends = time.monotonic() + 20
        seen = what()
        while seen != expected and time.monotonic() < ends:
            time.sleep(0.05)
            seen = what()
        self.assertEqual(seen, expected)

    def test_expired_items_are_deleted(self):
        table = self.table("sessions", capacity=1000, index=1000)
        now = int(time.time())
        values = {
            "expired": {"N": str(now - 1)},
            "fraction": {"N": f"{now - 60}.5"},
            "soon": {"N": str(now + 2)},
            "later": {"N": str(now + 3600)},
            "text": {"S": str(now - 60)},
            "ancient": {"N": str(now - 6 * 365 * 24 * 3600)},
            "milliseconds": {"N": str((now - 60) * 1000)},
        }
        for name, value in values.items():
            self.client.put_item(TableName=table, Item={"id": {"S": name}, "owner": {"S": "me"}, "ends": value})
        self.client.put_item(TableName=table, Item={"id": {"S": "endless"}, "owner": {"S": "me"}})
        self.assertEqual(len(self.ids(table)), 8, "nothing expires without time to live")
        self.client.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"})
        kept = ["ancient", "endless", "later", "milliseconds", "text"]
        self.wait_for(lambda: self.ids(table), kept)
        by_owner = {"IndexName": "by-owner", "KeyConditionExpression": "#o = :o", "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":o": {"S": "me"}}}
        self.assertEqual(self.client.query(TableName=table, Select="COUNT", **by_owner)["Count"], len(kept))

    def test_many_expired_items(self):
        table = self.table("many")
        self.client.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"})
        past = {"N": str(int(time.time()) - 100)}
        for start in range(0, 100, 25):
            puts = [{"PutRequest": {"Item": {"id": {"S": str(i)}, "ends": past, "text": {"S": "x" * 15000}}}} for i in range(start, start + 25)]
            self.client.batch_write_item(RequestItems={table: puts})
        self.wait_for(lambda: self.ids(table), [])

    def throttled(self, call, **arguments):
        """Calls until the service throttles, and returns the error."""
        for _ in range(1000):
            try:
                call(**arguments)
            except botocore.exceptions.ClientError as error:
                return error.response
        self.fail("nothing was throttled")

    def test_a_provisioned_table_throttles(self):
        table = self.table("narrow", capacity=1)
        item = {"id": {"S": "a"}, "text": {"S": "x" * 3000}}
        error = self.throttled(self.client.put_item, TableName=table, Item=item)
        self.assertEqual(error["Error"]["Code"], "ProvisionedThroughputExceededException")
        self.assertEqual(
            error["Error"]["Message"],
            "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",
        )
        arn = self.client.describe_table(TableName=table)["Table"]["TableArn"]
        self.assertEqual(error["ThrottlingReasons"], [{"reason": "TableWriteProvisionedThroughputExceeded", "resource": arn}])
        read = self.throttled(self.client.get_item, TableName=table, Key={"id": {"S": "a"}}, ConsistentRead=True)
        self.assertEqual(read["ThrottlingReasons"][0]["reason"], "TableReadProvisionedThroughputExceeded")
        action = {"Put": {"TableName": table, "Item": item}}
        cancelled = self.throttled(self.client.transact_write_items, TransactItems=[action])
        self.assertEqual([reason["Code"] for reason in cancelled["CancellationReasons"]], ["ProvisionedThroughputExceeded"])
        self.assertEqual(self.refused(self.client.execute_statement, Statement="INSERT INTO narrow VALUE {'id': 'b'}")[0], "ProvisionedThroughputExceededException")
        # Three units were used at once, so that it takes some seconds until there is one again.
        self.wait_for(lambda: self.accepts(table), True)

    def accepts(self, table):
        try:
            self.client.put_item(TableName=table, Item={"id": {"S": "small"}})
        except botocore.exceptions.ClientError:
            return False
        return True

    def test_a_batch_is_left_in_part(self):
        table = self.table("batches", capacity=5)
        puts = [{"PutRequest": {"Item": {"id": {"S": str(i)}}}} for i in range(25)]
        answer = self.client.batch_write_item(RequestItems={table: puts}, ReturnConsumedCapacity="TOTAL")
        left = answer["UnprocessedItems"].get(table, [])
        self.assertEqual(answer["ConsumedCapacity"], [{"TableName": table, "CapacityUnits": 25 - len(left)}])
        while "UnprocessedItems" in answer and not answer["UnprocessedItems"]:
            answer = self.client.batch_write_item(RequestItems={table: puts})
        left = [request["PutRequest"]["Item"]["id"]["S"] for request in answer["UnprocessedItems"][table]]
        self.assertEqual(left, [str(i) for i in range(25)][-len(left) :])
        code = self.throttled(self.client.batch_write_item, RequestItems={table: puts})["Error"]["Code"]
        self.assertEqual(code, "ProvisionedThroughputExceededException")
        keys = {"Keys": [{"id": {"S": str(i)}} for i in range(100)], "ConsistentRead": True}
        read = self.client.batch_get_item(RequestItems={table: keys})
        self.assertGreater(len(read["UnprocessedKeys"][table]["Keys"]), 50)
        self.assertTrue(read["UnprocessedKeys"][table]["ConsistentRead"])

    def test_an_index_throttles_its_table(self):
        table = self.table("indexed", capacity=1000, index=1)
        error = None
        for i in range(200):
            try:
                self.client.put_item(TableName=table, Item={"id": {"S": str(i)}, "owner": {"S": "b"}, "text": {"S": "x" * 3000}})
            except botocore.exceptions.ClientError as caught:
                error = caught.response
                break
        self.assertEqual(error["ThrottlingReasons"][0]["reason"], "IndexWriteProvisionedThroughputExceeded")
        self.assertTrue(error["ThrottlingReasons"][0]["resource"].endswith("table/indexed/index/by-owner"))

    def test_a_table_on_demand_does_not_throttle(self):
        table = self.table("wide")
        for i in range(300):
            self.client.put_item(TableName=table, Item={"id": {"S": str(i)}})

    def test_throttling_cannot_join_what_runs(self):
        """Asked to throttle where a local AWS runs without, `up` must not pass that one off as throttled."""
        running = local_aws.LocalAws(self.aws.davit_path)
        self.addCleanup(running.close)
        refused = running.run("local", "up", "--state", running.state, "--throttle", check=False)
        self.assertEqual(refused.returncode, 5, refused.stderr)
        self.assertEqual(refused.stdout, "")
        self.assertIn(f"the local AWS in {running.state} is running without throttling", refused.stderr)
        self.assertIn("stop it first: davit local down", refused.stderr)
        self.assertEqual(running.document["throttle"], False)
        again = running.run("local", "up", "--state", running.state, "-o", "json")
        self.assertEqual(json.loads(again.stdout)["pid"], running.document["pid"], "it runs on as it was")


if __name__ == "__main__":
    local_aws.main()
