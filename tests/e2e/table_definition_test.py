# SPDX-License-Identifier: Apache-2.0
"""`table describe` and `table create --from`: what one prints, the other takes, against the local DynamoDB, moto_server and dynalite."""
import json

from local_aws import main, use_tools
from recording_proxy import RecordingProxy
from three_servers import ThreeServersCase

# As `aws dynamodb describe-table` prints a provisioned table, times and all.
OF_AWS_CLI = {
    "Table": {
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": type_} for name, type_ in (("pk", "S"), ("sk", "N"), ("tag", "B"))],
        "TableName": "rich",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "TableStatus": "ACTIVE",
        "CreationDateTime": "2024-01-02T03:04:05.678000+01:00",
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
        "TableSizeBytes": 0,
        "ItemCount": 0,
        "TableArn": "arn:aws:dynamodb:eu-west-1:111122223333:table/rich",
        "TableId": "11111111-2222-3333-4444-555555555555",
        "LocalSecondaryIndexes": [
            {
                "IndexName": "by-local",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "tag", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
                "IndexSizeBytes": 0,
                "ItemCount": 0,
                "IndexArn": "arn:aws:dynamodb:eu-west-1:111122223333:table/rich/index/by-local",
            }
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-tag",
                "KeySchema": [{"AttributeName": "tag", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b"]},
                "IndexStatus": "ACTIVE",
                "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 1, "WriteCapacityUnits": 2},
            }
        ],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        "DeletionProtectionEnabled": True,
        "TableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
    }
}
# As the same prints a table on demand, whose throughput of zero units broke other tools' copies.
ON_DEMAND = {
    "Table": {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "day", "AttributeType": "S"}],
        "TableName": "plain",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "TableStatus": "ACTIVE",
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": "2024-01-02T03:04:05+01:00"},
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-day",
                "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
                "WarmThroughput": {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"},
            }
        ],
    }
}


def settled(document):
    """A description without what two equal tables have of their own."""
    document = {name: value for name, value in document.items() if name not in ("name", "arn", "id", "createdAt")}
    if document["stream"]:
        document["stream"] = document["stream"]["viewType"]
    if document["pointInTimeRecovery"]:
        document["pointInTimeRecovery"] = {name: value for name, value in document["pointInTimeRecovery"].items() if not name.endswith("At")}
    return document


