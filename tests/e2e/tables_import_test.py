# SPDX-License-Identifier: Apache-2.0
"""`davit table seed --from s3://`: against moto's S3 and ImportTable, and against a server of our own for the states and answers that moto has not."""
import gzip
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.parse

from local_aws import LocalAwsCase, main, scrubbed_environment, skip, use_tools
from misbehaving_server import Server, answer
from table_servers import Moto, have_moto

PROJECT = """name: shop
region: eu-west-1
handler: {kind: native, package: image, source: ., entry: bootstrap, base: scratch}
image: {repository: shop}
tables:
  orders: {key: [user, "at:N"], indexes: {by-day: day}}
environments: {dev: {}}
"""
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-dev-orders"
IMPORT = ARN + "/import/01700000000000-abcdef12"


class ImportCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="davit-import-")
        self.addCleanup(shutil.rmtree, self.folder)
        with open(os.path.join(self.folder, "davit.yaml"), "w") as file:
            file.write(PROJECT)

    def start(self, endpoint, *words):
        environment = scrubbed_environment({"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_MAX_ATTEMPTS": "1"})
        command = [LocalAwsCase.DAVIT, "table", "seed", *words, "--env", "dev", "--endpoint-url", endpoint]
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def seed(self, endpoint, *words, code=0):
        process = self.start(endpoint, *words)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, code, err)
        return out if code == 0 else err


