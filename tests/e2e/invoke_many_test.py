# SPDX-License-Identifier: Apache-2.0
"""`davit invoke` of many events, of events that are followed to their end, and over a network that fails: nothing runs twice."""
import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

import local_aws
import oci_image
from fault_proxy import FaultProxy, reset, slow
from misbehaving_server import Server, answer

local_aws.use_tools()  # starts this script anew, with all its arguments
BOOTSTRAP = os.path.abspath(sys.argv.pop(2))


def run_davit(endpoint, *arguments, data=b""):
    environment = local_aws.scrubbed_environment(
        {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"})
    ran = subprocess.run([local_aws.LocalAwsCase.DAVIT, "invoke", *arguments], env=environment, input=data, capture_output=True, timeout=120)
    ran.err = ran.stderr.decode(errors="replace")
    return ran


class LocalLambda(local_aws.LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="davit-invoke-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        oci_image.bootstrap_image(os.path.join(cls.folder, "image"), BOOTSTRAP)

    def setUp(self):
        self.name = f"f-{uuid.uuid4()}"
        code = {"ImageUri": f"oci:{self.folder}/image"}
        self.aws.client("lambda").create_function(
            FunctionName=self.name, Role="arn:aws:iam::000000000000:role/app", PackageType="Image", Code=code, MemorySize=256, Timeout=20)

    def davit(self, *arguments, **more):
        return run_davit(self.aws.endpoint, self.name, *arguments, **more)

    def starts(self):
        """How often the function ran: the log is whole when the function has answered a call that came after."""
        last = self.aws.client("lambda").invoke(FunctionName=self.name, Payload="{}")["ResponseMetadata"]["RequestId"]
        end = time.monotonic() + 60
        while time.monotonic() < end:
            pages = self.aws.client("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{self.name}")
            messages = [event["message"] for page in pages for event in page["events"]]
            if any(message.startswith(f"REPORT RequestId: {last}") for message in messages):
                return sum(message.startswith("START ") for message in messages) - 1
            time.sleep(0.05)
        raise AssertionError("the log of the last call did not come")

    def test_many_events_and_a_report_of_each(self):
        events = b'{"n": 1.0}{"fail": "yes"}\n\n"text \\" }"\n[1,\n 2] 3 null'
        ran = self.davit("--events", "-", "-o", "jsonl", data=events)
        self.assertEqual(ran.returncode, 1, ran.err)
        reports = [json.loads(line) for line in ran.stdout.splitlines()]
        self.assertEqual([report["event"] for report in reports], [1, 2, 3, 4, 5, 6])
        self.assertEqual([report["payload"] for report in reports if not report["functionError"]], [{"n": 1.0}, 'text " }', [1, 2], 3, None])
        self.assertIn("as asked", reports[1]["error"])
        self.assertIn("1 of 6 invocations failed", ran.err)
        ran = self.davit("--events", "-", "--concurrency", "4", data=b"".join(b'{"n": %d}\n' % i for i in range(12)))
        self.assertEqual((ran.returncode, ran.stdout), (0, b"".join(b'{"n": %d}\n' % i for i in range(12))), ran.err)
        ran = self.davit("--events", "-", data=b'{"a": 1}\n{"b": }')
        self.assertEqual(ran.returncode, 2)
        self.assertIn("standard input, event 2 from line 2", ran.err)
        self.assertEqual(self.davit("--events", "-", data=b" \n").returncode, 2)
        self.assertEqual(self.starts(), 6 + 12)

    def test_percentiles_and_cold_starts(self):
        ran = self.davit("--repeat", "12", "--concurrency", "3", "--event", "-", "-o", "json", data=b'{"sleep": "50"}')
        out = json.loads(ran.stdout)
        self.assertEqual((ran.returncode, out["count"], out["succeeded"], out["cold"] + out["warm"]), (0, 12, 12, 12), ran.err)
        self.assertTrue(1 <= out["cold"] <= 3 and out["initMs"]["count"] == out["cold"], out)
        self.assertTrue(50 <= out["durationMs"]["p50"] <= out["durationMs"]["p95"] <= out["durationMs"]["max"] and out["latencyMs"]["min"] >= 50, out)
        self.assertAlmostEqual(out["cost"]["gbSeconds"], out["billedMs"] / 1000 / 4)
        self.assertAlmostEqual(out["cost"]["amount"], out["cost"]["gbSeconds"] * 0.0000166667 + 12 * 0.0000002, places=11)
        self.assertIn("12 invocations, 0 failed", self.davit("--repeat", "12").stdout.decode())
        ran = self.davit("--repeat", "3", "--event", "-", data=b'{"fail": "yes"}')
        self.assertEqual(ran.returncode, 1)
        self.assertIn("3 of 3 invocations failed", ran.err)

    def test_an_event_is_followed_to_its_end(self):
        ran = self.davit("--type", "event", "--wait", "--event", "-", "-o", "json", data=b'{"print": "done later"}')
        out = json.loads(ran.stdout)
        self.assertEqual((ran.returncode, out["status"], out["attempts"], out["functionError"]), (0, 202, 1, None), ran.err)
        self.assertTrue(out["billedMs"] > 0)
        lines = ran.err.splitlines()
        self.assertTrue(lines[0].startswith("START RequestId: ") and "done later" in lines and lines[-2].startswith("REPORT "), ran.err)

    def test_no_answer_is_no_reason_to_run_it_again(self):
        proxy = FaultProxy(self.aws.endpoint)
        self.addCleanup(proxy.close)

        def lost(asked, passed_on):
            passed_on()
            return reset

        for behave in (lost, lambda asked, passed_on: slow(passed_on(), 1.5)):
            proxy.behave, proxy.asked = behave, []
            ran = run_davit(proxy.endpoint, self.name, "--timeout", "700ms")
            self.assertEqual(ran.returncode, 6, ran.err)
            self.assertIn("may have run", ran.err)
            self.assertEqual(len(proxy.asked), 1)
        self.assertEqual(self.starts(), 2)

    def test_words_that_do_not_fit_together(self):
        for words in (["--wait"], ["--concurrency", "2"], ["--events", "-", "GET", "/"], ["--type", "event", "--client-context", "{}"], ["--client-context", "[]"],
                      ["--client-context", json.dumps({"x": "y" * 2700})], ["--repeat", "0"], ["--type", "event", "--wait", "--repeat", "2"]):
            ran = self.davit(*words, data=b"{}")
            self.assertEqual(ran.returncode, 2, f"{words}: {ran.err}")


class AsynchronousLambda:
    """Lambda and CloudWatch Logs of a function whose attempts come into its log, one more with each read of the log."""

    REQUEST = "8f5f1a52-6a5c-4f3b-9d0e-2a9f6f0c1b11"

    def __init__(self, attempts, retries):
        self.attempts, self.retries, self.reads = attempts, retries, 0
        self.server = Server(self.respond)

    def respond(self, request, _):
        if request.path.endswith("/invocations"):
            self.context = request.header("x-amz-client-context")
            return answer(202, b"", [("x-amzn-requestid", self.REQUEST)])
        if "/event-invoke-config" in request.path:
            return answer(200, {"MaximumRetryAttempts": self.retries}) if self.retries is not None else answer(
                404, {"Message": "no config"}, [("x-amzn-errortype", "ResourceNotFoundException")])
        if request.path.endswith("/configuration"):
            return answer(200, {"FunctionName": "f", "LoggingConfig": {"LogGroup": "/of/its/own"}})
        asked = json.loads(request.body)
        assert asked["logGroupName"] == "/of/its/own", asked
        self.reads += "filterPattern" in asked
        lines = [(i, line) for i, attempt in enumerate(self.attempts[: self.reads]) for line in attempt]
        events = [{"eventId": str(number), "logStreamName": f"s{i}", "timestamp": 1000 * i + number, "message": line, "ingestionTime": 1}
                  for number, (i, line) in enumerate(lines)]
        shown = [event for event in events if event["logStreamName"] in asked.get("logStreamNames", [event["logStreamName"]])
                 and asked.get("filterPattern", "").strip('"') in event["message"] and event["timestamp"] <= asked.get("endTime", 1 << 60)]
        return answer(200, {"events": shown})


def attempt(*lines, status=""):
    request = AsynchronousLambda.REQUEST
    report = f"REPORT RequestId: {request}\tDuration: 2.50 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t{status}\n"
    return [f"START RequestId: {request} Version: 7\n", *lines, f"END RequestId: {request}\n", report]


FAILED = attempt("[ERROR] ValueError: no such order\nTraceback (most recent call last):\n")


class TrueEnd(unittest.TestCase):
    def wait(self, attempts, retries, *arguments):
        service = AsynchronousLambda(attempts, retries)
        self.addCleanup(service.server.close)
        return run_davit(service.server.url, "f", "--type", "event", "--wait", "-o", "json", *arguments)

    def test_a_second_attempt_that_succeeds(self):
        ran = self.wait([FAILED, attempt("[ERROR]\t2026-11-26T03:00:00.000Z\tid\tonly a line of the handler's logger\n")], None)
        self.assertEqual((ran.returncode, json.loads(ran.stdout)["attempts"]), (0, 2), ran.err)
        self.assertIn("attempt 1 failed ([ERROR] ValueError: no such order); Lambda repeats it in about a minute, 2 of 3 attempts left", ran.err)
        self.assertEqual(ran.err.count("START RequestId"), 2)

    def test_every_attempt_fails(self):
        ran = self.wait([FAILED, FAILED], 1)
        out = json.loads(ran.stdout)
        self.assertEqual((ran.returncode, out["attempts"], out["functionError"], out["billedMs"]), (1, 2, "Unhandled", 3), ran.err)
        self.assertIn("function 'f' failed: [ERROR] ValueError: no such order", ran.err)

    def test_every_way_in_which_a_log_tells_a_failure(self):
        request = AsynchronousLambda.REQUEST
        for lines in (attempt(status="Status: timeout"), attempt(status="Status: error\tError Type: Runtime.ExitError"),
                      attempt(f"2026-11-26T03:00:00.000Z {request} Task timed out after 3.00 seconds\n"),
                      attempt(f'2026-11-26T03:00:00.000Z\t{request}\tERROR\tInvoke Error \t{{"errorType":"Error"}}\n'),
                      attempt(f"RequestId: {request} Error: Runtime exited with error: exit status 3\n"),
                      [json.dumps({"type": "platform.start", "record": {"requestId": request}}),
                       json.dumps({"type": "platform.report", "record": {"requestId": request, "status": "error", "errorType": "Runtime.ExitError",
                                                                         "metrics": {"durationMs": 2.5, "billedDurationMs": 3.0, "memorySizeMB": 128.0}}})]):
            self.assertEqual(self.wait([lines], 0).returncode, 1, lines)

    def test_an_end_that_does_not_come(self):
        ran = self.wait([attempt()[:2]], 0, "--timeout", "300ms")
        self.assertEqual(ran.returncode, 6, ran.err)
        self.assertIn(f"davit logs /of/its/own --request-id {AsynchronousLambda.REQUEST}", ran.err)

    def test_an_interrupt(self):
        service = AsynchronousLambda([attempt()[:1]], 0)
        self.addCleanup(service.server.close)
        environment = local_aws.scrubbed_environment(
            {"AWS_ENDPOINT_URL": service.server.url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "us-east-1"})
        command = [local_aws.LocalAwsCase.DAVIT, "invoke", "f", "--type", "event", "--wait"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        service.server.wait_for(5)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130)

    def test_the_client_context(self):
        service = AsynchronousLambda([], 0)
        self.addCleanup(service.server.close)
        run_davit(service.server.url, "f", "--client-context", '{"custom": {"a": "é"}}')
        self.assertEqual(json.loads(base64.b64decode(service.context[0])), {"custom": {"a": "é"}})


if __name__ == "__main__":
    local_aws.main()
