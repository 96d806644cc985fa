# SPDX-License-Identifier: Apache-2.0
"""Responses that arrive while the handler still writes them, at function URLs and by InvokeWithResponseStream.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html"""
import base64
import http.client
import json
import os
import socket
import sys
import time
import urllib.parse

import local_aws

local_aws.use_tools()  # starts this script anew, with all its arguments
import gateway_case

gateway_case.GatewayCase.BOOTSTRAP = os.path.abspath(sys.argv.pop(2))
PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response"
PAUSE = 600


def pieces(*contents):
    return "|".join(base64.b64encode(content).decode() for content in contents)


class StreamCase(gateway_case.GatewayCase):
    FUNCTION = {"Timeout": 6}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.functions = cls.aws.client("lambda")


class Url(StreamCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = cls.functions.create_function_url_config(FunctionName="handler", AuthType="NONE", InvokeMode="RESPONSE_STREAM")["FunctionUrl"]

    def ask(self, event):
        """The answer, whose body nobody has read yet."""
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=30)
        self.addCleanup(connection.close)
        body = "do64 " + base64.b64encode(json.dumps(event).encode()).decode()
        connection.request("POST", "/", body, {"Content-Type": "text/plain"})
        return connection.getresponse()

    def test_pieces_arrive_as_they_are_written(self):
        self.ask({"stream": pieces(b"warm")}).read()
        started = time.monotonic()
        answer = self.ask({"stream": pieces(b"one", b"two", b"three"), "pause": str(PAUSE), "type": "text/x-mine"})
        self.assertEqual((answer.status, answer.headers["content-type"], answer.headers["transfer-encoding"]), (200, "text/x-mine", "chunked"))
        times = []
        for expected in (b"one", b"two", b"three"):
            self.assertEqual(answer.read1(), expected)
            times.append(time.monotonic() - started)
        # The handler waits after each piece: the first was here before the second was written.
        self.assertLess(times[0], PAUSE / 1000)
        self.assertGreater(times[1] - times[0], 0.5 * PAUSE / 1000)
        self.assertGreater(times[2] - times[0], 1.5 * PAUSE / 1000)
        self.assertEqual(answer.read(), b"")

    def test_prelude(self):
        prelude = json.dumps({"statusCode": 418, "headers": {"X-Kind": "tea", "Content-Type": "text/html"}, "cookies": ["a=1", "b=2"]}).encode()
        whole = prelude + bytes(8) + b"<p>one</p>"
        for cut in (len(whole), len(prelude) + 3, 5):
            answer = self.ask({"stream": pieces(whole[:cut], whole[cut:], b"<p>two</p>"), "pause": "1", "type": PRELUDE_TYPE})
            self.assertEqual((answer.status, answer.headers["x-kind"], answer.headers["content-type"]), (418, "tea", "text/html"))
            self.assertEqual((answer.headers.get_all("set-cookie"), answer.read()), (["a=1", "b=2"], b"<p>one</p><p>two</p>"))
        answer = self.ask({"stream": pieces(b"{}" + bytes(8)), "type": PRELUDE_TYPE})
        self.assertEqual((answer.status, answer.headers["content-type"], answer.read()), (200, "application/octet-stream", b""))

    def test_a_prelude_that_is_none(self):
        for content in (b"no document" + bytes(8) + b"x", b'{"statusCode": 200}', b'{"statusCode": "many"}' + bytes(8)):
            answer = self.ask({"stream": pieces(content), "type": PRELUDE_TYPE})
            self.assertEqual((answer.status, answer.read()), (502, b"Internal Server Error"))

    def test_failures_before_and_after_the_first_byte(self):
        for end in ("broken", "left"):
            answer = self.ask({"stream": pieces(b"half"), "end": end, "pause": "50"})
            self.assertEqual(answer.status, 200)
            with self.assertRaises(http.client.IncompleteRead) as broken:
                answer.read()
            self.assertEqual(broken.exception.partial, b"half")
        for event in ({"fail": "yes"}, {"exit": "1"}):
            answer = self.ask(event)
            self.assertEqual((answer.status, answer.read()), (502, b"Internal Server Error"))
        self.assertEqual(self.ask({"stream": pieces(b"again")}).read(), b"again")

    def test_time_limit(self):
        started = time.monotonic()
        answer = self.ask({"stream": pieces(b"one", b"two"), "pause": "10000"})
        self.assertEqual(answer.read1(), b"one")
        with self.assertRaises(http.client.IncompleteRead):
            answer.read()
        self.assertLess(time.monotonic() - started, 9)

    def test_a_caller_who_leaves_does_not_stop_the_function(self):
        answer = self.ask({"stream": pieces(b"one", b"two", b"three"), "pause": "200"})
        answer.read1()
        answer.close()
        logs = self.aws.client("logs")
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            events = [event["message"] for event in logs.filter_log_events(logGroupName="/aws/lambda/handler")["events"]]
            if events and events[-1].startswith("REPORT") and events[-3:-2] == ["wrote\n"]:
                return
            time.sleep(0.1)
        self.fail("the function did not end")

    def test_a_caller_who_does_not_read(self):
        """What waits for a slow caller is bounded; the handler waits, and ends by its time limit."""
        answer = self.ask({"stream": base64.b64encode(b"x" * 4096).decode(), "repeat": "20000"})
        time.sleep(7)
        with self.assertRaises((http.client.IncompleteRead, socket.timeout, ConnectionError)):
            answer.read()
        self.assertEqual(self.ask({"stream": pieces(b"again")}).read(), b"again")

    def test_responses_that_are_not_streamed(self):
        answer = self.ask({"plain": "as it is"})
        self.assertEqual((answer.status, answer.headers["content-type"], answer.read()), (200, "application/octet-stream", b"as it is"))


