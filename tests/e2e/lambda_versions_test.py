# SPDX-License-Identifier: Apache-2.0
"""The local Lambda's versions, aliases, reservations, policies, asynchronous events and function URLs, seen by boto3."""
import base64
import collections
import concurrent.futures
import http.client
import json
import os
import sys
import urllib.parse

import local_aws
import oci_image

local_aws.use_tools()  # starts this script anew, with all its arguments
import lambda_case

lambda_case.LambdaCase.BOOTSTRAP = os.path.abspath(sys.argv.pop(2))


class Versions(lambda_case.LambdaCase):
    def publish(self, **settings):
        return self.functions.publish_version(FunctionName=self.name, **settings)

    def test_versions_never_change(self):
        created = self.create(Environment={"Variables": {"ENV_A": "1"}}, Description="first")
        one = self.publish()
        self.assertEqual((one["Version"], one["FunctionArn"], one["State"]), ("1", f"{created['FunctionArn']}:1", "Pending"))
        self.functions.get_waiter("published_version_active").wait(FunctionName=self.name, Qualifier="1", WaiterConfig={"Delay": 1})
        self.assertEqual(self.publish()["Version"], "1", "nothing has changed since")
        self.functions.update_function_configuration(FunctionName=self.name, Environment={"Variables": {"ENV_A": "2"}}, Timeout=9)
        two = self.publish(Description="second")
        self.assertEqual((two["Version"], two["Description"], two["Timeout"]), ("2", "second", 9))
        got = self.functions.get_function(FunctionName=self.name, Qualifier="1")["Configuration"]
        self.assertEqual((got["Version"], got["Timeout"], got["FunctionArn"], got["State"]), ("1", 3, f"{created['FunctionArn']}:1", "Active"))
        for qualifier, value in (("1", "1"), ("2", "2"), ("$LATEST", "2")):
            payload, _, answer = self.invoke({"env": "ENV_A"}, Qualifier=qualifier)
            self.assertEqual((payload, answer["ExecutedVersion"]), (value, qualifier))
            self.assertIn(f"Version: {qualifier}\n", answer["Log"])
        self.assertEqual(self.invoke({"env": "AWS_LAMBDA_FUNCTION_VERSION"}, name=f"{self.name}:2")[0], "2")
        self.assertIn("/[2]", self.invoke({"env": "AWS_LAMBDA_LOG_STREAM_NAME"}, Qualifier="2")[0])
        self.assertEqual(self.invoke({"header": "Lambda-Runtime-Invoked-Function-Arn"}, Qualifier="2")[0], f"{created['FunctionArn']}:2")
        listed = self.functions.list_versions_by_function(FunctionName=self.name)["Versions"]
        self.assertEqual([(v["Version"], v["FunctionArn"]) for v in listed], [(n, f"{created['FunctionArn']}:{n}") for n in ("$LATEST", "1", "2")])
        page = self.functions.list_versions_by_function(FunctionName=self.name, MaxItems=2)
        rest = self.functions.list_versions_by_function(FunctionName=self.name, Marker=page["NextMarker"])
        self.assertEqual(([v["Version"] for v in page["Versions"] + rest["Versions"]], rest.get("NextMarker")), (["$LATEST", "1", "2"], None))
        self.functions.delete_function(FunctionName=self.name, Qualifier="2")
        self.functions.update_function_configuration(FunctionName=self.name, Timeout=10)
        self.assertEqual(self.publish()["Version"], "3", "numbers are never used again")
        refusal = self.refused(self.functions.update_function_configuration, FunctionName=f"{self.name}:1", Timeout=5)
        self.assertEqual(refusal[0], "InvalidParameterValueException")

    def test_preconditions(self):
        created = self.create()
        wrong = self.refused(self.publish, CodeSha256="0" * 64)
        self.assertEqual(wrong[0::2], ("InvalidParameterValueException", 400))
        self.assertIn(f"is different from current CodeSHA256 in $LATEST ({created['CodeSha256']})", wrong[1])
        self.assertEqual(self.refused(self.publish, RevisionId="00000000-0000-0000-0000-000000000000")[0::2], ("PreconditionFailedException", 412))
        self.assertEqual(self.publish(CodeSha256=created["CodeSha256"], RevisionId=created["RevisionId"])["Version"], "1")
        self.assertEqual(self.refused(self.functions.get_function, FunctionName=self.name, Qualifier="9")[0::2], ("ResourceNotFoundException", 404))

    def test_publish_with_create_and_update(self):
        created = self.create(Publish=True)
        self.assertEqual(created["Version"], "1")
        two = os.path.join(self.images, "published")
        oci_image.bootstrap_image(two, self.BOOTSTRAP, marker="published")
        updated = self.functions.update_function_code(FunctionName=self.name, ImageUri=f"oci:{two}", Publish=True)
        self.assertEqual((updated["Version"], updated["LastUpdateStatus"]), ("2", "InProgress"))
        self.functions.get_waiter("function_updated_v2").wait(FunctionName=self.name, WaiterConfig={"Delay": 1})
        self.assertEqual([self.invoke({"where": 1}, Qualifier=q)[0]["marker"] for q in ("1", "2")], ["one", "published"])
        listed = [f["FunctionArn"] for page in self.functions.get_paginator("list_functions").paginate(FunctionVersion="ALL") for f in page["Functions"]]
        self.assertTrue({updated["FunctionArn"], created["FunctionArn"]} <= set(listed))


