# SPDX-License-Identifier: Apache-2.0
"""`davit logs` against a service that shows events late, out of order and in odd pages, against the local AWS, and against moto."""
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
import uuid

import local_aws
import oci_image
from misbehaving_server import Server, answer

local_aws.use_tools()  # starts this script anew, with all its arguments
BOOTSTRAP = os.path.abspath(sys.argv.pop(2))
MINUTE = 60_000


class Ingesting:
    """FilterLogEvents of one group. Each event is visible from the `after`-th read on; pages hold two events, the newest first, and an empty
    page stands before each; the reads of `throttled` are refused once."""

    def __init__(self, throttled=()):
        self.events, self.reads, self.throttled, self.missing_group = [], 0, set(throttled), 0
        self.server = Server(self.respond)

    def add(self, message, timestamp, after=0, stream="2026/11/26/[7]0123456789abcdef0123456789abcdef"):
        self.events.append({"eventId": f"{len(self.events):056}", "timestamp": timestamp, "ingestionTime": timestamp, "message": message,
                            "logStreamName": stream, "after": after})

    def respond(self, request, _):
        asked = json.loads(request.body)
        self.asked = asked
        if "nextToken" not in asked:
            if self.reads in self.throttled:
                self.throttled.remove(self.reads)
                return answer(400, {"__type": "ThrottlingException", "message": "Rate exceeded"})
            if self.missing_group:
                self.missing_group -= 1
                return answer(400, {"__type": "ResourceNotFoundException", "message": "The specified log group does not exist."})
            self.reads += 1
        read, at, is_empty = json.loads(asked.get("nextToken", "null")) or (self.reads, 0, True)
        shown = [event for event in self.events if event["after"] <= read and event["timestamp"] >= asked["startTime"]
                 and event["timestamp"] <= asked.get("endTime", event["timestamp"])]
        page = {"events": []} if is_empty else {"events": list(reversed(shown[at:at + 2]))}
        at = at if is_empty else at + 2
        if is_empty or at < len(shown):
            page["nextToken"] = json.dumps([read, at, not is_empty])
        return answer(200, page)

    def wait_for_reads(self, count):
        end = time.monotonic() + 60
        while self.reads < count and time.monotonic() < end:
            time.sleep(0.02)