class Definitions(ThreeServersCase):
    def described(self, endpoint, name):
        return json.loads(self.davit(endpoint, "table", "describe", name, "-o", "json").stdout)

    def test_what_describe_prints_makes_an_equal_table(self):
        for server, endpoint in self.endpoints.items():
            with self.subTest(server):
                self.davit(endpoint, "table", "create", "--from", "-", input=json.dumps(OF_AWS_CLI))
                first = self.described(endpoint, "rich")
                self.assertEqual(first["key"], [{"name": "pk", "type": "S", "role": "partition"}, {"name": "sk", "type": "N", "role": "sort"}])
                by_tag = next(index for index in first["indexes"] if index["name"] == "by-tag")
                self.assertEqual((by_tag["projection"], by_tag["nonKeyAttributes"]), ("INCLUDE", ["a", "b"]))
                self.assertEqual(by_tag["provisionedThroughput"], {"readUnits": 1, "writeUnits": 2})
                self.assertEqual(first["provisionedThroughput"], {"readUnits": 5, "writeUnits": 6})
                # 5 read and 6 write units of the table, 1 and 2 of the index; moto and dynalite have no table classes.
                reads, writes = (0.00016, 0.00081) if server == "local" else (0.00013, 0.00065)
                self.assertEqual(first["costEstimate"]["perMonth"]["provisionedCapacity"], round(730 * (6 * reads + 8 * writes), 2))
                self.davit(endpoint, "table", "create", "copy", "--from", "-", input=json.dumps(first))
                self.assertEqual(settled(self.described(endpoint, "copy")), settled(first))

    def test_settings_of_their_own_operations(self):
        for server in ("local", "moto"):
            endpoint = self.endpoints[server]
            with self.subTest(server):
                self.davit(endpoint, "table", "create", "before", "--key", "id")
                wanted = self.described(endpoint, "before")
                wanted |= {"name": "kept", "tags": {"team": "shop", "cost centre": "ü"}, "deletionProtected": True, "stream": {"viewType": "OLD_IMAGE"}}
                wanted |= {"timeToLive": {"status": "ENABLED", "attributeName": "expires"}, "pointInTimeRecovery": {"status": "ENABLED", "recoveryPeriodDays": 7}}
                self.davit(endpoint, "table", "create", "--from", "-", input=json.dumps(wanted))
                kept = self.described(endpoint, "kept")
                self.assertEqual(kept["timeToLive"], {"status": "ENABLED", "attributeName": "expires"})
                self.assertEqual((kept["pointInTimeRecovery"]["status"], kept["pointInTimeRecovery"]["recoveryPeriodDays"]), ("ENABLED", 7))
                self.assertEqual((kept["tags"], kept["deletionProtected"], kept["stream"]["viewType"]), (wanted["tags"], True, "OLD_IMAGE"))
                again = json.loads(self.davit(endpoint, "table", "create", "again", "--from", "-", "-o", "json", input=json.dumps(kept)).stdout)
                self.assertEqual(again, {"created": ["again"], "skipped": [], "completed": ["again"]})
                self.assertEqual(settled(self.described(endpoint, "again")), settled(kept))

    def test_a_table_that_lacks_settings_gets_them(self):
        for server in ("local", "moto"):
            endpoint = self.endpoints[server]
            with self.subTest(server):
                self.davit(endpoint, "table", "create", "bare", "--key", "id")
                wanted = self.described(endpoint, "bare") | {"timeToLive": {"status": "ENABLED", "attributeName": "expires"}}
                for completed in (["bare"], []):
                    done = json.loads(self.davit(endpoint, "table", "create", "--from", "-", "-o", "json", input=json.dumps(wanted)).stdout)
                    self.assertEqual(done, {"created": [], "skipped": ["bare"], "completed": completed})

    def test_what_the_aws_cli_prints_of_a_table_on_demand(self):
        for server, endpoint in self.endpoints.items():
            with self.subTest(server):
                self.davit(endpoint, "table", "create", "--from", "-", input=json.dumps(ON_DEMAND))
                table = self.described(endpoint, "plain")
                self.assertEqual((table["billingMode"], table["provisionedThroughput"]), ("PAY_PER_REQUEST", None))
                self.assertEqual(table["costEstimate"]["perMillionRequestUnits"], {"read": 0.125, "write": 0.625})

    def test_yaml_is_taken_too(self):
        endpoint = self.aws.endpoint
        self.davit(endpoint, "table", "create", "described", "--key", "[id, at:N]", "--index", "by-tag=tag")
        text = self.davit(endpoint, "table", "describe", "described", "-o", "yaml").stdout
        self.davit(endpoint, "table", "create", "--from", "-", "--name", "from-yaml", input=text)
        self.assertEqual(settled(self.described(endpoint, "from-yaml")), settled(self.described(endpoint, "described")))

    def test_a_server_that_does_not_tell_everything(self):
        endpoint = self.endpoints["dynalite"]
        self.davit(endpoint, "table", "create", "silent", "--key", "id")
        table = self.described(endpoint, "silent")
        self.assertEqual((table["pointInTimeRecovery"], [untold["setting"] for untold in table["untold"]]), (None, ["pointInTimeRecovery"]))
        self.assertIn("unknown", self.davit(endpoint, "table", "describe", "silent", "-o", "table").stdout)
        # The table is there then, and the setting that is not is no success.
        wanted = table | {"name": "half", "timeToLive": {"status": "ENABLED", "attributeName": "expires"}}
        finished = self.davit(endpoint, "table", "create", "--from", "-", input=json.dumps(wanted), code=1)
        self.assertIn("table half is there, but not its time to live", finished.stderr)

    def test_a_dry_run_sends_no_write(self):
        proxy = RecordingProxy(self.aws.endpoint)
        self.addCleanup(proxy.close)
        finished = self.davit(proxy.endpoint, "table", "create", "planned", "--from", "-", "--dry-run", "-o", "json", input=json.dumps(OF_AWS_CLI))
        self.assertEqual([str(asked) for asked in proxy.take() if asked.is_write], [])
        (step,) = json.loads(finished.stdout)["steps"]
        self.assertEqual((step["action"], step["target"]), ("create", "table planned"))
        for part in ("key pk (S), sk (N)", "5 read and 6 write units", "stream of NEW_IMAGE", "protected from deletion"):
            self.assertIn(part, step["reason"])

    def test_wrong_files_are_named_with_their_places(self):
        for text, expected in (
            ('{"name": "x",\n "key": [{"name": "id", "type": "X"}]}', ["standard input:2:", "type is one of S, N, B"]),
            ('{"name": "x", "key": [{"name": "id"}],\n "indexs": []}', ["standard input:2:2", 'did you mean "indexes"?']),
            ('{"name": "x", "key": [{"name": "id"}], "deletionProtected": "maybe"}', ["standard input:1:"]),
            ('{"key": [{"name": "id"}]}', ["this needs a name"]),
            ('{"name": "x"}', ["this needs a key"]),
            ('{"name": ', ["standard input:1:"]),
            ("[]", ["no description of a table"]),
            ('{"Table": {"TableName": "x"}}', ["KeySchema"]),
        ):
            with self.subTest(text):
                finished = self.davit(self.aws.endpoint, "table", "create", "--from", "-", input=text, code=2)
                for part in expected:
                    self.assertIn(part, finished.stderr)

    def test_wrong_command_lines(self):
        for words in (["--from", "-", "--key", "id"], ["a", "b", "--from", "-"], ["--name", "x"], ["--from", "/nonexistent.json"]):
            with self.subTest(words):
                self.davit(self.aws.endpoint, "table", "create", *words, input="{}", code=2)


if __name__ == "__main__":
    use_tools()
    main()