class Events(StreamCase):
    def stream(self, event):
        answer = self.functions.invoke_with_response_stream(FunctionName="handler", Payload=json.dumps(event), LogType="Tail")
        return answer, answer["EventStream"]

    def test_events_arrive_as_they_are_written(self):
        list(self.stream({"stream": pieces(b"warm")})[1])
        started = time.monotonic()
        answer, events = self.stream({"stream": pieces(b"one", b"two"), "pause": str(PAUSE), "type": "text/x-mine"})
        self.assertEqual((answer["ExecutedVersion"], answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-remapped-content-type"]), ("$LATEST", "text/x-mine"))
        times, contents = [], []
        for event in events:
            if "PayloadChunk" in event:
                contents.append(event["PayloadChunk"]["Payload"])
                times.append(time.monotonic() - started)
        self.assertEqual(contents, [b"one", b"two"])
        self.assertLess(times[0], PAUSE / 1000)
        self.assertGreater(times[1] - times[0], 0.5 * PAUSE / 1000)
        end = event["InvokeComplete"]
        self.assertNotIn("ErrorCode", end)
        self.assertIn("REPORT RequestId", base64.b64decode(end["LogResult"]).decode())

    def test_errors(self):
        for event, code, contents in (
            ({"stream": pieces(b"half"), "end": "broken"}, "Stream.Broken", [b"half"]),
            ({"stream": pieces(b"half"), "end": "left", "pause": "50"}, "Runtime.ExitError", [b"half"]),
            ({"stream": pieces(b"one", b"two"), "pause": "10000"}, "Sandbox.Timedout", [b"one"]),
            ({"fail": "yes"}, "ValueError", []),
        ):
            events = list(self.stream(event)[1])
            self.assertEqual([each["PayloadChunk"]["Payload"] for each in events[:-1]], contents)
            end = events[-1]["InvokeComplete"]
            self.assertEqual((end["ErrorCode"], json.loads(end["ErrorDetails"])["errorType"]), (code, code))

    def test_more_than_a_buffered_response_may_have(self):
        events = list(self.stream({"stream": base64.b64encode(b"x" * 3000).decode(), "repeat": "4000"})[1])
        self.assertEqual(sum(len(each["PayloadChunk"]["Payload"]) for each in events[:-1]), 12_000_000)
        self.assertNotIn("ErrorCode", events[-1]["InvokeComplete"])

    def test_the_largest_response(self):
        piece = base64.b64encode(b"x" * 400_000).decode()
        answer, events = self.stream({"stream": piece, "repeat": "600"})
        size = 0
        for event in events:
            size += len(event["PayloadChunk"]["Payload"]) if "PayloadChunk" in event else 0
        limit = 200 * 1024 * 1024
        self.assertTrue(limit - 1024 * 1024 < size <= limit, size)
        self.assertEqual(event["InvokeComplete"]["ErrorCode"], "Function.ResponseSizeTooLarge")
        self.assertIn(str(limit), event["InvokeComplete"]["ErrorDetails"])

    def test_a_buffered_invocation_of_a_streaming_handler(self):
        answer = self.functions.invoke(FunctionName="handler", Payload=json.dumps({"stream": pieces(b'"one', b'two"')}))
        self.assertEqual((answer["Payload"].read(), answer.get("FunctionError")), (b'"onetwo"', None))
        answer = self.functions.invoke(FunctionName="handler", Payload=json.dumps({"stream": pieces(b"half"), "end": "broken"}))
        self.assertEqual((json.loads(answer["Payload"].read())["errorType"], answer["FunctionError"]), ("Stream.Broken", "Unhandled"))

    def test_refusals_are_no_streams(self):
        self.functions.put_function_concurrency(FunctionName="handler", ReservedConcurrentExecutions=0)
        try:
            self.assertEqual(self.refused(self.stream, {"stream": pieces(b"x")})[0::2], ("TooManyRequestsException", 429))
        finally:
            self.functions.delete_function_concurrency(FunctionName="handler")
        self.assertEqual(self.refused(self.functions.invoke_with_response_stream, FunctionName="none", Payload="{}")[0], "ResourceNotFoundException")


if __name__ == "__main__":
    local_aws.main()