class LogsCase(unittest.TestCase):
    def start(self, endpoint, *arguments):
        environment = local_aws.scrubbed_environment(
            {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"})
        return subprocess.Popen([local_aws.LocalAwsCase.DAVIT, "logs", *arguments], env=environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def end(self, process):
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def logs(self, endpoint, *arguments):
        return self.end(self.start(endpoint, *arguments))


class LateEvents(LogsCase):
    def setUp(self):
        self.now = int(time.time() * 1000)

    def follow(self, service, reads, *arguments, stop=signal.SIGINT):
        self.addCleanup(service.server.close)
        process = self.start(service.server.url, "/g", "--follow", *arguments)
        service.wait_for_reads(reads)
        process.send_signal(stop)
        code, out, err = self.end(process)
        return code, [json.loads(line) for line in out.splitlines()] if "jsonl" in arguments else out, err

    def test_none_is_lost_and_none_is_doubled(self):
        service = Ingesting(throttled={2})
        for i in range(7):
            service.add(f"at start {i}", self.now - 5000 + i)
        for i in range(5):
            service.add(f"in time {i}", self.now + i, after=2)
        service.add("a second late", self.now - 1000, after=3)
        service.add("the same moment", self.now + 4, after=3)
        service.add("far in the future", self.now + 90 * MINUTE, after=3)
        service.add("after the future", self.now + 100, after=4)
        service.add("five minutes late", self.now - 5 * MINUTE, after=4)
        code, events, err = self.follow(service, 5, "-o", "jsonl")
        self.assertEqual(code, 130, err)
        self.assertNotIn("error", err)
        self.assertEqual(sorted(event["message"] for event in events), sorted(event["message"] for event in service.events))
        late = {event["message"] for event in events if event["late"]}
        self.assertLessEqual({"a second late", "after the future", "five minutes late"}, late)
        self.assertNotIn("the same moment", late)
        self.assertIn(f"davit: {len(service.events)} shown, {len(late)} late, 0 missing\n", err)
        self.assertIn("throttles", err)

    def test_a_group_that_comes_later(self):
        service = Ingesting()
        service.missing_group = 1
        service.add("first line", self.now)
        code, out, err = self.follow(service, 1)
        self.assertEqual(code, 130, err)
        self.assertIn(" [7]01234567 first line\n", out)
        self.assertIn("/g is not there yet", err)
        self.assertIn("1 shown, 0 late, 0 missing", err)

    def test_a_signal_to_terminate_ends_it_as_well_as_a_time(self):
        service = Ingesting()
        service.add("a", self.now)
        self.assertEqual(self.follow(service, 1, "-o", "json", stop=signal.SIGTERM)[0], 143)
        code, out, err = self.logs(service.server.url, "/g", "--follow", "--until", local_time(self.now + 1500), "-o", "json")
        document = json.loads(out)
        self.assertEqual((code, document["group"], document["shown"], document["late"], document["missing"]), (0, "/g", 1, 0, 0), err)

    def test_a_count_that_cannot_be_proved_is_a_failure(self):
        service = Ingesting()
        service.add("a", self.now)
        process = self.start(service.server.url, "/g", "--follow")
        process.stdout.readline()
        service.server.respond = lambda *_: answer(400, {"__type": "AccessDeniedException", "message": "no more"})
        process.send_signal(signal.SIGINT)
        code, _, err = self.end(process)
        service.server.close()
        self.assertEqual(code, 4, err)
        self.assertIn("whether any is missing is not known", err)

    def test_the_reader_goes_away(self):
        service = Ingesting()
        self.addCleanup(service.server.close)
        for i in range(9):
            service.add(f"{i} " + "x" * 20_000, self.now + i)
        process = self.start(service.server.url, "/g", "--follow")
        process.stdout.read(1)
        process.stdout.close()
        service.add("later", self.now + 100, after=2)
        self.assertEqual(process.wait(timeout=60), 0)
        process.stderr.close()

    def test_a_page_that_leads_to_itself_is_an_error(self):
        server = Server(lambda *_: answer(200, {"events": [], "nextToken": "again"}))
        self.addCleanup(server.close)
        code, _, err = self.logs(server.url, "/g")
        self.assertEqual(code, 1)
        self.assertIn("the same next page again and again", err)

    def test_mistakes_send_nothing(self):
        server = Server(lambda *_: answer(200, {}))
        self.addCleanup(server.close)
        for words in (["/g", "--since", "soon"], ["/g", "--since", "1m", "--until", "2m"], ["/g", "--request-id", "x", "--follow"],
                      ["/g", "--insights", "slowst"], ["/g", "--insights", "errors", "--filter", "x"], ["/g", "--stream", "a*", "--stream", "b"], []):
            code, _, err = self.logs(server.url, *words)
            self.assertEqual(code, 2, f"{words}: {err}")
        self.assertIn("did you mean 'slowest'?", self.logs(server.url, "/g", "--insights", "slowst")[2])
        self.assertEqual(server.requests, [])


def local_time(milliseconds):
    return f"{milliseconds / 1000:.3f}"


class Functions(local_aws.LocalAwsCase, LogsCase):
    """The local AWS, with a handler that prints what it is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="davit-logs-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        oci_image.bootstrap_image(os.path.join(cls.folder, "image"), BOOTSTRAP)
        cls.lambda_, cls.cloudwatch = cls.aws.client("lambda"), cls.aws.client("logs")
        cls.name = f"f-{uuid.uuid4()}"
        code = {"ImageUri": f"oci:{cls.folder}/image"}
        cls.lambda_.create_function(FunctionName=cls.name, Role="arn:aws:iam::000000000000:role/app", PackageType="Image", Code=code, Timeout=30)

    def invoke(self, event):
        return self.lambda_.invoke(FunctionName=self.name, Payload=json.dumps(event))["ResponseMetadata"]["RequestId"]

    def davit(self, *arguments):
        return self.logs(self.aws.endpoint, self.name, *arguments)

    def test_one_invocation_among_others(self):
        self.invoke({"print": "before"})
        request = self.invoke({"lines": "300", "raw": True})
        self.invoke({"print": "after"})
        code, out, err = self.davit("--request-id", request, "-o", "jsonl")
        self.assertEqual(code, 0, err)
        messages = [json.loads(line)["message"] for line in out.splitlines()]
        self.assertTrue(messages[0].startswith(f"START RequestId: {request}"), messages[0])
        self.assertTrue(messages[-1].startswith(f"REPORT RequestId: {request}"), messages[-1])
        self.assertEqual([message.strip() for message in messages if message.startswith("line ")], [f"line {i}" for i in range(1, 301)])
        self.assertFalse({"before", "after"} & {message.strip() for message in messages})
        code, _, err = self.davit("--request-id", str(uuid.uuid4()), "--timeout", "0s")
        self.assertEqual(code, 3, err)

    def test_patterns_times_and_streams(self):
        marker = str(uuid.uuid4())
        self.invoke({"print": f"ERROR {marker}"})
        self.davit("--request-id", self.invoke({"print": f"fine {marker}"}))  # the log is written when its REPORT is there
        _, out, err = self.davit("--filter", f'ERROR "{marker}"')
        self.assertEqual([line.split(" ", 2)[2] for line in out.splitlines()], [f"ERROR {marker}"], err)
        stream = self.cloudwatch.describe_log_streams(logGroupName=f"/aws/lambda/{self.name}")["logStreams"][0]["logStreamName"]
        self.assertIn(marker, self.davit("--stream", stream)[1])
        self.assertIn(marker, self.davit("--stream", stream[:12] + "*")[1])
        self.assertEqual(self.davit("--stream", "none*")[:2], (0, ""))
        self.assertEqual(self.davit("--since", "2h", "--until", "1h")[:2], (0, ""))
        self.assertEqual(self.logs(self.aws.endpoint, "no-such-function")[0], 3)

    def test_a_group_of_any_name_and_one_that_is_named_by_the_function(self):
        group = f"plain-{uuid.uuid4()}"
        self.cloudwatch.create_log_group(logGroupName=group)
        self.cloudwatch.create_log_stream(logGroupName=group, logStreamName="s")
        now = int(time.time() * 1000)
        self.cloudwatch.put_log_events(logGroupName=group, logStreamName="s", logEvents=[{"timestamp": now, "message": "tab\there \x1b[31m"}])
        self.assertTrue(self.logs(self.aws.endpoint, group)[1].endswith(" s tab\there \\x1b[31m\n"))
        arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{group}:*"
        self.assertEqual(json.loads(self.logs(self.aws.endpoint, arn, "-o", "json")[1])["events"][0]["message"], "tab\there \x1b[31m")


class Moto(LogsCase):
    """The service that others wrote."""

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
        wait_for_port(port)

    def setUp(self):
        import boto3

        self.client = boto3.client("logs", endpoint_url=self.url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        self.group = f"/app/{uuid.uuid4()}"
        self.client.create_log_group(logGroupName=self.group)
        self.now = int(time.time() * 1000)
        for stream in ("a", "b"):
            self.client.create_log_stream(logGroupName=self.group, logStreamName=stream)
            self.write(stream, [f"{stream}{i}" for i in range(30)])

    def write(self, stream, messages):
        events = [{"timestamp": self.now - 1000 + i, "message": message} for i, message in enumerate(messages)]
        self.client.put_log_events(logGroupName=self.group, logStreamName=stream, logEvents=events)

    def test_events(self):
        code, out, err = self.logs(self.url, self.group, "-o", "jsonl")
        self.assertEqual((code, len(out.splitlines())), (0, 60), err)

    def test_follow(self):
        process = self.start(self.url, self.group, "--follow", "-o", "jsonl")
        seen = [process.stdout.readline() for _ in range(60)]
        self.write("a", ["new"])
        seen.append(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        code, out, err = self.end(process)
        self.assertEqual((code, out, json.loads(seen[-1])["message"]), (130, "", "new"), err)
        self.assertRegex(err, "61 shown, [0-9]+ late, 0 missing")  # moto sorts stream by stream

    def test_a_query(self):
        code, out, err = self.logs(self.url, self.group, "--insights", "fields @timestamp, @message | sort @timestamp desc | limit 100", "-o", "json")
        document = json.loads(out)
        self.assertEqual((code, sorted(row["@message"] for row in document["rows"])), (0, sorted(f"{s}{i}" for s in "ab" for i in range(30))), err)
        self.assertNotIn("@ptr", document["rows"][0])


def wait_for_port(port):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)


if __name__ == "__main__":
    local_aws.main()