class AgainstMoto(ImportCase):
    @classmethod
    def setUpClass(cls):
        import boto3

        cls.moto = Moto()
        keys = {"endpoint_url": cls.moto.endpoint, "aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "eu-west-1"}
        cls.s3, cls.dynamodb = boto3.client("s3", **keys), boto3.client("dynamodb", **keys)
        cls.s3.create_bucket(Bucket="exports", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    @classmethod
    def tearDownClass(cls):
        cls.moto.close()

    def tearDown(self):
        if "shop-dev-orders" in self.dynamodb.list_tables()["TableNames"]:
            self.dynamodb.delete_table(TableName="shop-dev-orders")

    def put(self, key, items):
        lines = "".join(json.dumps({"Item": item}) + "\n" for item in items).encode()
        self.s3.put_object(Bucket="exports", Key=key, Body=gzip.compress(lines) if key.endswith(".gz") else lines)

    def test_an_export_becomes_a_table(self):
        items = [{"user": {"S": f"u {i}"}, "at": {"N": str(i)}, "day": {"S": "d"}} for i in range(300)]
        self.put("whole export+1/data/a.json.gz", items[:200])
        self.put("whole export+1/data/b.json.gz", items[200:])
        source = "s3://exports/whole export+1/data/"
        plan = json.loads(self.seed(self.moto.endpoint, "orders", "--from", source, "--dry-run", "-o", "json"))
        self.assertIn("import 2 objects", plan["steps"][0]["reason"])
        self.assertIn("as DYNAMODB_JSON, compression GZIP", plan["steps"][0]["reason"])
        self.assertEqual(self.dynamodb.list_tables()["TableNames"], [])
        report = json.loads(self.seed(self.moto.endpoint, "orders", "--from", source, "-o", "json"))
        counts = {name: report[name] for name in ("table", "read", "written", "rejected", "remaining", "status")}
        self.assertEqual(counts, {"table": "orders", "read": 300, "written": 300, "rejected": 0, "remaining": 0, "status": "COMPLETED"})
        self.assertEqual(self.dynamodb.scan(TableName="shop-dev-orders", Select="COUNT")["Count"], 300)
        table = self.dynamodb.describe_table(TableName="shop-dev-orders")["Table"]
        self.assertEqual([index["IndexName"] for index in table["GlobalSecondaryIndexes"]], ["by-day"])
        self.assertEqual(table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
        again = self.seed(self.moto.endpoint, "orders", "--from", source, code=5)
        self.assertIn("table shop-dev-orders is there, and the service imports into new tables alone", again)

    def test_items_that_the_service_refuses_are_counted(self):
        self.put("bad/a.json", [{"user": {"S": "u"}, "at": {"N": "1"}}, {"user": {"S": "u"}}])
        err = self.seed(self.moto.endpoint, "orders", "--from", "s3://exports/bad/", code=1)
        self.assertIn("importing table 'orders': the import is FAILED", err)
        self.assertIn("Missing the key at in the item", err)

    def test_what_is_there_must_fit(self):
        self.put("mixed/a.json", [])
        self.s3.put_object(Bucket="exports", Key="mixed/b.csv", Body=b"user,at\nu,1\n")
        self.put("mixed/a.json", [{"user": {"S": "u"}, "at": {"N": "1"}}])
        self.put("plain/a.txt", [{"user": {"S": "u"}, "at": {"N": "1"}}])
        self.put("export/AWSDynamoDB/1/manifest-summary.json", [{}])
        self.s3.put_object(Bucket="exports", Key="nothing/", Body=b"")
        endpoint = self.moto.endpoint
        for prefix, code, said in (
            ("mixed/", 1, "several formats or compressions"),
            ("plain/", 1, "whose keys do not tell their format"),
            ("export/", 1, "name the folder data/ of the export"),
            ("nothing/", 3, "there is nothing at s3://exports/nothing/"),
        ):
            self.assertIn(said, self.seed(endpoint, "orders", "--from", "s3://exports/" + prefix, code=code))
        self.assertIn("NoSuchBucket", self.seed(endpoint, "orders", "--from", "s3://no-such-bucket/", code=3))
        self.assertEqual(self.dynamodb.list_tables()["TableNames"], [])
        self.seed(endpoint, "orders", "--from", "s3://exports/plain/", "--format", "dynamodb-json")
        self.assertEqual(self.dynamodb.scan(TableName="shop-dev-orders")["Count"], 1)


class AgainstAnswers(ImportCase):
    """`self.describes` are the answers to DescribeImport, the last one for ever."""

    def setUp(self):
        super().setUp()
        self.describes, self.table_is_there, self.imports, self.listing = [], False, [], [("data/a.csv", 10)]
        self.server = Server(self.respond)
        self.addCleanup(self.server.close)

    def respond(self, request, _connection):
        target = request.header("x-amz-target")
        if not target:
            return self.list_objects(request)
        operation = target[0].split(".")[1]
        if operation == "DescribeTable" and not self.table_is_there:
            return answer(400, {"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "no such table"})
        return answer(200, getattr(self, operation)(json.loads(request.body)))

    def list_objects(self, request):
        if b"region" in request.path.encode() and "/eu-north-1/s3/" not in request.header("authorization")[0]:
            body = b"<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>"
            return answer(301, body, [("x-amz-bucket-region", "eu-north-1"), ("Content-Type", "application/xml")])
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(request.path).query)
        at = int(query.get("continuation-token", ["0"])[0])
        contents = "".join(f"<Contents><Key>{key}</Key><Size>{size}</Size></Contents>" for key, size in self.listing[at : at + 1000])
        more = at + 1000 < len(self.listing)
        token = f"<NextContinuationToken>{at + 1000}</NextContinuationToken>" if more else ""
        body = f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{token}{contents}</ListBucketResult>"
        return answer(200, body.encode(), [("Content-Type", "application/xml")])

    def DescribeTable(self, _input):
        return {"Table": {"TableName": "shop-dev-orders", "TableArn": ARN, "TableStatus": "CREATING", "AttributeDefinitions": [{"AttributeName": "user", "AttributeType": "S"}],
                          "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}]}}  # fmt: skip

    def ImportTable(self, input):
        self.imports.append(input)
        return {"ImportTableDescription": {"ImportArn": IMPORT, "ImportStatus": "IN_PROGRESS"}}

    def DescribeImport(self, input):
        self.assertEqual(input, {"ImportArn": IMPORT})
        status = self.describes.pop(0) if len(self.describes) > 1 else self.describes[0]
        return {"ImportTableDescription": {"ImportArn": IMPORT, "CloudWatchLogGroupArn": "arn:log-group", **status}}

    def ListImports(self, input):
        older = {"ImportArn": "arn:older", "StartTime": 1.0}
        return {"ImportSummaryList": [older], "NextToken": "n"} if "NextToken" not in input else {"ImportSummaryList": [{"ImportArn": IMPORT, "StartTime": 2.0}]}  # fmt: skip

    def test_each_end_of_a_job_is_told(self):
        running = {"ImportStatus": "IN_PROGRESS", "ProcessedItemCount": 5}
        for end, code, said in (
            ({"ImportStatus": "FAILED", "FailureCode": "S3AccessDenied", "FailureMessage": "may not read"}, 1, "the import is FAILED with S3AccessDenied: may not read"),
            ({"ImportStatus": "CANCELLED"}, 1, "the import is CANCELLED: the service does not say why"),
            ({"ImportStatus": "COMPLETED", "ProcessedItemCount": 9, "ImportedItemCount": 7, "ErrorCount": 2}, 1, "2 of 9 items were rejected"),
        ):  # fmt: skip
            self.describes = [running, {"ImportStatus": "CANCELLING"}, end]
            err = self.seed(self.server.url, "orders", "--from", "s3://exports/data/", code=code)
            self.assertIn(said, err)
            self.assertIn("what was wrong is in the log group arn:log-group", err)
        self.assertEqual(self.imports[0]["S3BucketSource"], {"S3Bucket": "exports", "S3KeyPrefix": "data/"})
        self.assertEqual((self.imports[0]["InputFormat"], self.imports[0]["InputCompressionType"]), ("CSV", "NONE"))
        self.assertEqual(len({input["ClientToken"] for input in self.imports}), 3)

    def test_an_interrupt_leaves_the_job_and_resume_finds_it(self):
        self.describes = [{"ImportStatus": "IN_PROGRESS"}]
        process = self.start(self.server.url, "orders", "--from", "s3://exports/data/")
        self.server.wait_for(4)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertIn("the import into table 'orders' goes on without davit", err)
        self.table_is_there = True
        self.describes = [{"ImportStatus": "IN_PROGRESS"}, {"ImportStatus": "COMPLETED", "ProcessedItemCount": 3, "ImportedItemCount": 3}]
        report = json.loads(self.seed(self.server.url, "orders", "--from", "s3://exports/data/", "--resume", "-o", "json"))
        self.assertEqual((report["written"], report["importArn"]), (3, IMPORT))
        self.assertEqual(len(self.imports), 1)

    def test_a_bucket_of_another_region_is_asked_there(self):
        self.describes = [{"ImportStatus": "COMPLETED"}]
        self.seed(self.server.url, "orders", "--from", "s3://other-region/")
        self.assertEqual(self.imports[0]["S3BucketSource"], {"S3Bucket": "other-region"})

    def test_more_objects_than_one_import_takes(self):
        self.listing = [(f"data/{i}.csv", 1) for i in range(50_001)]
        err = self.seed(self.server.url, "orders", "--from", "s3://exports/data/", code=1)
        self.assertIn("holds more than 50000 objects", err)
        self.assertEqual(self.imports, [])

    def test_usage(self):
        url = self.server.url
        self.assertIn("give its NAME", self.seed(url, "--from", "s3://exports/", code=2))
        self.assertIn("is no location in S3", self.seed(url, "orders", "--from", "exports/data", code=2))
        self.assertIn("is no name of a bucket", self.seed(url, "orders", "--from", "s3://Exports_/data", code=2))
        self.assertIn("davit.yaml has no table 'other'", self.seed(url, "other", "--from", "s3://exports/", code=2))
        self.assertIn("--from goes with neither FILE", self.seed(url, "orders", "a.jsonl", "--from", "s3://exports/", code=2))
        self.assertIn("imports no plain JSON", self.seed(url, "orders", "--from", "s3://exports/", "--format", "jsonl", code=2))
        self.assertEqual(self.server.requests, [])


if __name__ == "__main__":
    use_tools()
    if not have_moto():
        skip("moto is not installed (scripts/test-tools)")
    main()
