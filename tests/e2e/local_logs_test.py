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

    def test_tags(self):
        self.logs.create_log_group(logGroupName=self.group, tags={"team": "shop", "stage": "dev"})
        arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{self.group}"
        self.logs.tag_resource(resourceArn=arn, tags={"stage": "prod", "more": ""})
        self.logs.untag_resource(resourceArn=arn, tagKeys=["team", "none"])
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=arn)["tags"], {"stage": "prod", "more": ""})
        many = {str(number): "x" for number in range(50)}
        self.assertEqual(self.refused(self.logs.tag_resource, resourceArn=arn, tags=many)[0], "TooManyTagsException")
        self.logs.delete_log_group(logGroupName=self.group)
        self.assertEqual(self.refused(self.logs.list_tags_for_resource, resourceArn=arn)[0], "ResourceNotFoundException")
        self.logs.create_log_group(logGroupName=self.group)
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=arn)["tags"], {})

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

    def test_get_log_events_turns_round_at_either_end(self):
        self.write(["0", "1", "2"])

        def read(token=None, **more):
            page = self.logs.get_log_events(logGroupName=self.group, logStreamName="s", **({"nextToken": token} if token else {}), **more)
            return [event["message"] for event in page["events"]], page["nextForwardToken"], page["nextBackwardToken"]

        everything, forward, backward = read(startFromHead=True)
        self.assertEqual(everything, ["0", "1", "2"])
        at_end, again, back = read(forward, startFromHead=True)
        self.assertEqual((at_end, again, read(back)[0]), ([], forward, everything))
        at_start, onward, again = read(backward)
        self.assertEqual((at_start, again, read(onward, startFromHead=True)[0]), ([], backward, everything))
        self.write(["3"], start=self.now)
        self.assertEqual(read(forward, startFromHead=True)[0], ["3"])

    def test_text_patterns(self):
        self.write(["ERROR one", "WARN two", "ERROR three retry", 'he said "no" twice', "id=42"])
        for pattern, expected in (
            ("ERROR", ["ERROR one", "ERROR three retry"]),
            ("ERROR retry", ["ERROR three retry"]),
            ("ERROR -retry", ["ERROR one"]),
            ("?one ?two", ["ERROR one", "WARN two"]),
            ("ERROR ?one ?two", ["ERROR one", "ERROR three retry"]),
            ("", ["ERROR one", "WARN two", "ERROR three retry", 'he said "no" twice', "id=42"]),
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

    def test_space_delimited_patterns(self):
        lines = [
            '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 200 1534',
            '10.0.0.7 - anna [10/Oct/2000:13:35:22 -0700] "GET /about.html HTTP/1.0" 404 5324',
            '10.0.0.8 - anna [10/Oct/2000:13:50:35 -0700] "POST /cart HTTP/1.0" 500 80',
            "too short",
        ]
        self.write(lines)
        head = "ip, user, name, time"
        for pattern, expected in (
            (f"[{head}, request, status, bytes]", [0, 1, 2]),
            (f"[{head}, request, status = 4*, bytes]", [1]),
            (f"[{head}, request, status = 4* || status = 5*, bytes]", [1, 2]),
            (f"[{head}, request, (status >= 400 && status != 404), bytes]", [2]),
            (f'[{head}, request = "GET *", status, bytes > 2000]', [1]),
            ("[ip = 10.*, ...]", [1, 2]),
            ("[..., status, bytes < 100]", [2]),
            ("[ip, ..., status = %^[45]%, bytes]", [1, 2]),
            ("[ip, user, name != anna, time = *13:25*, ...]", [0]),
            ("[one, two]", [3]),
        ):
            self.assertEqual(self.filtered(filterPattern=pattern), [lines[i] for i in expected], pattern)

    def test_bad_patterns_are_refused(self):
        self.write(["x"])
        for pattern in ('"open', "{ $.a = }", "{ $.a ~ 1 }", "a=b", "{ $.a = 1", "%(%", "%a b%", "[a, b", "[a, , b]", "[..., a, ...]", "[a ~ 1]", "[a > x]"):
            code, message, _ = self.refused(self.logs.filter_log_events, logGroupName=self.group, filterPattern=pattern)
            self.assertEqual(code, "InvalidParameterException", pattern)
            self.assertIn("Invalid filter pattern", message)

    def test_put_refuses_disorder_and_reports_what_it_rejects(self):
        self.write(["x"])
        events = [{"timestamp": self.now, "message": "b"}, {"timestamp": self.now - 1, "message": "a"}]
        refusal = self.refused(self.logs.put_log_events, logGroupName=self.group, logStreamName="s", logEvents=events)
        self.assertEqual(refusal[0], "InvalidParameterException")
        day = 24 * 3600 * 1000
        hour = 3600 * 1000
        for moments, rejected in (
            ((-14 * day - hour, -14 * day + hour), {"tooOldLogEventEndIndex": 1}),
            ((0, 3 * hour), {"tooNewLogEventStartIndex": 1}),
            ((-15 * day, -15 * day + 1), {"tooOldLogEventEndIndex": 2}),
        ):
            events = [{"timestamp": self.now + moment, "message": str(moment)} for moment in moments]
            answer = self.logs.put_log_events(logGroupName=self.group, logStreamName="s", logEvents=events)
            self.assertEqual(answer["rejectedLogEventsInfo"], rejected)
        self.assertEqual(self.filtered(), [str(-14 * day + hour), "x", "0"])

    def test_rules(self):
        self.logs = self.aws.client("logs", parameter_validation=False)
        self.write(["x"])
        arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{self.group}"
        self.assertEqual(self.filtered(), ["x"])
        self.assertEqual(self.logs.filter_log_events(logGroupIdentifier=arn)["events"][0]["message"], "x")
        day = [{"timestamp": self.now - 25 * 3600 * 1000, "message": "a"}, {"timestamp": self.now, "message": "b"}]
        put = {"logGroupName": self.group, "logStreamName": "s"}
        for call, arguments, code, part in (
            (self.logs.put_log_events, {**put, "logEvents": day}, "InvalidParameterException", "cannot span more than 24 hours"),
            (self.logs.put_log_events, {**put, "logStreamName": "none", "logEvents": day[1:]}, "ResourceNotFoundException", "log stream does not exist"),
            (self.logs.filter_log_events, {"logGroupName": self.group, "logGroupIdentifier": arn}, "ValidationException", "mutually exclusive"),
            (self.logs.filter_log_events, {"logGroupName": self.group, "nextToken": "made-up"}, "InvalidParameterException", "nextToken"),
            (self.logs.filter_log_events, {"logGroupName": self.group, "logStreamNames": ["s"], "logStreamNamePrefix": "s"}, "InvalidParameterException", "together"),
            (self.logs.get_log_events, {**put, "nextToken": "made-up"}, "InvalidParameterException", "nextToken"),
            (self.logs.describe_log_groups, {"logGroupNamePrefix": "a", "logGroupNamePattern": "b"}, "InvalidParameterException", "mutually exclusive"),
            (self.logs.describe_log_streams, {"logGroupName": self.group, "orderBy": "LastEventTime", "logStreamNamePrefix": "s"}, "InvalidParameterException", "LastEventTime"),
            (self.logs.create_log_group, {"logGroupName": "no spaces"}, "InvalidParameterException", "logGroupName"),
            (self.logs.create_log_group, {"logGroupName": "x" * 513}, "InvalidParameterException", "length less than or equal to 512"),
            (self.logs.describe_log_groups, {"limit": 51}, "InvalidParameterException", "Value '51' at 'limit'"),
            (self.logs.describe_log_streams, {"logGroupName": self.group, "orderBy": "Nope"}, "InvalidParameterException", "Value 'Nope' at 'orderBy'"),
            (self.logs.put_log_events, {**put, "logEvents": []}, "InvalidParameterException", "logEvents"),
            (self.logs.create_log_stream, {"logGroupName": self.group, "logStreamName": "a:b"}, "InvalidParameterException", "logStreamName"),
            (self.logs.create_log_stream, put, "ResourceAlreadyExistsException", "already exists"),
            (self.logs.create_log_group, {"logGroupName": "k", "kmsKeyId": "arn:aws:kms:x"}, "InvalidParameterException", "does not serve kmsKeyId"),
            (self.logs.start_query, {"startTime": 0, "endTime": 1, "queryString": "fields"}, "UnknownOperationException", "StartQuery"),
        ):
            refusal = self.refused(call, **arguments)
            self.assertEqual((refusal[0], refusal[2]), (code, 400), arguments)
            self.assertIn(part, refusal[1])
        found = self.logs.describe_log_groups(logGroupNamePattern=self.group[8:])["logGroups"]
        self.assertEqual([set(each) for each in found], [{"logGroupName", "creationTime", "arn"}])

    def test_streams_by_last_event(self):
        self.write(["1"], stream="z", start=self.now - 5000)
        self.write(["2"], stream="y", start=self.now - 4000)
        names = [s["logStreamName"] for s in self.logs.describe_log_streams(logGroupName=self.group, orderBy="LastEventTime", descending=True)["logStreams"]]
        self.assertEqual(names, ["y", "z"])
        self.logs.delete_log_stream(logGroupName=self.group, logStreamName="z")
        self.assertEqual(self.filtered(), ["2"])


if __name__ == "__main__":
    local_aws.main()
