# SPDX-License-Identifier: Apache-2.0
"""Requests as they reach a function through the gateway: each field of the event of payload 2.0, and of 1.0, against what AWS documents.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html"""
import base64
import gzip
import json
import os
import sys
import time

import local_aws

local_aws.use_tools()  # starts this script anew, with all its arguments
import gateway_case

gateway_case.GatewayCase.BOOTSTRAP = os.path.abspath(sys.argv.pop(2))

TEXT = ("Content-Type", "text/plain")
BIG = "v" * 8000
LARGE = bytes(range(256)) * 16384  # 4 MB, which base64 lets grow to less than 6


def case(method, target, headers=(), sent=None, /, **expected):
    return method, target, list(headers), sent, expected


def b64(body):
    return base64.b64encode(body).decode()


# Each: a request, and the fields of the event that it becomes. `header` are fields of `headers`; what is None must be absent.
CASES = [
    # Paths and queries.
    case("GET", "/", rawPath="/", rawQueryString="", queryStringParameters=None, cookies=None, body=None, isBase64Encoded=False),
    case("GET", "/a/b", rawPath="/a/b"),
    case("GET", "/a//b/", rawPath="/a//b/"),
    case("GET", "/a%20b", rawPath="/a b"),
    case("GET", "/a+b", rawPath="/a+b"),
    case("GET", "/%C3%A9%E2%98%83", rawPath="/é☃"),
    case("GET", "/a%2Fb", rawPath="/a/b"),
    case("GET", "/~tilde/-_.!*'()", rawPath="/~tilde/-_.!*'()"),
    case("GET", "/?", rawPath="/", rawQueryString="", queryStringParameters=None),
    case("GET", "/?a=1", rawQueryString="a=1", queryStringParameters={"a": "1"}),
    case("GET", "/?a=1&a=2&a=3", rawQueryString="a=1&a=2&a=3", queryStringParameters={"a": "1,2,3"}),
    case("GET", "/?b=2&a=1", rawQueryString="b=2&a=1", queryStringParameters={"a": "1", "b": "2"}),
    case("GET", "/?a", rawQueryString="a", queryStringParameters={"a": ""}),
    case("GET", "/?a=&b", rawQueryString="a=&b", queryStringParameters={"a": "", "b": ""}),
    case("GET", "/?a=1,2&a=3", queryStringParameters={"a": "1,2,3"}),
    case("GET", "/?a=b=c", queryStringParameters={"a": "b=c"}),
    case("GET", "/?a=x%20y&b=x+y", rawQueryString="a=x%20y&b=x+y", queryStringParameters={"a": "x y", "b": "x y"}),
    case("GET", "/?%C3%A9=%E2%98%83", rawQueryString="%C3%A9=%E2%98%83", queryStringParameters={"é": "☃"}),
    case("GET", "/?a=%26%3D%3F%2F", queryStringParameters={"a": "&=?/"}),
    case("GET", f"/?long={BIG}", queryStringParameters={"long": BIG}),
    case("GET", "/?A=1&a=2", queryStringParameters={"A": "1", "a": "2"}),
    # Header fields.
    case("GET", "/", [("X-One", "1")], header={"x-one": "1"}),
    case("GET", "/", [("X-Many", "1"), ("x-many", "2"), ("X-MANY", "3")], header={"x-many": "1,2,3"}),
    case("GET", "/", [("X-Empty", "")], header={"x-empty": ""}),
    case("GET", "/", [("X-Space", "  padded  ")], header={"x-space": "padded"}),
    case("GET", "/", [("X-Comma", "a, b"), ("X-Comma", "c")], header={"x-comma": "a, b,c"}),
    case("GET", "/", [("Authorization", "Bearer t")], header={"authorization": "Bearer t"}),
    case("GET", "/", [("User-Agent", "agent/1 (x)")], header={"user-agent": "agent/1 (x)"}, userAgent="agent/1 (x)"),
    case("GET", "/", userAgent=""),
    case("GET", "/", [("Accept-Encoding", "gzip, br")], header={"accept-encoding": "gzip, br"}),
    case("GET", "/", [("X-Forwarded-For", "203.0.113.7")], header={"x-forwarded-for": "203.0.113.7,127.0.0.1"}, sourceIp="127.0.0.1"),
    case("GET", "/", [("X-Forwarded-Proto", "gopher"), ("X-Forwarded-Port", "1")], header={"x-forwarded-proto": "http"}),
    case("GET", "/", [("TE", "trailers"), ("Keep-Alive", "5")], header={"te": None, "keep-alive": None, "connection": None}),
    case("GET", "/", [("X-Latin", "caf\u00e9".encode().decode("latin-1"))], header={"x-latin": "café"}),
    # Cookies.
    case("GET", "/", [("Cookie", "a=1")], cookies=["a=1"], header={"cookie": None}),
    case("GET", "/", [("Cookie", "a=1; b=2;c=3")], cookies=["a=1", "b=2", "c=3"]),
    case("GET", "/", [("Cookie", "a=1"), ("Cookie", "b=2")], cookies=["a=1", "b=2"]),
    case("GET", "/", [("Cookie", 'q="x=y"; empty=')], cookies=['q="x=y"', "empty="]),
    # Bodies.
    case("POST", "/", [TEXT], b"hello", body="hello", isBase64Encoded=False, header={"content-length": "5", "content-type": "text/plain"}),
    case("POST", "/", [TEXT], b"", body=None, isBase64Encoded=False, header={"content-length": "0"}),
    case("POST", "/", [("Content-Type", "application/json")], '{"é": 1}'.encode(), body='{"é": 1}', isBase64Encoded=False),
    case("POST", "/", [("Content-Type", "application/vnd.api+json; charset=utf-8")], b"{}", body="{}", isBase64Encoded=False),
    case("POST", "/", [("Content-Type", "application/xml")], b"<a/>", body="<a/>", isBase64Encoded=False),
    case("POST", "/", [("Content-Type", "application/x-www-form-urlencoded")], b"a=1&b=2", body=b64(b"a=1&b=2"), isBase64Encoded=True),
    case("POST", "/", [("Content-Type", "application/octet-stream")], b"\x00\x01\xff", body=b64(b"\x00\x01\xff"), isBase64Encoded=True),
    case("POST", "/", [("Content-Type", "image/png")], b"\x89PNG", body=b64(b"\x89PNG"), isBase64Encoded=True),
    case("POST", "/", [("Content-Type", "multipart/form-data; boundary=b")], b"--b--", body=b64(b"--b--"), isBase64Encoded=True),
    case("POST", "/", [("Content-Type", "application/json"), ("Content-Encoding", "gzip")], gzip.compress(b"{}", mtime=0), body=b64(gzip.compress(b"{}", mtime=0)), isBase64Encoded=True),
    case("POST", "/", [("Content-Type", "application/octet-stream")], LARGE, body=b64(LARGE), isBase64Encoded=True),
    case("POST", "/", [TEXT], "line\r\n\t\"quoted\" \\ \u2028".encode(), body="line\r\n\t\"quoted\" \\ \u2028", isBase64Encoded=False),
    # Methods.
    case("PUT", "/x", [TEXT], b"1", method="PUT", body="1"),
    case("PATCH", "/x", [TEXT], b"1", method="PATCH", body="1"),
    case("DELETE", "/x", method="DELETE", body=None),
    case("DELETE", "/x", [TEXT], b"why", method="DELETE", body="why"),
    case("OPTIONS", "/x", method="OPTIONS"),
    case("GET", "/x", [TEXT], b"body of a GET", method="GET", body="body of a GET"),
]


