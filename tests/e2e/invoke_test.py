# SPDX-License-Identifier: Apache-2.0
"""`davit invoke` against the local Lambda with a handler that does what it is told, and against services that are not what they should be."""
import base64
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import uuid
import zipfile

import local_aws
import oci_image
from misbehaving_server import Server, answer, reset

local_aws.use_tools()  # starts this script anew, with all its arguments
BOOTSTRAP = os.path.abspath(sys.argv.pop(2))
ROLE = "arn:aws:iam::000000000000:role/app"


class InvokeCase(local_aws.LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="davit-invoke-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        oci_image.bootstrap_image(os.path.join(cls.folder, "image"), BOOTSTRAP)

    def create(self, **settings):
        self.name = f"f-{uuid.uuid4()}"
        code = {"ImageUri": f"oci:{self.folder}/image"}
        self.aws.client("lambda").create_function(FunctionName=self.name, Role=ROLE, PackageType="Image", Code=code, **settings)

    def davit(self, *arguments, event=None, **variables):
        command = [self.DAVIT, "invoke", *arguments, *(["--event", "-"] if event is not None else [])]
        data = event if isinstance(event, bytes) else json.dumps(event).encode() if event is not None else b""
        ran = subprocess.run(command, cwd=self.folder, input=data, env={**self.aws.environment, **variables}, capture_output=True, timeout=120)
        ran.err = ran.stderr.decode(errors="replace")
        return ran


class Payloads(InvokeCase):
    def test_the_payload_alone_byte_for_byte_and_the_log_beside_it(self):
        self.create()
        ran = self.davit(self.name, event=b'{ "print": "hello",  "n": 1.50, "big": 123456789012345678901234567890 }')
        self.assertEqual((ran.returncode, ran.stdout), (0, b'{ "print": "hello",  "n": 1.50, "big": 123456789012345678901234567890 }'), ran.err)
        lines = ran.err.splitlines()
        self.assertTrue(any(line.startswith("START RequestId: ") for line in lines) and "hello" in lines, ran.err)
        self.assertTrue(lines[-2].startswith("REPORT RequestId: "), ran.err)
        self.assertRegex(lines[-1], r"^davit: [0-9]+ ms of 128 MB billed: [0-9.]+ GB-s, \$[0-9.]+ at the x86_64 prices of us-east-1 ")

    def test_all_figures(self):
        self.create(MemorySize=256)
        out = json.loads(self.davit(self.name, "-o", "json", event={"a": [1, None]}).stdout)
        self.assertEqual(list(out), ["status", "functionError", "executedVersion", "requestId", "durationMs", "billedMs", "initMs", "maxMemoryMb", "payload", "cost"])
        self.assertEqual((out["status"], out["functionError"], out["executedVersion"], out["payload"]), (200, None, "$LATEST", {"a": [1, None]}))
        self.assertTrue(out["initMs"] > 0 and out["billedMs"] >= out["durationMs"] > 0 and out["maxMemoryMb"] > 0, out)
        self.assertIsNone(json.loads(self.davit(self.name, "-o", "json", event={}).stdout)["initMs"])

    def test_an_http_request(self):
        self.create()
        ran = self.davit(self.name, "POST", "/p/caf%C3%A9?x=1&x=2&y=a+b", "-H", "X-A: 1", "-H", "x-a: 2", "-H", "Cookie: a=1; b=2", "-d", '{"n": 1}')
        event = json.loads(ran.stdout)
        self.assertEqual((event["version"], event["rawPath"], event["rawQueryString"]), ("2.0", "/p/café", "x=1&x=2&y=a+b"))
        self.assertEqual(event["queryStringParameters"], {"x": "1,2", "y": "a b"})
        self.assertEqual((event["cookies"], event["body"], event["isBase64Encoded"]), (["a=1", "b=2"], '{"n": 1}', False))
        headers = event["headers"]
        self.assertEqual([headers[name] for name in ("x-a", "content-type", "content-length", "host")], ["1,2", "application/json", "8", "localhost"])
        self.assertTrue({"user-agent", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id"} <= set(headers))
        self.assertAlmostEqual(event["requestContext"]["timeEpoch"] / 1000, time.time(), delta=60)
        form = json.loads(self.davit(self.name, "POST", "/login", "-H", "content-type: application/x-www-form-urlencoded", "-d", "a=b").stdout)
        self.assertEqual((form["body"], form["isBase64Encoded"]), (base64.b64encode(b"a=b").decode(), True))

    def test_an_error_status_is_the_answer_of_a_function_that_worked(self):
        self.create()
        reply = base64.b64encode(b'{"statusCode": 500, "body": "no"}').decode()
        ran = self.davit(self.name, "POST", "/", "-d", f"reply64 {reply}")
        self.assertEqual((ran.returncode, json.loads(ran.stdout)["statusCode"]), (0, 500))

    def test_payloads_that_are_no_json(self):
        self.create()
        reply = base64.b64encode("plain é".encode()).decode()
        ran = self.davit(self.name, "POST", "/", "-d", f"reply64 {reply}")
        self.assertEqual((ran.returncode, ran.stdout), (0, "plain é".encode()))
        out = json.loads(self.davit(self.name, "POST", "/", "-d", f"reply64 {reply}", "-o", "json").stdout)
        self.assertEqual(out["payload"], "plain é")

    def test_large_payloads(self):
        self.create(Timeout=30)
        self.assertEqual(len(self.davit(self.name, event={"answer": "6000000"}).stdout), 6_000_000)
        too_large = self.davit(self.name, event={"answer": "7340032"})
        self.assertEqual(too_large.returncode, 1)
        self.assertIn("Function.ResponseSizeTooLarge", too_large.err)
        self.assertEqual(self.davit(self.name, event={"x": "y" * 7_000_000}).returncode, 1)

    def test_asynchronous_and_dry(self):
        self.create()
        out = json.loads(self.davit(self.name, "--type", "event", "-o", "json", event={"print": "later"}).stdout)
        self.assertEqual((out["status"], out["payload"], out["durationMs"]), (202, None, None))
        out = json.loads(self.davit(self.name, "--type", "dry-run", "-o", "json", event={}).stdout)
        self.assertEqual(out["status"], 204)

    def test_a_hundred_thousand_lines(self):
        self.create(Timeout=60)
        ran = self.davit(self.name, event={"lines": "100000", "raw": True})
        self.assertEqual((ran.returncode, ran.stdout), (0, b"true"), ran.err[-500:])
        lines = ran.err.splitlines()
        self.assertTrue(lines[0].startswith("START RequestId: ") and lines[-2].startswith("REPORT RequestId: "), lines[0])
        self.assertEqual([line for line in lines if line.startswith("line ")], [f"line {i}" for i in range(1, 100_001)])


class Failures(InvokeCase):
    def failed(self, event, part, **settings):
        self.create(**settings)
        ran = self.davit(self.name, event=event)
        self.assertEqual(ran.returncode, 1, ran.err)
        self.assertIn(part, ran.err)
        self.assertIn(f"function '{self.name}' failed", ran.err)
        json.loads(ran.stdout)
        return ran

    def test_a_function_error_with_the_handlers_own_trace(self):
        ran = self.failed({"fail": "yes"}, "ValueError: as asked")
        self.assertIn('  File "app.py", line 1', ran.err)
        out = self.davit(self.name, "-o", "json", event={"fail": "yes"})
        self.assertEqual((out.returncode, json.loads(out.stdout)["functionError"]), (1, "Unhandled"))

    def test_every_way_to_fail(self):
        self.failed({"sleep": "5000"}, "Task timed out after 1.00 seconds", Timeout=1)
        self.failed({"exit": "3"}, "Runtime.ExitError")
        self.failed({"abort": "yes"}, "Runtime.ExitError")
        self.failed({"allocate": "300"}, "signal: killed", MemorySize=128)
        self.failed({}, "Unable to import module 'app'", Environment={"Variables": {"INIT": "error"}})

    def test_what_does_not_exist_or_is_not_allowed(self):
        self.create()
        missing = self.davit("no-such-function", event={})
        self.assertEqual(missing.returncode, 3)
        self.assertIn("no-such-function", missing.err)
        self.assertIn("hint: ", missing.err)
        self.assertEqual(self.davit(self.name, "--qualifier", "7", event={}).returncode, 3)
        self.assertEqual(self.davit(self.name, event={}, AWS_SECRET_ACCESS_KEY="wrong").returncode, 4)
        self.assertEqual(self.davit(self.name, event={}, AWS_ENDPOINT_URL="http://127.0.0.1:9").returncode, 6)

    def test_a_signal_ends_the_wait(self):
        server = Server(lambda *_: time.sleep(20))
        self.addCleanup(server.close)
        process = subprocess.Popen([self.DAVIT, "invoke", "f"], env={**self.aws.environment, "AWS_ENDPOINT_URL": server.url}, stderr=subprocess.PIPE)
        server.wait_for(1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        self.assertEqual(process.returncode, 130)
        self.assertEqual(len(server.requests), 1)

    def test_mistakes_send_nothing(self):
        server = Server(lambda *_: answer(200, {}))
        self.addCleanup(server.close)
        for event, place in ((b'{"a": }', "standard input:1:7"), (b"", "standard input"), (b'{"a":1}\n{"b":2}', "standard input:2:1"), (b'"\xff"', "standard input:1")):
            ran = self.davit("f", event=event, AWS_ENDPOINT_URL=server.url)
            self.assertEqual(ran.returncode, 2, ran.err)
            self.assertIn(place, ran.err)
        for words in (["f", "get", "/"], ["f", "GET", "x"], ["f", "GET", "/", "-H", "bad"], ["f", "-d", "x"], ["f", "GET", "/", "x", "y"], ["GET", "/"],
                      ["f", "--event", "none.json"], ["f", "--event", "-", "GET", "/"], ["f", "GET", "/", "--token", "admin"], ["f", "--type", "events"]):
            ran = self.davit(*words, AWS_ENDPOINT_URL=server.url)
            self.assertEqual(ran.returncode, 2, f"{words}: {ran.err}")
        self.assertEqual(server.requests, [])


class BrokenService(InvokeCase):
    def test_an_event_is_never_sent_twice(self):
        def respond(request, connection):
            if "reset" in request.path:
                reset(connection)
            elif "cut" in request.path:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            elif "throttled" in request.path:
                return answer(429, {"message": "Rate exceeded"}, [("x-amzn-errortype", "TooManyRequestsException")])
            elif "broken" in request.path:
                return answer(502, b"<html>Bad gateway</html>")
            return None

        server = Server(respond)
        self.addCleanup(server.close)
        for number, name in enumerate(("reset", "cut", "closed", "throttled", "broken"), 1):
            ran = self.davit(name, event={}, AWS_ENDPOINT_URL=server.url)
            self.assertEqual(ran.returncode, 6, f"{name}: {ran.err}")
            self.assertEqual(len(server.requests), number, name)
        self.assertIn("Invoke may have run", self.davit("cut", event={}, AWS_ENDPOINT_URL=server.url).err)

    def test_a_lying_service(self):
        forged = base64.b64encode(b"REPORT RequestId: x\tDuration: abc\tBilled Duration: \n\xff\x00").decode()
        headers = [("X-Amz-Function-Error", "Handled"), ("X-Amz-Log-Result", forged)]
        server = Server(lambda *_: answer(200, b"\xff\xfe not json", headers))
        self.addCleanup(server.close)
        ran = self.davit("f", event={}, AWS_ENDPOINT_URL=server.url)
        self.assertEqual((ran.returncode, ran.stdout), (1, b"\xff\xfe not json"))
        out = self.davit("f", "-o", "json", event={}, AWS_ENDPOINT_URL=server.url)
        self.assertEqual((out.returncode, json.loads(out.stdout)["functionError"]), (1, "Handled"))


FUNCTION_SUITE = """
variables: {word: "said-{{run}}"}
steps:
  - {name: event, event: event.json, expect: {payload: {$.print: "{{word}}", $.n: 1}, log: "{{word}}", function_error: {exists: false}}}
  - {name: silent, event: event.json, expect: {log: {not: {contains: "something else"}}}}
  - {name: request, request: "POST /a?b=1", json: {x: 1}, expect: {status: 200, json: {$.rawPath: /a, $.requestContext.http.method: POST}, log: {matches: "START RequestId"}}}
  - {name: unasked, event: fail.json}
  - {name: expected, event: fail.json, expect: {function_error: Unhandled, payload: {$.errorType: ValueError}}}
  - {name: slow, event: slow.json, timeout: 300ms}
"""


class SmokeOfAFunction(InvokeCase):
    def test_events_requests_and_logs(self):
        self.create()
        for name, event in (("event", {"print": "{{word}}", "n": 1}), ("fail", {"fail": "yes"}), ("slow", {"sleep": "2000"})):
            with open(f"{self.folder}/{name}.json", "w") as file:
                json.dump(event, file)
        with open(f"{self.folder}/suite.yaml", "w") as file:
            file.write(FUNCTION_SUITE)
        command = [self.DAVIT, "smoke", "suite.yaml", "--target", f"{self.name}:$LATEST", "-o", "json"]
        ran = subprocess.run(command, cwd=self.folder, env=self.aws.environment, capture_output=True, text=True, timeout=60)
        steps = {step["name"]: step for step in json.loads(ran.stdout)["suites"][0]["steps"]}
        self.assertEqual([step["status"] for step in steps.values()], ["passed"] * 3 + ["failed", "passed", "error"], ran.stderr)
        self.assertEqual(steps["unasked"]["checks"][0]["check"], "function_error")
        self.assertIn("as asked", steps["unasked"]["checks"][0]["actual"])
        self.assertLess(steps["slow"]["durationMs"], 1800)
        self.assertEqual(ran.returncode, 1)


SUITE = """
setup: [{item: {table: t, put: {k: "{{run}}", n: 1, old: x}}}]
steps:
  - {request: GET /none, expect: {status: 404, body: nope}}
  - {request: GET /ok, expect: {status: 200, headers: {X-A: "1"}, json: {$.ok: true}}}
  - item: {table: t, update: {k: "{{run}}"}, set: {n: 12345678901234567, size: big}, remove: [old]}
    expect: {json: {$.n: 12345678901234567, $.old: {exists: false}}}
  - {item: {table: t, query: {k: "{{run}}"}}, expect: {json: {$: {length: 1}, "$[*].size": [big]}}}
  - {item: {table: t, query: {k: nobody}}, expect: {json: {$: []}}}
  - {item: {table: t, get: {k: nobody}}, expect: {json: {$: {exists: false}}}}
  - {item: {table: none, get: {k: x}}}
cleanup: [{item: {table: t, delete: {k: "{{run}}"}}}]
"""


class Moto(unittest.TestCase):
    """The control plane that others wrote. Its Lambda echoes the event, or gives the answers that were queued."""

    @classmethod
    def setUpClass(cls):
        program = os.path.join(sys.prefix, "bin", "moto_server")
        if not os.path.exists(program):
            raise unittest.SkipTest("moto is not installed (scripts/test-tools)")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        cls.url = f"http://127.0.0.1:{port}"
        process = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)
        cls.post("/moto-api/config", {"lambda": {"use_docker": False}})
        role = cls.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("a.py", "")
        functions = cls.client("lambda")
        functions.create_function(FunctionName="f", Runtime="python3.12", Role=role, Handler="a.h", Code={"ZipFile": code.getvalue()})
        functions.publish_version(FunctionName="f")
        functions.create_alias(FunctionName="f", Name="live", FunctionVersion="1")

    @classmethod
    def post(cls, path, document):
        request = urllib.request.Request(cls.url + path, json.dumps(document).encode(), {"Content-Type": "application/json"})
        for _ in range(150):
            try:
                return urllib.request.urlopen(request).read()
            except urllib.error.URLError:
                time.sleep(0.2)
        raise AssertionError("moto_server does not answer")

    @classmethod
    def client(cls, service):
        import boto3

        return boto3.client(service, endpoint_url=cls.url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")

    def davit(self, *arguments, data=""):
        keys = {"AWS_ENDPOINT_URL": self.url, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        return subprocess.run([local_aws.LocalAwsCase.DAVIT, *arguments], input=data, env=local_aws.scrubbed_environment(keys), capture_output=True, text=True, timeout=60)

    def test_invoke(self):
        ran = self.davit("invoke", "f", "--event", "-", "--qualifier", "live", data='{"a": 1.50}')
        self.assertEqual((ran.returncode, ran.stdout), (0, '{"a": 1.50}'), ran.stderr)
        ran = self.davit("invoke", "f", "GET", "/x?y=1", "--type", "event", "-o", "json")
        self.assertEqual((ran.returncode, json.loads(ran.stdout)["status"]), (0, 202), ran.stderr)

    def test_smoke_of_an_alias_and_of_items(self):
        self.client("dynamodb").create_table(
            TableName="t", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST",
        )
        answers = [{"statusCode": 404, "body": "nope"}, {"statusCode": 200, "headers": {"X-A": "1"}, "body": '{"ok": true}'}]
        self.post("/moto-api/static/lambda-simple/response", {"region": "us-east-1", "results": [json.dumps(one) for one in answers]})
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as suite:
            suite.write(SUITE)
            suite.flush()
            ran = self.davit("smoke", suite.name, "--target", "f:live", "-o", "json")
        steps = json.loads(ran.stdout)["suites"][0]["steps"]
        self.assertEqual(ran.returncode, 1, ran.stderr)
        self.assertEqual([step["status"] for step in steps], ["passed"] * 7 + ["error", "passed"], ran.stderr)
        self.assertEqual(self.client("dynamodb").scan(TableName="t")["Count"], 0)


if __name__ == "__main__":
    local_aws.main()
