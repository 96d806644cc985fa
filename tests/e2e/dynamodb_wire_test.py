# SPDX-License-Identifier: Apache-2.0
"""The local DynamoDB's door: what it says before it asks who calls, of signatures that lack something, and how its answers are dressed."""
import contextlib
import gzip
import http.client
import json
import unittest
import urllib.parse
import zlib

import local_aws

local_aws.use_tools()

JSON = "application/x-amz-json-1.0"
CORAL = "com.amazon.coral.service#"
LIST = {"Content-Type": JSON, "X-Amz-Target": "DynamoDB_20120810.ListTables"}
FOREIGN_KEY = "AWS4-HMAC-SHA256 Credential=nobody/2/3/4/aws4_request SignedHeaders=x-amz-date;host Signature=123"


class Wire(local_aws.LocalAwsCase):
    def send(self, method="POST", path="/", body=b"", headers=None):
        with contextlib.closing(http.client.HTTPConnection(urllib.parse.urlsplit(self.aws.endpoint).netloc, timeout=20)) as connection:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            body = answer.read()
            self.assertRegex(answer.headers["x-amzn-RequestId"], "^[0-9A-Z]{52}$")
            self.assertEqual(int(answer.headers["x-amz-crc32"]), zlib.crc32(body))
            self.assertEqual(answer.headers["Server"], "Server")
            return answer, body

    def signed(self, body, headers):
        import botocore.auth, botocore.awsrequest, botocore.credentials

        request = botocore.awsrequest.AWSRequest(method="POST", url=self.aws.endpoint + "/", data=body, headers=headers)
        botocore.auth.SigV4Auth(botocore.credentials.Credentials("test", "test"), "dynamodb", "us-east-1").add_auth(request)
        return self.send(body=body, headers=dict(request.headers.items()))

    def test_what_is_not_its_protocol_is_not_found(self):
        for method, body, headers in (
            ("OPTIONS", b"", {}), ("PUT", b"", {}), ("DELETE", b"", {}), ("POST", b"hi", {}), ("POST", b"hi", {"Content-Type": "whatever"}),
            ("POST", b"{}", {"Content-Type": "application/x-amz-json-1.1"}), ("POST", b"{}", {"Content-Type": "application/jsonasdf"}),
        ):
            with self.subTest(method=method, headers=headers):
                answer, body = self.send(method, body=body, headers=headers)
                self.assertEqual((answer.status, body), (404, b"<UnknownOperationException/>\n"))

    def test_documents_and_operations_come_before_signatures(self):
        target = "DynamoDB_20120810."
        for content_type, sent, headers, expected in (
            ("application/json", b"hi", {}, {"__type": CORAL + "SerializationException"}),
            (JSON + ";blahblah", b"hi", LIST, {"__type": CORAL + "SerializationException"}),
            ("application/json; x", b"{}", {}, {"__type": CORAL + "UnknownOperationException"}),
            (JSON, b"{}", {"X-Amz-Target": "whatever"}, {"__type": CORAL + "UnknownOperationException"}),
            (JSON, b"{}", {"X-Amz-Target": target + "ListTable"}, {"__type": CORAL + "UnknownOperationException"}),
            (None, b"", {}, {"__type": CORAL + "UnknownOperationException"}),
            (None, b"", {"X-Amz-Target": target + "ListTables"},
             {"__type": CORAL + "MissingAuthenticationTokenException", "message": "Request is missing Authentication Token"}),
            (JSON, b"{}", {"X-Amz-Target": target + "ExecuteStatement"},
             {"__type": CORAL + "MissingAuthenticationTokenException", "message": "Request is missing Authentication Token"}),
        ):
            with self.subTest(content_type=content_type, sent=sent, headers=headers):
                answer, body = self.send(body=sent, headers={**headers, **({"Content-Type": content_type} if content_type else {})})
                self.assertEqual((answer.status, json.loads(body)), (400, expected))
                self.assertEqual(answer.headers["Content-Type"], JSON if (content_type or "").startswith(JSON) else "application/json")

    def test_signatures_that_lack_something(self):
        for path, headers, code, part in (
            ("/", {"Authorization": "AWS4"}, "MissingAuthenticationTokenException", "Request is missing Authentication Token"),
            ("/?X-Amz-Algorith", {"Authorization": "X"}, "MissingAuthenticationTokenException", ""),
            ("/?X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d", {}, "MissingAuthenticationTokenException", ""),
            ("/?X-Amz-Algorithm", {"Authorization": "X"}, "InvalidSignatureException", "Found both 'X-Amz-Algorithm' as a query-string param and"),
            ("/", {"Authorization": "AWS4-"}, "IncompleteSignatureException", "a 'Date' header. Authorization=AWS4-"),
            ("/?X-Amz-Algorithm", {}, "IncompleteSignatureException", "must include 'X-Amz-Date'. Re-examine the query-string parameters."),
        ):
            with self.subTest(path=path, headers=headers):
                answer, body = self.send(path=path, body=b"{}", headers={**LIST, **headers})
                refusal = json.loads(body)
                self.assertEqual((answer.status, refusal["__type"]), (400, CORAL + code))
                self.assertIn(part, refusal["message"])

    def test_the_time_is_looked_at_before_the_key(self):
        for date, part in (("20170101T010101Z", "Signature expired: "), ("30200101T010101Z", "Signature not yet current: ")):
            _, body = self.send(body=b"{}", headers={**LIST, "X-Amz-Date": date, "Authorization": FOREIGN_KEY})
            self.assertEqual(json.loads(body)["__type"], CORAL + "InvalidSignatureException")
            self.assertIn(part, json.loads(body)["message"])

    def test_answers_come_in_the_type_of_the_request(self):
        for content_type in (JSON, "application/json"):
            answer, body = self.signed(b"{}", {**LIST, "Content-Type": content_type})
            self.assertEqual((answer.status, answer.headers["Content-Type"], json.loads(body)), (200, content_type, {"TableNames": []}))
        answer, body = self.signed(b"{}", {"Content-Type": JSON})
        self.assertEqual((answer.status, json.loads(body)), (400, {"__type": CORAL + "UnknownOperationException"}))
        answer, body = self.signed(b"", LIST)
        self.assertEqual((answer.status, json.loads(body)), (400, {"__type": CORAL + "SerializationException"}))

    def test_bodies_that_are_no_requests(self):
        put = {**LIST, "X-Amz-Target": "DynamoDB_20120810.PutItem"}
        for sent in (b"", b"[]", b"7", b"\"text\"", b"null", b"{", b"}{", b"{\"TableName\":", b"\xff\xfe", b"{" * 10_000 + b"}" * 9_999):
            with self.subTest(sent=sent[:20]):
                answer, body = self.signed(sent, put)
                self.assertEqual(answer.status, 400)
                self.assertRegex(body, b"SerializationException|ValidationException")

    def test_absurd_depth_neither_crashes_nor_hangs(self):
        put = {**LIST, "X-Amz-Target": "DynamoDB_20120810.PutItem"}
        deep = b'{"":' * 200_000 + b"{}" + b"}" * 200_000
        answer, _ = self.signed(b'{"TableName":"orders","Item":{"pk":{"S":"x"},"a":' + deep + b"}}", put)
        self.assertEqual(answer.status, 400)
        for condition in ("(" * 4096, "(" * 2046 + "a<b" + ")" * 2046, "not " * 1000 + "a<b", "a < " + "size(" * 680 + "b" + ")" * 680, "(" * 20_000 + "a<b" + ")" * 20_000):
            answer, body = self.signed(json.dumps({"TableName": "orders", "Item": {"pk": {"S": "x"}}, "ConditionExpression": condition}).encode(), put)
            self.assertEqual(answer.status, 400)
            self.assertIn(b"Invalid ConditionExpression", body)
        self.assertEqual(self.signed(b"{}", LIST)[0].status, 200)

    def test_health_and_preflight(self):
        answer, body = self.send("GET")
        self.assertEqual((answer.status, body.decode()), (200, f"healthy: {urllib.parse.urlsplit(self.aws.endpoint).netloc} "))
        answer, body = self.send("OPTIONS", headers={"Origin": "any", "Access-Control-Request-Headers": "a, b, c"})
        self.assertEqual((answer.status, body, answer.headers["Access-Control-Allow-Headers"]), (200, b"", "a, b, c"))

    def test_the_endpoint_that_it_names_is_its_own(self):
        answer, body = self.signed(b"{}", {**LIST, "X-Amz-Target": "DynamoDB_20120810.DescribeEndpoints"})
        self.assertEqual(json.loads(body)["Endpoints"], [{"Address": urllib.parse.urlsplit(self.aws.endpoint).netloc, "CachePeriodInMinutes": 1440}])

    def test_what_is_too_long(self):
        bomb = gzip.compress(b'{"Limit": 1' + b" " * (20 * 1024 * 1024) + b"}")
        answer, _ = self.signed(bomb, {**LIST, "Content-Encoding": "gzip"})
        self.assertEqual(answer.status, 413)
        answer, _ = self.signed(gzip.compress(b'{"Limit": 1}'), {**LIST, "Content-Encoding": "gzip"})
        self.assertEqual(answer.status, 200)
        for path, headers, status in (
            ("/" + "x" * 17000, {}, 400), ("/", {"X-Long": "x" * 17000}, 400), ("/" + "x" * 9000, {"X-Long": "x" * 9000, **LIST}, 400),
        ):
            with contextlib.closing(http.client.HTTPConnection(urllib.parse.urlsplit(self.aws.endpoint).netloc, timeout=20)) as connection:
                connection.request("POST", path, b"{}", {**LIST, **headers})
                answer = connection.getresponse()
                self.assertEqual(answer.status, status)
                self.assertEqual(answer.read() != b"", len(path) < 16000 and len(headers.get("X-Long", "")) < 16000)


if __name__ == "__main__":
    local_aws.main()