class PayloadTwo(gateway_case.GatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = cls.apis.create_api(Name="echo", ProtocolType="HTTP", Target=cls.arn)["ApiId"]

    def test_fields(self):
        self.assertGreaterEqual(len(CASES), 50)
        ids = set()
        for method, target, headers, body, expected in CASES:
            with self.subTest(f"{method} {target[:60]} {[h for h in headers if len(h[1]) < 60]}"):
                before = int(time.time() * 1000)
                event = self.echo(method, target, body, headers)
                self.check_context(event, method, before)
                ids.add(event["requestContext"]["requestId"])
                self.check_fields(event, expected)
        self.assertEqual(len(ids), len(CASES))

    def check_fields(self, event, expected):
        http = event["requestContext"]["http"]
        for name, value in expected.items():
            if name == "header":
                self.assertEqual({key: event["headers"].get(key) for key in value}, value)
            elif name in ("method", "userAgent", "sourceIp"):
                self.assertEqual(http[name], value)
            else:
                self.assertEqual(event.get(name), value)

    def check_context(self, event, method, before):
        allowed = {"version", "routeKey", "rawPath", "rawQueryString", "cookies", "headers", "queryStringParameters", "requestContext", "body", "isBase64Encoded"}
        self.assertLessEqual(set(event), allowed)
        self.assertEqual((event["version"], event["routeKey"]), ("2.0", "$default"))
        self.assertTrue(all(name == name.lower() for name in event["headers"]))
        context = event["requestContext"]
        self.assertEqual(
            sorted(context), ["accountId", "apiId", "domainName", "domainPrefix", "http", "requestId", "routeKey", "stage", "time", "timeEpoch"]
        )
        self.assertEqual((context["accountId"], context["apiId"], context["stage"], context["routeKey"]), ("000000000000", self.api, "$default", "$default"))
        self.assertEqual(sorted(context["http"]), ["method", "path", "protocol", "sourceIp", "userAgent"])
        self.assertEqual((context["http"]["method"], context["http"]["path"], context["http"]["protocol"]), (method, event["rawPath"], "HTTP/1.1"))
        self.assertTrue(before - 1 <= context["timeEpoch"] <= time.time() * 1000 + 1)
        shown = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(context["timeEpoch"] / 1000))
        self.assertEqual(context["time"], shown)

    def test_odd_methods_are_not_found_or_passed_on(self):
        self.assertEqual(self.call("HEAD", "/x")[0::2], (200, b""))
        for method in ("TRACE", "PURGE", "QUERY"):
            self.assertIn(self.call(method, "/x")[0], (200, 404))


