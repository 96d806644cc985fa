# SPDX-License-Identifier: Apache-2.0
"""CloudWatch Logs of the local AWS, through boto3."""
import json
import time
import uuid

import local_aws

local_aws.use_tools()


class Logs(local_aws.LocalAwsCase):
    def setUp(self):
        self.logs = self.aws.client("logs")
        self.group = f"/app/{uuid.uuid4()}"
        self.now = int(time.time() * 1000)

    def write(self, messages, stream="s", start=None):
        names = [each["logGroupName"] for each in self.logs.describe_log_groups(logGroupNamePrefix=self.group)["logGroups"]]
        if self.group not in names:
            self.logs.create_log_group(logGroupName=self.group)
        if not self.logs.describe_log_streams(logGroupName=self.group, logStreamNamePrefix=stream)["logStreams"]:
            self.logs.create_log_stream(logGroupName=self.group, logStreamName=stream)
        first = self.now - 1000 if start is None else start
        events = [{"timestamp": first + i, "message": message} for i, message in enumerate(messages)]
        return self.logs.put_log_events(logGroupName=self.group, logStreamName=stream, logEvents=events)

    def filtered(self, **arguments):
        pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=self.group, **arguments)
        return [event["message"] for page in pages for event in page["events"]]

    def test_groups(self):
        self.logs.create_log_group(logGroupName=self.group)
        refusal = self.refused(self.logs.create_log_group, logGroupName=self.group)
        self.assertEqual(refusal, ("ResourceAlreadyExistsException", "The specified log group already exists", 400))
        self.logs.put_retention_policy(logGroupName=self.group, retentionInDays=14)
        group = self.logs.describe_log_groups(logGroupNamePrefix=self.group)["logGroups"][0]
        self.assertEqual(group["retentionInDays"], 14)
        self.assertEqual(group["arn"], f"arn:aws:logs:us-east-1:000000000000:log-group:{self.group}:*")
        self.assertEqual(self.refused(self.logs.put_retention_policy, logGroupName=self.group, retentionInDays=2)[0], "InvalidParameterException")
        self.logs.delete_log_group(logGroupName=self.group)
        refusal = self.refused(self.logs.filter_log_events, logGroupName=self.group)
        self.assertEqual(refusal, ("ResourceNotFoundException", "The specified log group does not exist.", 400))

    def test_events_come_back_in_order_over_streams(self):
        self.write(["a1", "a2"], stream="a", start=self.now - 1000)
        self.write(["b1", "b2"], stream="b", start=self.now - 999)
        self.assertEqual(self.filtered(), ["a1", "a2", "b1", "b2"])
        self.assertEqual(self.filtered(logStreamNames=["b"]), ["b1", "b2"])
        self.assertEqual(self.filtered(logStreamNamePrefix="a"), ["a1", "a2"])
        self.assertEqual(self.filtered(startTime=self.now - 999, endTime=self.now - 999), ["a2", "b1"])

    def test_pages(self):
        self.write([str(i) for i in range(25)])
        seen, ids, token = [], set(), {}
        while True:
            page = self.logs.filter_log_events(logGroupName=self.group, limit=10, **token)
            seen += [event["message"] for event in page["events"]]
            ids |= {event["eventId"] for event in page["events"]}
            if "nextToken" not in page:
                break
            token = {"nextToken": page["nextToken"]}
        self.assertEqual(seen, [str(i) for i in range(25)])
        self.assertEqual(len(ids), 25)

    def test_get_log_events_forward_until_the_token_repeats(self):
        self.write([str(i) for i in range(7)])
        seen, token = [], {}
        while True:
            page = self.logs.get_log_events(logGroupName=self.group, logStreamName="s", limit=3, startFromHead=True, **token)
            seen += [event["message"] for event in page["events"]]
            if token.get("nextToken") == page["nextForwardToken"]:
                break
            token = {"nextToken": page["nextForwardToken"]}
        self.assertEqual(seen, [str(i) for i in range(7)])
        latest = self.logs.get_log_events(logGroupName=self.group, logStreamName="s", limit=2)
        self.assertEqual([event["message"] for event in latest["events"]], ["5", "6"])
        before = self.logs.get_log_events(logGroupName=self.group, logStreamName="s", limit=2, nextToken=latest["nextBackwardToken"])
        self.assertEqual([event["message"] for event in before["events"]], ["3", "4"])

    def test_text_patterns(self):
        self.write(["ERROR one", "WARN two", "ERROR three retry", 'he said "no" twice', "id=42"])
        for pattern, expected in (
            ("ERROR", ["ERROR one", "ERROR three retry"]),
            ("ERROR retry", ["ERROR three retry"]),
            ("ERROR -retry", ["ERROR one"]),
            ("?one ?two", ["ERROR one", "WARN two"]),
            ('"three retry"', ["ERROR three retry"]),
            ('"id=42"', ["id=42"]),
            (r'"\"no\""', ['he said "no" twice']),
            ("%id=[0-9]+%", ["id=42"]),
            ("error", []),
        ):
            self.assertEqual(self.filtered(filterPattern=pattern), expected, pattern)

    def test_json_patterns(self):
        documents = [
            {"status": 200, "path": "/a/1", "ok": True, "tags": ["x", "y"], "user": {"id": "u1"}},
            {"status": 500, "path": "/b", "ok": False, "error": None},
            {"status": 404, "path": "/a/2", "level": "ERROR"},
        ]
        self.write([json.dumps(document) for document in documents] + ["no json: status 500"])
        for pattern, expected in (
            ("{ $.status = 500 }", [1]),
            ("{ $.status >= 404 }", [1, 2]),
            ("{ $.status != 200 && $.path = \"/a*\" }", [2]),
            ("{ ($.status = 200) || ($.level = ERROR) }", [0, 2]),
            ("{ $.ok IS TRUE }", [0]),
            ("{ $.ok IS FALSE }", [1]),
            ("{ $.error IS NULL }", [1]),
            ("{ $.level NOT EXISTS }", [0, 1]),
            ("{ $.tags[0] = x }", [0]),
            ("{ $.tags[*] = y }", [0]),
            ("{ $.user.id = \"u1\" }", [0]),
            ("{ $.path = %^/a/[0-9]$% }", [0, 2]),
        ):
            self.assertEqual(self.filtered(filterPattern=pattern), [json.dumps(documents[i]) for i in expected], pattern)

    def test_bad_patterns_are_refused(self):
        self.write(["x"])
        for pattern in ('"open', "{ $.a = }", "{ $.a ~ 1 }", "a=b", "{ $.a = 1", "%(%", "[a, b]"):
            code, message, _ = self.refused(self.logs.filter_log_events, logGroupName=self.group, filterPattern=pattern)
            self.assertEqual(code, "InvalidParameterException", pattern)
            self.assertIn("Invalid filter pattern", message)

    def test_put_refuses_disorder_and_reports_what_it_rejects(self):
        self.write(["x"])
        events = [{"timestamp": self.now, "message": "b"}, {"timestamp": self.now - 1, "message": "a"}]
        refusal = self.refused(self.logs.put_log_events, logGroupName=self.group, logStreamName="s", logEvents=events)
        self.assertEqual(refusal[0], "InvalidParameterException")
        day = 24 * 3600 * 1000
        events = [{"timestamp": self.now - 15 * day, "message": "old"}, {"timestamp": self.now, "message": "good"}, {"timestamp": self.now + day, "message": "new"}]
        answer = self.logs.put_log_events(logGroupName=self.group, logStreamName="s", logEvents=events)
        self.assertEqual(answer["rejectedLogEventsInfo"], {"tooNewLogEventStartIndex": 2, "tooOldLogEventEndIndex": 1})
        self.assertEqual(self.filtered(), ["x", "good"])

    def test_streams_by_last_event(self):
        self.write(["1"], stream="z", start=self.now - 5000)
        self.write(["2"], stream="y", start=self.now - 4000)
        names = [s["logStreamName"] for s in self.logs.describe_log_streams(logGroupName=self.group, orderBy="LastEventTime", descending=True)["logStreams"]]
        self.assertEqual(names, ["y", "z"])
        self.logs.delete_log_stream(logGroupName=self.group, logStreamName="z")
        self.assertEqual(self.filtered(), ["2"])


if __name__ == "__main__":
    local_aws.main()
