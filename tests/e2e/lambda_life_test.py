# SPDX-License-Identifier: Apache-2.0
"""The life of an execution environment: frozen between events, extensions, what is left of memory, many lines, functions that call others."""
import base64
import json
import os
import sys
import time

import local_aws
import oci_image

local_aws.use_tools()  # starts this script anew, with all its arguments
import lambda_case

lambda_case.LambdaCase.BOOTSTRAP = os.path.abspath(sys.argv.pop(2))


class Frozen(lambda_case.LambdaCase):
    def test_nothing_runs_between_events(self):
        self.create(Timeout=20)
        self.invoke({"count": "1"})
        before = self.invoke({"count": "1"})[0]
        time.sleep(1)
        after = self.invoke({"count": "1"})[0]
        # A thread that was not frozen would have counted to some thousands.
        self.assertLess(after - before, 1000)
        self.invoke({"sleep": 500, "raw": "{}"})
        self.assertGreater(self.invoke({"count": "1"})[0] - after, 100, "it runs while there is an event")

    def test_children_that_went_away_are_frozen_too(self):
        self.create()
        child = self.invoke({"child": "1"})[0]

        def is_stopped():
            with open(f"/proc/{child}/stat") as file:
                return file.read().rsplit(")", 1)[1].split()[0] == "T"

        self.wait_until(is_stopped)
        self.invoke({})
        self.wait_until(is_stopped)


class Extensions(lambda_case.LambdaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.extended = os.path.join(cls.images, "extended")
        with open(cls.BOOTSTRAP, "rb") as file:
            program = file.read()
        files = {"bootstrap": (program, 0o755), "var": None, "var/task": None, "opt": None, "opt/extensions": None, "opt/extensions/watcher": (program, 0o755)}
        config = {"Entrypoint": ["/bootstrap"], "Cmd": ["app.handler"], "WorkingDir": "/var/task"}
        oci_image.write_layout(cls.extended, [oci_image.layer(files)], config)

    def events(self, name="watcher"):
        lines = self.lines(f"/aws/lambda/{self.name}")
        return [json.loads(line.split(": ", 1)[1]) for line in lines if line.startswith(f"{name}: {{")]

    def test_external(self):
        arn = self.create(Code={"ImageUri": f"oci:{self.extended}"})["FunctionArn"]
        _, error, answer = self.invoke({"print": "handled"})
        self.assertIsNone(error)
        self.assertIn("EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n", answer["Log"])
        request_id = answer["ResponseMetadata"]["RequestId"]
        first = self.wait_until(self.events)[0]
        self.assertEqual((first["eventType"], first["requestId"], first["invokedFunctionArn"]), ("INVOKE", request_id, arn))
        self.assertLess(abs(first["deadlineMs"] - time.time() * 1000 - 3000), 10000)
        self.assertEqual(self.invoke({"env": "_HANDLER"})[0], "app.handler")
        self.functions.update_function_configuration(FunctionName=self.name, Timeout=4)
        last = self.wait_until(lambda: [event for event in self.events() if event["eventType"] == "SHUTDOWN"])[0]
        self.assertEqual(last["shutdownReason"], "spindown")

    def test_reasons_of_an_end(self):
        self.create(Code={"ImageUri": f"oci:{self.extended}"}, Timeout=1)
        for event, reason in (({"sleep": 5000}, "timeout"), ({"exit": "1"}, "failure")):
            self.assertEqual(self.invoke(event)[1], "Unhandled")
            self.wait_until(lambda: reason in [seen.get("shutdownReason") for seen in self.events()])

    def test_internal(self):
        self.create(Environment={"Variables": {"INIT": "extension"}})
        _, error, answer = self.invoke({})
        self.assertIsNone(error)
        self.assertIn("inside registered 200\n", answer["Log"])
        self.assertEqual(self.wait_until(lambda: self.events("inside"))[0]["eventType"], "INVOKE")


class Misbehaviour(lambda_case.LambdaCase):
    def test_out_of_memory(self):
        self.create(MemorySize=128, Timeout=20)
        payload, error, answer = self.invoke({"allocate": "200"})
        request_id = answer["ResponseMetadata"]["RequestId"]
        message = f"RequestId: {request_id} Error: Runtime exited with error: signal: killed"
        self.assertEqual((payload, error), ({"errorType": "Runtime.OutOfMemory", "errorMessage": message}, "Unhandled"))
        self.assertRegex(answer["Log"], r"Max Memory Used: 128 MB\t.*Status: error\tError Type: Runtime.OutOfMemory\t")

    def test_what_is_no_json_comes_back_as_it_is(self):
        self.create()
        answer = self.functions.invoke(FunctionName=self.name, Payload=b'{"plain": "no json"}')
        self.assertEqual((answer["Payload"].read(), answer.get("FunctionError")), (b"no json", None))

    def test_response_stream(self):
        self.create(Timeout=20)

        def stream(event):
            answer = self.functions.invoke_with_response_stream(FunctionName=self.name, Payload=json.dumps(event), LogType="Tail")
            events = list(answer["EventStream"])
            return answer, b"".join(each["PayloadChunk"]["Payload"] for each in events if "PayloadChunk" in each), events[-1]["InvokeComplete"]

        answer, payload, end = stream({"answer": "200000"})
        self.assertEqual((answer["ExecutedVersion"], len(payload), "ErrorCode" in end), ("$LATEST", 200000, False))
        self.assertIn("REPORT RequestId", base64.b64decode(end["LogResult"]).decode())
        _, payload, end = stream({"fail": "yes"})
        self.assertEqual((payload, end["ErrorCode"], json.loads(end["ErrorDetails"])["errorMessage"]), (b"", "ValueError", "as asked"))

    def test_many_lines(self):
        self.create(Timeout=60)
        _, error, answer = self.invoke({"lines": 100000, "raw": "{}"})
        self.assertIsNone(error)
        self.assertLessEqual(len(answer["Log"].encode()), 4096)
        self.assertIn("line 100000\n", answer["Log"])
        lines = [line for line in self.pages() if line.startswith("line ")]
        self.assertEqual(lines, [f"line {number}\n" for number in range(1, 100001)])

    def pages(self):
        logs = self.aws.client("logs")

        def everything():
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{self.name}", PaginationConfig={"PageSize": 10000})
            messages = [event["message"] for page in pages for event in page["events"]]
            return messages if messages and messages[-1].startswith("REPORT") else None

        return self.wait_until(everything, 60)

    def test_a_function_calls_another(self):
        other = self.functions.create_function(FunctionName=f"{self.name}-b", Role=lambda_case.ROLE, PackageType="Image", Code={"ImageUri": f"oci:{self.layout}"})
        self.create()
        given = [self.invoke({"env": name})[0] for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")]
        self.assertEqual(given[0], self.aws.endpoint)
        inner = self.aws.client("lambda", key=given[1], secret=given[2], token=given[3])
        answer = inner.invoke(FunctionName=other["FunctionArn"], Payload=b'{"env": "AWS_LAMBDA_FUNCTION_NAME"}')
        self.assertEqual(json.loads(answer["Payload"].read()), f"{self.name}-b")


if __name__ == "__main__":
    local_aws.main()