class PayloadOne(gateway_case.GatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        api = cls.apis.create_api(Name="old", ProtocolType="HTTP")["ApiId"]
        integration = cls.apis.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=cls.arn, PayloadFormatVersion="1.0")
        cls.target = f"integrations/{integration['IntegrationId']}"
        for key in ("$default", "GET /items/{id}", "ANY /files/{rest+}"):
            cls.apis.create_route(ApiId=api, RouteKey=key, Target=cls.target)
        cls.apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
        cls.apis.create_stage(ApiId=api, StageName="test", AutoDeploy=True, StageVariables={"colour": "blue"})
        cls.api = api

    def event(self, method, target, body=None, headers=()):
        """A function of format 1.0 must name a status, so the test runtime wraps the event that it got."""
        status, _, answer = self.call(method, target, body, [*headers, ("X-Wrap", "1")])
        self.assertEqual(status, 200, answer)
        return json.loads(answer)

    def test_fields(self):
        event = self.event("GET", "/items/a%20b?x=1&x=2&y=z", headers=[("X-Many", "1"), ("X-Many", "2"), ("Cookie", "a=1; b=2"), ("User-Agent", "t/1")])
        self.assertEqual(
            list(event),
            ["version", "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters",
             "requestContext", "pathParameters", "stageVariables", "body", "isBase64Encoded"],
        )
        self.assertEqual((event["version"], event["resource"], event["path"], event["httpMethod"]), ("1.0", "/items/{id}", "/items/a%20b", "GET"))
        self.assertEqual((event["headers"]["X-Many"], event["multiValueHeaders"]["X-Many"]), ("2", ["1", "2"]))
        self.assertEqual((event["headers"]["Cookie"], event["headers"]["User-Agent"]), ("a=1; b=2", "t/1"))
        self.assertEqual(event["multiValueHeaders"]["X-Forwarded-For"], ["127.0.0.1"])
        self.assertEqual((event["queryStringParameters"], event["multiValueQueryStringParameters"]), ({"x": "2", "y": "z"}, {"x": ["1", "2"], "y": ["z"]}))
        self.assertEqual((event["pathParameters"], event["stageVariables"], event["body"], event["isBase64Encoded"]), ({"id": "a b"}, None, None, False))
        context = event["requestContext"]
        self.assertEqual(context["authorizer"], {"claims": None, "scopes": None})
        self.assertEqual((context["httpMethod"], context["path"], context["resourcePath"], context["stage"]), ("GET", "/items/a%20b", "/items/{id}", "$default"))
        self.assertEqual(context["identity"]["sourceIp"], "127.0.0.1")
        self.assertEqual((context["identity"]["userAgent"], context["identity"]["accessKey"]), ("t/1", None))
        self.assertLess(abs(context["requestTimeEpoch"] - time.time() * 1000), 30000)

    def test_what_is_absent_is_null(self):
        event = self.event("GET", "/none")
        self.assertEqual((event["resource"], event["requestContext"]["resourcePath"]), ("/$default", "/$default"))
        for name in ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body"):
            self.assertIsNone(event[name], name)

    def test_stage_and_greedy_path(self):
        event = self.event("PUT", "/test/files/a/b", b"\x00", [("Content-Type", "application/octet-stream")])
        self.assertEqual((event["path"], event["resource"], event["pathParameters"]), ("/test/files/a/b", "/files/{rest+}", {"rest": "a/b"}))
        self.assertEqual((event["stageVariables"], event["requestContext"]["stage"]), ({"colour": "blue"}, "test"))
        self.assertEqual((event["body"], event["isBase64Encoded"]), ("AA==", True))

    def reply(self, answer):
        text = base64.b64encode(json.dumps(answer).encode()).decode()
        return self.call("POST", "/", f"reply64 {text}".encode(), [TEXT])

    def test_answers(self):
        status, headers, body = self.reply({"statusCode": 201, "headers": {"x-a": "1"}, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}, "body": "made"})
        self.assertEqual((status, body), (201, b"made"))
        self.assertEqual([value for name, value in headers if name == "set-cookie"], ["a=1", "b=2"])
        for answer in ({"body": "no status"}, "text", {"statusCode": 200, "multiValueHeaders": {"a": "b"}}):
            self.assertEqual(self.reply(answer)[0::2], (500, b'{"message":"Internal Server Error"}'))


