# SPDX-License-Identifier: Apache-2.0
"""An unmodified AWS CLI on the local AWS: tables, secrets, identity, logs and functions, with a right and a wrong secret."""
import base64
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import local_aws
import oci_image

local_aws.use_tools()  # starts this script anew, with all its arguments
BOOTSTRAP = os.path.abspath(sys.argv.pop(2))
AWS = os.path.join(sys.prefix, "bin", "aws")
if not os.path.exists(AWS):
    local_aws.skip("the AWS CLI is not installed (scripts/test-tools)")

TABLE = "orders"
ROLE = "arn:aws:iam::000000000000:role/app"
# What every version of the CLI answers with when a service refuses: 255 up to 1.x, 254 in 2.x.
REFUSED = (254, 255)


def item(order, line, **more):
    return {"order": {"S": order}, "line": {"N": str(line)}, "state": {"S": "open" if line % 2 else "shipped"}, **more}


class AwsCli(local_aws.LocalAwsCase):
    """Most of a command's time is the CLI's start, so the services are taken in parallel: each test waits for its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="davit-cli-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.layout = os.path.join(cls.folder, "image")
        oci_image.bootstrap_image(cls.layout, BOOTSTRAP)
        pool = concurrent.futures.ThreadPoolExecutor(4)
        cls.addClassCleanup(pool.shutdown)
        cls.running = {name: pool.submit(getattr(cls(), name)) for name in ("tables", "functions", "logs", "secrets", "wrong_secrets")}

    def finish(self, name):
        self.running[name].result()

    def test_tables(self):
        self.finish("tables")

    def test_functions(self):
        self.finish("functions")

    def test_logs(self):
        self.finish("logs")

    def test_secrets(self):
        self.finish("secrets")

    def test_wrong_secrets(self):
        self.finish("wrong_secrets")

    def start(self, *arguments, **variables):
        environment = {**self.aws.environment, "AWS_PAGER": "", "AWS_DEFAULT_OUTPUT": "json", "AWS_MAX_ATTEMPTS": "1", **variables}
        return subprocess.run([AWS, *arguments], env=environment, capture_output=True, text=True, timeout=120)

    def cli(self, *arguments):
        """The document that a command prints, or nothing."""
        finished = self.start(*arguments)
        self.assertEqual((finished.returncode, finished.stderr), (0, ""), arguments)
        return json.loads(finished.stdout) if finished.stdout.strip() else None

    def cli_fails(self, expected, *arguments, **variables):
        finished = self.start(*arguments, **variables)
        self.assertIn(finished.returncode, REFUSED, arguments)
        self.assertIn(expected, finished.stderr)

    def file_of(self, name, document):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            json.dump(document, file)
        return f"file://{path}"

    def tables(self):
        def db(operation, *arguments):
            return self.cli("dynamodb", operation, "--table-name", TABLE, *arguments)

        created = db(
            "create-table",
            *("--attribute-definitions", "AttributeName=order,AttributeType=S", "AttributeName=line,AttributeType=N"),
            *("--key-schema", "AttributeName=order,KeyType=HASH", "AttributeName=line,KeyType=RANGE", "--billing-mode", "PAY_PER_REQUEST"),
        )
        self.assertEqual(created["TableDescription"]["TableName"], TABLE)
        # The CLI's waiter sleeps for 20 seconds when it comes too early.
        while db("describe-table")["Table"]["TableStatus"] != "ACTIVE":
            pass
        self.cli("dynamodb", "wait", "table-exists", "--table-name", TABLE)

        db("put-item", "--item", json.dumps(item("o-1", 1, price={"N": "19.90"})))
        key = json.dumps({"order": {"S": "o-1"}, "line": {"N": "1"}})
        self.assertEqual(db("get-item", "--key", key, "--consistent-read")["Item"], item("o-1", 1, price={"N": "19.9"}))
        updated = db(
            "update-item",
            *("--key", key, "--update-expression", "SET #s = :new, price = price + :more", "--condition-expression", "#s = :old"),
            *("--expression-attribute-names", '{"#s": "state"}', "--return-values", "ALL_NEW"),
            *("--expression-attribute-values", '{":new": {"S": "paid"}, ":old": {"S": "open"}, ":more": {"N": "0.1"}}'),
        )["Attributes"]
        self.assertEqual((updated["state"], updated["price"]), ({"S": "paid"}, {"N": "20"}))
        failed = ["put-item", "--table-name", TABLE, "--item", json.dumps(item("o-1", 1)), "--condition-expression", "attribute_not_exists(line)"]
        self.cli_fails("(ConditionalCheckFailedException) when calling the PutItem operation: The conditional request failed", "dynamodb", *failed)
        self.assertEqual(db("delete-item", "--key", key, "--return-values", "ALL_OLD")["Attributes"]["state"], {"S": "paid"})
        self.assertIsNone(db("get-item", "--key", key))

        writes = {TABLE: [{"PutRequest": {"Item": item("o-2", n)}} for n in range(25)]}
        self.assertEqual(self.cli("dynamodb", "batch-write-item", "--request-items", self.file_of("writes.json", writes))["UnprocessedItems"], {})
        values = ("--expression-attribute-values", '{":o": {"S": "o-2"}, ":from": {"N": "3"}}')
        query = ("query", "--key-condition-expression", "#o = :o AND line >= :from", "--expression-attribute-names", '{"#o": "order"}', *values)
        self.assertEqual([int(each["line"]["N"]) for each in db(*query, "--page-size", "4")["Items"]], list(range(3, 25)))
        self.assertEqual([each["line"]["N"] for each in db(*query, "--no-scan-index-forward", "--limit", "2", "--no-paginate")["Items"]], ["24", "23"])
        lines, token = [], []
        for size in (10, 10, 5):
            page = db("scan", "--page-size", "3", "--max-items", "10", *token)
            self.assertEqual(len(page["Items"]), size)
            lines += [int(each["line"]["N"]) for each in page["Items"]]
            token = ["--starting-token", page["NextToken"]] if "NextToken" in page else []
        self.assertEqual((sorted(lines), token), (list(range(25)), []))
        found = db("scan", "--filter-expression", "#s = :s", "--expression-attribute-names", '{"#s": "state"}', "--expression-attribute-values", '{":s": {"S": "open"}}')
        self.assertEqual((found["Count"], found["ScannedCount"]), (12, 25))
        self.cli_fails("(ResourceNotFoundException) when calling the Scan operation", "dynamodb", "scan", "--table-name", "none")
        db("delete-table")
        while self.cli("dynamodb", "list-tables")["TableNames"]:
            pass
        self.cli("dynamodb", "wait", "table-not-exists", "--table-name", TABLE)

    def secrets(self):
        name = "shop/jwt"
        first = self.cli("secretsmanager", "create-secret", "--name", name, "--secret-string", "one", "--description", "keys")
        second = self.cli("secretsmanager", "put-secret-value", "--secret-id", first["ARN"], "--secret-string", "two")
        self.assertEqual(self.cli("secretsmanager", "get-secret-value", "--secret-id", name)["SecretString"], "two")
        before = self.cli("secretsmanager", "get-secret-value", "--secret-id", name, "--version-stage", "AWSPREVIOUS")
        self.assertEqual((before["SecretString"], before["VersionId"]), ("one", first["VersionId"]))
        described = self.cli("secretsmanager", "describe-secret", "--secret-id", name)
        self.assertEqual(described["VersionIdsToStages"], {first["VersionId"]: ["AWSPREVIOUS"], second["VersionId"]: ["AWSCURRENT"]})
        for number in range(3):
            self.cli("secretsmanager", "create-secret", "--name", f"page-{number}", "--secret-string", "x")
        page = self.cli("secretsmanager", "list-secrets", "--filters", "Key=name,Values=page-", "--page-size", "1", "--max-items", "2")
        rest = self.cli("secretsmanager", "list-secrets", "--filters", "Key=name,Values=page-", "--starting-token", page["NextToken"])
        self.assertEqual([each["Name"] for each in page["SecretList"] + rest["SecretList"]], [f"page-{number}" for number in range(3)])
        self.cli("secretsmanager", "delete-secret", "--secret-id", name, "--recovery-window-in-days", "7")
        self.cli_fails("(InvalidRequestException)", "secretsmanager", "get-secret-value", "--secret-id", name)
        self.cli("secretsmanager", "restore-secret", "--secret-id", name)
        self.cli("secretsmanager", "delete-secret", "--secret-id", name, "--force-delete-without-recovery")
        self.cli_fails(
            "(ResourceNotFoundException) when calling the GetSecretValue operation: Secrets Manager can't find the specified secret.",
            *("secretsmanager", "get-secret-value", "--secret-id", name),
        )

    def logs(self):
        group, stream = "/app/web", "one"
        self.cli("logs", "create-log-group", "--log-group-name", group)
        self.cli("logs", "put-retention-policy", "--log-group-name", group, "--retention-in-days", "7")
        self.cli("logs", "create-log-stream", "--log-group-name", group, "--log-stream-name", stream)
        place = ("--log-group-name", group, "--log-stream-name", stream)
        now = int(time.time() * 1000)
        events = [{"timestamp": now + n, "message": f"{'ERROR' if n % 3 == 0 else 'INFO'} line {n}"} for n in range(12)]
        self.cli("logs", "put-log-events", *place, "--log-events", self.file_of("events.json", events))
        found = self.cli("logs", "filter-log-events", "--log-group-name", group, "--filter-pattern", "ERROR", "--page-size", "2")["events"]
        self.assertEqual([event["message"] for event in found], [f"ERROR line {n}" for n in (0, 3, 6, 9)])
        cut = self.cli("logs", "filter-log-events", "--log-group-name", group, "--max-items", "5")
        rest = self.cli("logs", "filter-log-events", "--log-group-name", group, "--starting-token", cut["NextToken"])
        self.assertEqual([event["message"] for event in cut["events"] + rest["events"]], [event["message"] for event in events])
        latest = self.cli("logs", "get-log-events", *place, "--limit", "3")
        self.assertEqual([event["message"] for event in latest["events"]], [event["message"] for event in events[-3:]])
        older = self.cli("logs", "get-log-events", *place, "--limit", "2", "--next-token", latest["nextBackwardToken"])
        self.assertEqual([event["message"] for event in older["events"]], [event["message"] for event in events[7:9]])
        groups = self.cli("logs", "describe-log-groups", "--log-group-name-prefix", "/app")["logGroups"]
        self.assertEqual([(each["logGroupName"], each["retentionInDays"]) for each in groups], [(group, 7)])
        streams = self.cli("logs", "describe-log-streams", "--log-group-name", group, "--order-by", "LastEventTime", "--descending")["logStreams"]
        self.assertEqual([(each["logStreamName"], each["lastEventTimestamp"]) for each in streams], [(stream, now + 11)])
        self.cli_fails("(ResourceAlreadyExistsException)", "logs", "create-log-group", "--log-group-name", group)

    def functions(self):
        name = ("--function-name", "handler")
        created = self.cli(
            "lambda", "create-function", *name, "--package-type", "Image", "--code", f"ImageUri=oci:{self.layout}", "--role", ROLE, "--timeout", "5"
        )
        self.assertEqual((created["FunctionName"], created["PackageType"]), ("handler", "Image"))
        self.cli("lambda", "wait", "function-active-v2", *name)
        self.assertEqual(self.cli("lambda", "get-function", *name)["Code"]["ImageUri"], f"oci:{self.layout}")
        self.cli("lambda", "update-function-configuration", *name, "--memory-size", "256", "--environment", "Variables={COLOUR=green}")
        self.cli("lambda", "wait", "function-updated-v2", *name)

        def invoke(event, *more):
            """The CLI's own document, and the payload."""
            target = os.path.join(self.folder, "payload")
            # "fileb": version 2 would take the text of "file" for base64.
            payload = self.file_of("event.json", event).replace("file:", "fileb:")
            answer = self.cli("lambda", "invoke", *name, "--payload", payload, *more, target)
            with open(target) as file:
                return answer, file.read()

        answer, payload = invoke({"env": "COLOUR", "print": "from the handler"}, "--log-type", "Tail")
        self.assertEqual((answer["StatusCode"], answer["ExecutedVersion"], payload), (200, "$LATEST", '"green"'))
        log = base64.b64decode(answer["LogResult"]).decode()
        for part in ("START RequestId: ", "from the handler\n", "END RequestId: ", "Memory Size: 256 MB"):
            self.assertIn(part, log)
        answer, payload = invoke({"fail": "yes"})
        self.assertEqual((answer["FunctionError"], json.loads(payload)["errorType"]), ("Unhandled", "ValueError"))
        self.assertEqual(invoke({}, "--invocation-type", "DryRun")[0]["StatusCode"], 204)
        self.assertEqual(invoke({"print": "later"}, "--invocation-type", "Event")[0]["StatusCode"], 202)
        self.cli_fails(
            "(ResourceNotFoundException) when calling the Invoke operation: Function not found: arn:aws:lambda:us-east-1:000000000000:function:none",
            *("lambda", "invoke", "--function-name", "none", os.path.join(self.folder, "nothing")),
        )
        lines = self.cli("logs", "filter-log-events", "--log-group-name", "/aws/lambda/handler", "--filter-pattern", '"from the handler"')["events"]
        self.assertEqual([line["message"] for line in lines], ["from the handler\n"])
        self.assertEqual(self.cli("lambda", "publish-version", *name)["Version"], "1")
        alias = self.cli("lambda", "create-alias", *name, "--name", "live", "--function-version", "1", "--routing-config", "AdditionalVersionWeights={}")
        self.assertTrue(alias["AliasArn"].endswith(":function:handler:live"))
        answer, payload = invoke({"exit": "3"}, "--qualifier", "live")
        self.assertEqual((answer["ExecutedVersion"], answer["FunctionError"], json.loads(payload)["errorType"]), ("1", "Unhandled", "Runtime.ExitError"))
        self.cli("lambda", "put-function-concurrency", *name, "--reserved-concurrent-executions", "0")
        self.cli_fails("(TooManyRequestsException)", "lambda", "invoke", *name, os.path.join(self.folder, "nothing"))
        self.cli("lambda", "delete-function", *name)
        self.assertEqual(self.cli("lambda", "list-functions")["Functions"], [])

    def wrong_secrets(self):
        identity = self.cli("sts", "get-caller-identity")
        self.assertEqual((identity["Account"], identity["Arn"]), ("000000000000", "arn:aws:iam::000000000000:user/test"))
        mismatch = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."
        for command, code in (
            (("sts", "get-caller-identity"), "SignatureDoesNotMatch"),
            (("dynamodb", "list-tables"), "InvalidSignatureException"),
            (("secretsmanager", "list-secrets"), "InvalidSignatureException"),
            (("logs", "describe-log-groups"), "InvalidSignatureException"),
            (("lambda", "list-functions"), "InvalidSignatureException"),
        ):
            operation = "".join(part.title() for part in command[1].split("-"))
            self.cli_fails(f"({code}) when calling the {operation} operation: {mismatch}", *command, AWS_SECRET_ACCESS_KEY="wrong")
        self.cli_fails(
            "(UnrecognizedClientException) when calling the ListTables operation: The security token included in the request is invalid.",
            *("dynamodb", "list-tables"),
            AWS_ACCESS_KEY_ID="AKIDUNKNOWN",
        )


if __name__ == "__main__":
    local_aws.main()