class Aliases(lambda_case.LambdaCase):
    def setUp(self):
        super().setUp()
        self.arn = self.create()["FunctionArn"]
        for timeout in (4, 5):
            self.functions.update_function_configuration(FunctionName=self.name, Timeout=timeout)
            self.functions.publish_version(FunctionName=self.name)

    def alias(self, name="live", version="1", **settings):
        return self.functions.create_alias(FunctionName=self.name, Name=name, FunctionVersion=version, **settings)

    def test_create_get_update_list_delete(self):
        live = self.alias(Description="d")
        self.assertEqual((live["AliasArn"], live["FunctionVersion"], live["Description"]), (f"{self.arn}:live", "1", "d"))
        self.assertEqual(self.refused(self.alias), ("ResourceConflictException", f"Alias already exists: {self.arn}:live", 409))
        self.assertEqual(self.functions.get_alias(FunctionName=self.name, Name="live")["RevisionId"], live["RevisionId"])
        configuration = self.functions.get_function_configuration(FunctionName=self.name, Qualifier="live")
        self.assertEqual((configuration["FunctionArn"], configuration["Version"], configuration["Timeout"]), (f"{self.arn}:live", "1", 4))
        update = {"FunctionName": self.name, "Name": "live"}
        moved = self.functions.update_alias(FunctionVersion="2", RevisionId=live["RevisionId"], **update)
        self.assertEqual((moved["FunctionVersion"], moved["Description"]), ("2", "d"))
        self.assertEqual(self.refused(self.functions.update_alias, RevisionId=live["RevisionId"], **update)[0::2], ("PreconditionFailedException", 412))
        self.alias("next", "2", RoutingConfig={"AdditionalVersionWeights": {"1": 0.25}})
        names = lambda **more: [a["Name"] for a in self.functions.list_aliases(FunctionName=self.name, **more)["Aliases"]]
        self.assertEqual((names(), names(FunctionVersion="1")), (["live", "next"], ["next"]))
        refusal = self.refused(self.functions.delete_function, FunctionName=self.name, Qualifier="1")
        self.assertEqual(refusal, ("ResourceConflictException", "Unable to delete version because the following aliases reference it: [next]", 409))
        self.functions.delete_alias(FunctionName=self.name, Name="next")
        self.functions.delete_alias(FunctionName=self.name, Name="next")
        self.functions.delete_function(FunctionName=self.name, Qualifier="1")
        missing = self.refused(self.functions.get_alias, FunctionName=self.name, Name="next")
        self.assertEqual(missing, ("ResourceNotFoundException", f"Cannot find alias arn: {self.arn}:next", 404))

    def test_refusals(self):
        weights = lambda **map: {"RoutingConfig": {"AdditionalVersionWeights": map}}
        for settings, code, part in (
            ({"version": "7"}, "ResourceNotFoundException", f"Function not found: {self.arn}:7"),
            ({"name": "12"}, "ValidationException", "at 'name'"),
            (weights(**{"1": 0.1}), "InvalidParameterValueException", "Function version 1 is already included in routing configuration."),
            (weights(**{"2": 1.5}), "ValidationException", "routingConfig.additionalVersionWeights"),
            (weights(**{"9": 0.5}), "ResourceNotFoundException", ":9"),
            ({"version": "$LATEST", **weights(**{"1": 0.1})}, "InvalidParameterValueException", "$LATEST is not supported for an alias pointing to more than 1 version"),
            (weights(**{"2": 0.1, "3": 0.1}), "InvalidParameterValueException", "Number of items in AdditionalVersionWeights cannot be greater than 1"),
        ):
            refusal = self.refused(self.alias, **settings)
            self.assertEqual(refusal[0], code, refusal)
            self.assertIn(part, refusal[1])

    def test_weights(self):
        self.alias(RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
        versions = collections.Counter(self.invoke({}, Qualifier="live")[2]["ExecutedVersion"] for _ in range(40))
        # One version alone in 40 calls: once in 10^12 runs.
        self.assertEqual(set(versions), {"1", "2"})
        self.assertEqual(self.invoke({"header": "Lambda-Runtime-Invoked-Function-Arn"}, Qualifier="live")[0], f"{self.arn}:live")
        cleared = self.functions.update_alias(FunctionName=self.name, Name="live", RoutingConfig={"AdditionalVersionWeights": {}})
        self.assertNotIn("RoutingConfig", cleared)
        self.assertEqual({self.invoke({}, Qualifier="live")[2]["ExecutedVersion"] for _ in range(10)}, {"1"})


class Settings(lambda_case.LambdaCase):
    def test_reserved_concurrency(self):
        self.create(Timeout=20)
        before = self.functions.get_account_settings()["AccountLimit"]
        self.functions.put_function_concurrency(FunctionName=self.name, ReservedConcurrentExecutions=1)
        self.assertEqual(self.functions.get_function_concurrency(FunctionName=self.name)["ReservedConcurrentExecutions"], 1)
        self.assertEqual(self.functions.get_function(FunctionName=self.name)["Concurrency"], {"ReservedConcurrentExecutions": 1})
        self.assertEqual(self.functions.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"], before["UnreservedConcurrentExecutions"] - 1)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            busy = pool.submit(self.invoke, {"print": "busy", "sleep": 3000})
            self.wait_until(lambda: "busy\n" in self.lines(f"/aws/lambda/{self.name}"))
            import botocore.exceptions

            with self.assertRaises(botocore.exceptions.ClientError) as caught:
                self.functions.invoke(FunctionName=self.name)
            answer = caught.exception.response
            self.assertEqual((answer["Error"]["Code"], answer["Error"]["Message"]), ("TooManyRequestsException", "Rate Exceeded."))
            self.assertEqual((answer["ResponseMetadata"]["HTTPStatusCode"], answer["Reason"]), (429, "ReservedFunctionConcurrentInvocationLimitExceeded"))
            self.assertIsNone(busy.result()[1])
        self.functions.put_function_concurrency(FunctionName=self.name, ReservedConcurrentExecutions=0)
        self.assertEqual(self.refused(self.functions.invoke, FunctionName=self.name)[0], "TooManyRequestsException")
        refusal = self.refused(self.functions.put_function_concurrency, FunctionName=self.name, ReservedConcurrentExecutions=901)
        self.assertEqual(refusal[0], "InvalidParameterValueException")
        self.assertIn("below its minimum value of [100].", refusal[1])
        self.functions.delete_function_concurrency(FunctionName=self.name)
        self.assertIsNone(self.invoke({})[1])
        self.assertEqual(self.functions.get_account_settings()["AccountLimit"], before)

    def test_policy(self):
        arn = self.create()["FunctionArn"]
        self.assertEqual(self.refused(self.functions.get_policy, FunctionName=self.name)[0::2], ("ResourceNotFoundException", 404))
        permission = {"FunctionName": self.name, "StatementId": "gateway", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
        added = json.loads(self.functions.add_permission(SourceArn="arn:aws:execute-api:us-east-1:000000000000:x/*", **permission)["Statement"])
        self.assertEqual(
            added,
            {
                "Sid": "gateway",
                "Effect": "Allow",
                "Principal": {"Service": "apigateway.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": arn,
                "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:us-east-1:000000000000:x/*"}},
            },
        )
        self.assertEqual(self.refused(self.functions.add_permission, **permission)[0::2], ("ResourceConflictException", 409))
        policy = json.loads(self.functions.get_policy(FunctionName=self.name)["Policy"])
        self.assertEqual((policy["Version"], policy["Id"], policy["Statement"]), ("2012-10-17", "default", [added]))
        self.functions.remove_permission(FunctionName=self.name, StatementId="gateway")
        self.assertEqual(self.refused(self.functions.remove_permission, FunctionName=self.name, StatementId="gateway")[0], "ResourceNotFoundException")

    def test_tags(self):
        arn = self.create(Tags={"a": "1"})["FunctionArn"]
        self.functions.tag_resource(Resource=arn, Tags={"b": "2"})
        self.functions.untag_resource(Resource=arn, TagKeys=["a"])
        self.assertEqual(self.functions.list_tags(Resource=arn)["Tags"], {"b": "2"})
        self.assertEqual(self.refused(self.functions.list_tags, Resource=f"{arn}:1")[0], "InvalidParameterValueException")


class Events(lambda_case.LambdaCase):
    FLAGS = ("--event-retry-wait", "100ms")
    QUEUE = "arn:aws:sqs:us-east-1:000000000000:failed"

    def send(self, event):
        return self.functions.invoke(FunctionName=self.name, InvocationType="Event", Payload=json.dumps(event))

    def records(self):
        return [json.loads(line) for line in self.lines("/davit/destinations")]

    def record_of(self, request_id):
        return self.wait_until(lambda: [r for r in self.records() if r["requestContext"]["requestId"] == request_id])[0]

    def test_two_retries_and_the_record(self):
        arn = self.create()["FunctionArn"]
        configured = self.functions.put_function_event_invoke_config(FunctionName=self.name, DestinationConfig={"OnFailure": {"Destination": self.QUEUE}})
        self.assertEqual(configured["FunctionArn"], f"{arn}:$LATEST")
        sent = self.send({"fail": "yes"})
        self.assertEqual(sent["StatusCode"], 202)
        request_id = sent["ResponseMetadata"]["RequestId"]
        record = self.record_of(request_id)
        timestamp = record.pop("timestamp")
        self.assertRegex(timestamp, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(
            record,
            {
                "version": "1.0",
                "requestContext": {"requestId": request_id, "functionArn": f"{arn}:$LATEST", "condition": "RetriesExhausted", "approximateInvokeCount": 3},
                "requestPayload": {"fail": "yes"},
                "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
                "responsePayload": {"errorMessage": "as asked", "errorType": "ValueError", "stackTrace": ['  File "app.py", line 1\n']},
            },
        )
        starts = [line for line in self.logged(3) if line.startswith("START")]
        self.assertEqual(starts, [f"START RequestId: {request_id} Version: $LATEST\n"] * 3)

    def test_no_retry_and_a_function_as_destination(self):
        self.create()
        other = f"{self.name}-other"
        target = self.functions.create_function(FunctionName=other, Role=lambda_case.ROLE, PackageType="Image", Code={"ImageUri": f"oci:{self.layout}"})
        destinations = {"OnSuccess": {"Destination": target["FunctionArn"]}, "OnFailure": {"Destination": target["FunctionArn"]}}
        self.functions.put_function_event_invoke_config(FunctionName=self.name, MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60, DestinationConfig=destinations)
        self.send({"exit": "1"})
        self.send({"print": "fine"})
        self.logged(2, name=other)
        self.assertEqual(sum(line.startswith("REPORT") for line in self.logged(2)), 2)
        got = self.functions.get_function_event_invoke_config(FunctionName=self.name)
        self.assertEqual((got["MaximumRetryAttempts"], got["MaximumEventAgeInSeconds"], got["DestinationConfig"]), (0, 60, destinations))

    def test_configurations(self):
        self.create()
        refusal = self.refused(self.functions.get_function_event_invoke_config, FunctionName=self.name)
        self.assertEqual(refusal[0::2], ("ResourceNotFoundException", 404))
        self.assertIn(":$LATEST doesn't have an EventInvokeConfig", refusal[1])
        self.assertEqual(self.refused(self.functions.update_function_event_invoke_config, FunctionName=self.name, MaximumRetryAttempts=1)[0], "ResourceNotFoundException")
        self.assertEqual(self.refused(self.functions.put_function_event_invoke_config, FunctionName=self.name)[0], "InvalidParameterValueException")
        self.functions.put_function_event_invoke_config(FunctionName=self.name, MaximumRetryAttempts=1)
        updated = self.functions.update_function_event_invoke_config(FunctionName=self.name, MaximumEventAgeInSeconds=120)
        self.assertEqual((updated["MaximumRetryAttempts"], updated["MaximumEventAgeInSeconds"]), (1, 120))
        self.assertEqual(len(self.functions.list_function_event_invoke_configs(FunctionName=self.name)["FunctionEventInvokeConfigs"]), 1)
        for destination in ("arn:aws:lambda:us-east-1:000000000000:function:none", "arn:aws:ec2:us-east-1:000000000000:x"):
            refusal = self.refused(self.functions.put_function_event_invoke_config, FunctionName=self.name, DestinationConfig={"OnFailure": {"Destination": destination}})
            self.assertEqual(refusal, ("InvalidParameterValueException", f"The destination ARN {destination} is invalid.", 400))
        self.functions.delete_function_event_invoke_config(FunctionName=self.name)
        self.assertEqual(self.functions.list_function_event_invoke_configs(FunctionName=self.name)["FunctionEventInvokeConfigs"], [])

    def test_what_was_accepted_outlives_the_process(self):
        self.create(Environment={"Variables": {"INIT": "error"}})
        self.functions.put_function_concurrency(FunctionName=self.name, ReservedConcurrentExecutions=0)
        self.send({"print": "kept"})
        os.kill(self.aws.document["pid"], 9)
        self.aws.up()
        self.functions = self.aws.client("lambda")
        self.functions.update_function_configuration(FunctionName=self.name, Environment={"Variables": {}})
        self.functions.delete_function_concurrency(FunctionName=self.name)
        self.assertIn("kept\n", self.logged(1))


class Urls(lambda_case.LambdaCase):
    def call(self, url, method="GET", path="/", body=None, headers=()):
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=40)
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content

    def reply(self, url, answer):
        text = base64.b64encode(json.dumps(answer).encode()).decode()
        return self.call(url, "POST", "/", f"reply64 {text}", {"Content-Type": "text/plain"})

    def test_open_url(self):
        arn = self.create()["FunctionArn"]
        created = self.functions.create_function_url_config(FunctionName=self.name, AuthType="NONE")
        self.assertEqual((created["FunctionArn"], created["AuthType"], created["InvokeMode"]), (arn, "NONE", "BUFFERED"))
        url = created["FunctionUrl"]
        status, headers, body = self.call(url, path="/a/b?x=1&x=2", headers={"X-A": "1", "Cookie": "c=1; d=2"})
        event = json.loads(body)
        self.assertEqual(status, 200, body)
        self.assertEqual((event["version"], event["routeKey"], event["rawPath"], event["rawQueryString"]), ("2.0", "$default", "/a/b", "x=1&x=2"))
        self.assertEqual((event["queryStringParameters"], event["cookies"], event["headers"]["x-a"]), ({"x": "1,2"}, ["c=1", "d=2"], "1"))
        context = event["requestContext"]
        self.assertEqual((context["accountId"], context["stage"], context["routeKey"], "authorizer" in context), ("anonymous", "$default", "$default", False))
        self.assertRegex(context["apiId"], r"^[a-z0-9]{32}$")
        self.assertEqual(context["requestId"], headers["x-amzn-requestid"])
        status, headers, body = self.reply(url, {"statusCode": 201, "headers": {"X-B": "2"}, "cookies": ["e=3"], "body": "made"})
        self.assertEqual((status, headers["x-b"], headers["set-cookie"], body), (201, "2", "e=3", b"made"))
        streamed = base64.b64encode(b'{"plain": "as it is"}').decode()
        self.functions.update_function_url_config(FunctionName=self.name, InvokeMode="RESPONSE_STREAM")
        status, headers, body = self.call(url, "POST", "/", f"do64 {streamed}", {"Content-Type": "text/plain"})
        self.assertEqual((status, headers["content-type"], body), (200, "application/octet-stream", b"as it is"))
        self.functions.update_function_url_config(FunctionName=self.name, InvokeMode="BUFFERED")
        failed = base64.b64encode(b'{"exit": "1"}').decode()
        self.assertEqual(self.call(url, "POST", "/", f"do64 {failed}", {"Content-Type": "text/plain"})[0::2], (502, b"Internal Server Error"))

    def test_configuration(self):
        self.create()
        self.assertEqual(self.refused(self.functions.get_function_url_config, FunctionName=self.name)[0::2], ("ResourceNotFoundException", 404))
        self.functions.create_function_url_config(FunctionName=self.name, AuthType="NONE")
        self.assertEqual(self.refused(self.functions.create_function_url_config, FunctionName=self.name, AuthType="NONE")[0::2], ("ResourceConflictException", 409))
        cors = {"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "AllowHeaders": ["x-a"], "MaxAge": 60}
        updated = self.functions.update_function_url_config(FunctionName=self.name, Cors=cors)
        self.assertEqual(updated["Cors"], cors)
        self.assertIn("LastModifiedTime", updated)
        url = updated["FunctionUrl"]
        asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
        status, headers, body = self.call(url, "OPTIONS", headers=asked)
        self.assertEqual((status, headers["access-control-allow-origin"], headers["access-control-max-age"], body), (200, "https://a.example", "60", b""))
        self.assertEqual(self.call(url, headers=asked)[1]["access-control-allow-origin"], "https://a.example")
        self.assertEqual([u["FunctionUrl"] for u in self.functions.list_function_url_configs(FunctionName=self.name)["FunctionUrlConfigs"]], [url])
        self.aws.down()
        self.aws.up()
        self.functions = self.aws.client("lambda")
        self.assertEqual(self.call(self.functions.get_function_url_config(FunctionName=self.name)["FunctionUrl"])[0], 200)
        self.functions.delete_function_url_config(FunctionName=self.name)
        self.assertEqual(self.call(url)[0], 404)

    def test_signed_url_of_an_alias(self):
        import botocore.auth
        import botocore.awsrequest
        import botocore.credentials

        self.create()
        self.functions.publish_version(FunctionName=self.name)
        self.functions.create_alias(FunctionName=self.name, Name="live", FunctionVersion="1")
        self.assertEqual(self.refused(self.functions.create_function_url_config, FunctionName=self.name, Qualifier="1", AuthType="NONE")[0], "ValidationException")
        url = self.functions.create_function_url_config(FunctionName=self.name, Qualifier="live", AuthType="AWS_IAM")["FunctionUrl"]
        self.assertEqual(self.call(url)[0::2], (403, b'{"Message":"Forbidden"}'))

        def signed(secret):
            request = botocore.awsrequest.AWSRequest("GET", f"{url}x?y=1", headers={"Host": urllib.parse.urlsplit(url).netloc})
            botocore.auth.SigV4Auth(botocore.credentials.Credentials("test", secret), "lambda", "us-east-1").add_auth(request)
            return self.call(url, path="/x?y=1", headers=dict(request.headers))

        status, _, body = signed("test")
        self.assertEqual(status, 200, body)
        context = json.loads(body)["requestContext"]
        self.assertEqual((context["accountId"], context["authorizer"]["iam"]["accessKey"]), ("000000000000", "test"))
        self.assertEqual(signed("wrong")[0], 403)


if __name__ == "__main__":
    local_aws.main()