class Stages(gateway_case.GatewayCase):
    def test_throttle_variables_and_changes(self):
        api = self.apis.create_api(Name="staged", ProtocolType="HTTP", Tags={"a": "1"})["ApiId"]
        integration = self.apis.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=self.arn, PayloadFormatVersion="2.0")["IntegrationId"]
        route = self.apis.create_route(ApiId=api, RouteKey="GET /one", Target=f"integrations/{integration}")["RouteId"]
        self.apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True, StageVariables={"v": "1"})
        self.assertEqual(self.echo("GET", "/one")["stageVariables"], {"v": "1"})
        self.apis.update_route(ApiId=api, RouteId=route, RouteKey="GET /two")
        self.assertEqual((self.call("GET", "/one")[0], self.call("GET", "/two")[0]), (404, 200))
        limits = {"ThrottlingRateLimit": 0.001, "ThrottlingBurstLimit": 2}
        stage = self.apis.update_stage(ApiId=api, StageName="$default", DefaultRouteSettings=limits)
        self.assertEqual(stage["DefaultRouteSettings"]["ThrottlingBurstLimit"], 2)
        answers = [self.call("GET", "/two")[0::2] for _ in range(3)]
        self.assertEqual([status for status, _ in answers], [200, 200, 429])
        self.assertEqual(answers[2][1], b'{"message":"Too Many Requests"}')
        self.apis.update_stage(ApiId=api, StageName="$default", DefaultRouteSettings=limits, RouteSettings={"GET /two": {"ThrottlingRateLimit": 100, "ThrottlingBurstLimit": 100}})
        self.assertEqual({self.call("GET", "/two")[0] for _ in range(5)}, {200})
        self.assertEqual(self.refused(self.apis.delete_integration, ApiId=api, IntegrationId=integration)[0], "ConflictException")
        self.apis.update_integration(ApiId=api, IntegrationId=integration, IntegrationUri=self.arn.replace("handler", "none"))
        self.assertEqual(self.call("GET", "/two")[0::2], (500, b'{"message":"Internal Server Error"}'))


class Alias(gateway_case.GatewayCase):
    def test_an_alias_behind_a_route(self):
        functions = self.aws.client("lambda")
        functions.publish_version(FunctionName="handler")
        functions.create_alias(FunctionName="handler", Name="live", FunctionVersion="1")
        api = self.apis.create_api(Name="alias", ProtocolType="HTTP", Target=f"{self.arn}:live")
        body = base64.b64encode(b'{"header": "Lambda-Runtime-Invoked-Function-Arn"}').decode()
        answer = self.call("POST", "/", f"do64 {body}".encode(), [TEXT], url=api["ApiEndpoint"])
        self.assertEqual(answer[2].decode().strip('"'), f"{self.arn}:live")


if __name__ == "__main__":
    local_aws.main()
