# SPDX-License-Identifier: Apache-2.0
"""The API Gateway front door of the local AWS: events of payload 2.0, responses, CORS, routes, and what happens when things go wrong."""
import base64
import json
import os
import re
import sys
import time
import urllib.parse

import local_aws

local_aws.use_tools()  # starts this script anew, with all its arguments
from gateway_case import GatewayCase

GatewayCase.BOOTSTRAP = os.path.abspath(sys.argv.pop(2))


class NoApi(GatewayCase):
    def test_not_found(self):
        status, headers, body = self.call("GET", "/")
        self.assertEqual((status, body), (404, b'{"message":"Not Found"}'))
        self.assertIn("apigw-requestid", dict(headers))


class QuickCreate(GatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = cls.apis.create_api(Name="shop", ProtocolType="HTTP", Target=cls.arn)

    def test_the_api(self):
        self.assertEqual(self.api["ApiEndpoint"], self.aws.document["gateway"])
        self.assertRegex(self.api["ApiId"], r"^[a-z0-9]{10}$")
        self.assertEqual([api["ApiId"] for api in self.apis.get_apis()["Items"]], [self.api["ApiId"]])
        self.assertEqual([route["RouteKey"] for route in self.apis.get_routes(ApiId=self.api["ApiId"])["Items"]], ["$default"])
        self.assertEqual([stage["StageName"] for stage in self.apis.get_stages(ApiId=self.api["ApiId"])["Items"]], ["$default"])
        api = self.api["ApiId"]
        route = self.apis.get_routes(ApiId=api)["Items"][0]
        self.assertEqual(self.apis.get_route(ApiId=api, RouteId=route["RouteId"])["Target"], route["Target"])
        integration = self.apis.get_integration(ApiId=api, IntegrationId=route["Target"].split("/")[1])
        self.assertEqual((integration["IntegrationUri"], integration["PayloadFormatVersion"]), (self.arn, "2.0"))
        self.assertEqual(self.apis.get_stage(ApiId=api, StageName="$default")["StageName"], "$default")
        self.assertEqual(self.refused(self.apis.get_route, ApiId=api, RouteId="none")[0::2], ("NotFoundException", 404))

    def test_what_is_not_served_is_refused_by_name(self):
        for call, arguments, name in (
            (self.apis.create_vpc_link, {"Name": "x", "SubnetIds": ["subnet-1"]}, "CreateVpcLink"),
            (self.apis.get_domain_names, {}, "GetDomainNames"),
            (self.aws.client("apigateway").get_api_keys, {}, "GetApiKeys"),
        ):
            refusal = self.refused(call, **arguments)
            self.assertEqual((refusal[0], refusal[2]), ("UnknownOperationException", 404), refusal)
            self.assertIn(name, refusal[1])

    def test_event(self):
        before = int(time.time() * 1000)
        event = self.echo(
            "GET",
            "/a%20b/%C3%A9?x=1&y=a%20b&x=2&empty=&plus=a+b",
            headers=[("X-Many", "1"), ("X-Many", "2"), ("Cookie", "a=1; b=2"), ("User-Agent", "test/1"), ("Accept", "*/*")],
        )
        self.assertEqual(event["version"], "2.0")
        self.assertEqual((event["routeKey"], event["rawPath"]), ("$default", "/a b/é"))
        self.assertEqual(event["rawQueryString"], "x=1&y=a%20b&x=2&empty=&plus=a+b")
        self.assertEqual(event["queryStringParameters"], {"x": "1,2", "y": "a b", "empty": "", "plus": "a b"})
        self.assertEqual(event["cookies"], ["a=1", "b=2"])
        headers = event["headers"]
        self.assertEqual((headers["x-many"], headers["accept"], headers["user-agent"]), ("1,2", "*/*", "test/1"))
        self.assertNotIn("cookie", headers)
        self.assertTrue(all(name == name.lower() for name in headers))
        netloc = urllib.parse.urlsplit(self.aws.document["gateway"]).netloc
        self.assertEqual((headers["host"], headers["x-forwarded-for"], headers["x-forwarded-proto"]), (netloc, "127.0.0.1", "http"))
        self.assertRegex(headers["x-amzn-trace-id"], r"^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$")
        context = event["requestContext"]
        self.assertEqual((context["accountId"], context["apiId"], context["stage"], context["routeKey"]), ("000000000000", self.api["ApiId"], "$default", "$default"))
        self.assertEqual(
            context["http"], {"method": "GET", "path": "/a b/é", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "test/1"}
        )
        self.assertTrue(before <= context["timeEpoch"] <= before + 30000)
        self.assertRegex(context["time"], r"^\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000$")
        self.assertEqual((event["isBase64Encoded"], "body" in event, "pathParameters" in event, "stageVariables" in event), (False, False, False, False))
        self.assertNotEqual(self.echo("GET", "/")["requestContext"]["requestId"], context["requestId"])

    def test_a_trace_goes_through(self):
        root = "Root=1-5759e988-bd862e3fe1be46a994272793"
        body = base64.b64encode(b'{"header": "Lambda-Runtime-Trace-Id"}').decode()
        for sent in ({}, {"X-Amzn-Trace-Id": f"{root};Sampled=1"}):
            seen = self.call("POST", "/", f"do64 {body}".encode(), [("Content-Type", "text/plain"), *sent.items()])[2].decode()
            self.assertTrue(seen.startswith(f"{root};Parent=") if sent else seen.startswith("Root=1-"), seen)

    def test_paths_and_queries_as_they_come(self):
        for target, raw_path, raw_query, parameters in (
            ("/", "/", "", None),
            ("//a//b/", "//a//b/", "", None),
            ("/a%2Fb", "/a/b", "", None),
            ("/a?", "/a", "", None),
            ("/a?x", "/a", "x", {"x": ""}),
            ("/a?x=1&x=&x=2", "/a", "x=1&x=&x=2", {"x": "1,,2"}),
            ("/a?q=%E2%98%83%26&r=a=b", "/a", "q=%E2%98%83%26&r=a=b", {"q": "☃&", "r": "a=b"}),
        ):
            event = self.echo("GET", target)
            self.assertEqual((event["rawPath"], event["rawQueryString"], event.get("queryStringParameters")), (raw_path, raw_query, parameters), target)

    def test_absent_parts_are_left_out(self):
        event = self.echo("GET", "/")
        self.assertEqual(set(event), {"version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext", "isBase64Encoded"})

    def test_bodies(self):
        for content_type, body, encoded in (
            ("application/json", b'{"a": "\xc3\xa9"}', False),
            ("text/plain; charset=utf-8", b"text", False),
            ("application/problem+json", b"{}", False),
            ("application/x-www-form-urlencoded", b"a=1&b=2", True),
            ("application/octet-stream", b"\x00\xff", True),
            ("text/plain", b"\xff\xfe", True),
            ("multipart/form-data; boundary=x", b"--x\r\n\r\n1\r\n--x--\r\n", True),
        ):
            event = self.echo("POST", "/", body, [("Content-Type", content_type)])
            self.assertEqual(event["isBase64Encoded"], encoded, content_type)
            self.assertEqual(base64.b64decode(event["body"]) if encoded else event["body"].encode(), body)
            self.assertEqual(event["headers"]["content-length"], str(len(body)))

    def test_methods_reach_the_function(self):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            self.assertEqual(self.echo(method, "/x")["requestContext"]["http"]["method"], method)
        self.assertEqual(self.call("HEAD", "/x")[0], 200)


class Responses(GatewayCase):
    """The function answers with what stands after "raw" in the event's body, which the gateway hands over as text."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apis.create_api(Name="raw", ProtocolType="HTTP", Target=cls.arn)

    def answer(self, response, **more):
        body = base64.b64encode(json.dumps(response).encode()).decode()
        return self.call("POST", "/", ("reply64 " + body).encode(), [("Content-Type", "text/plain")], **more)

    def test_mapping(self):
        status, headers, body = self.answer(
            {"statusCode": 201, "headers": {"X-One": "1", "x-number": 5, "Content-Type": "text/html"}, "cookies": ["a=1; Path=/", "b=2"], "body": "<p>é</p>"}
        )
        self.assertEqual((status, body.decode()), (201, "<p>é</p>"))
        self.assertEqual([value for name, value in headers if name == "set-cookie"], ["a=1; Path=/", "b=2"])
        pairs = dict(headers)
        self.assertEqual((pairs["x-one"], pairs["x-number"], pairs["content-type"]), ("1", "5", "text/html"))
        self.assertEqual(pairs["content-length"], str(len(body)))

    def test_base64_and_empty(self):
        self.assertEqual(self.answer({"statusCode": 200, "isBase64Encoded": True, "body": base64.b64encode(b"\x00\xff").decode()})[2], b"\x00\xff")
        status, headers, body = self.answer({"statusCode": 204})
        self.assertEqual((status, body), (204, b""))
        self.assertEqual(self.answer({"statusCode": "202", "body": "text"})[0::2], (202, b"text"))

    def test_inference(self):
        for answer, body in (({"a": 1}, b'{"a": 1}'), ("hello", b"hello"), ([1, 2], b"[1, 2]"), (7, b"7")):
            status, headers, content = self.answer(answer)
            self.assertEqual((status, dict(headers)["content-type"], content), (200, "application/json", body))

    def test_bad_answers_are_500(self):
        for answer in (
            {"statusCode": "nonsense"},
            {"statusCode": 99},
            {"statusCode": 200, "body": {"not": "text"}},
            {"statusCode": 200, "headers": "x"},
            {"statusCode": 200, "headers": {"a": ["b"]}},
            {"statusCode": 200, "headers": {"a": "b\r\nc: d"}},
            {"statusCode": 200, "isBase64Encoded": True, "body": "%%%"},
        ):
            status, headers, body = self.answer(answer)
            self.assertEqual((status, body, dict(headers)["content-type"]), (500, b'{"message":"Internal Server Error"}', "application/json"), answer)

    def test_function_errors_are_500(self):
        for event in ({"fail": "1"}, {"exit": "1"}):
            status, _, body = self.call("POST", "/", ("do64 " + base64.b64encode(json.dumps(event).encode()).decode()).encode(), [("Content-Type", "text/plain")])
            self.assertEqual((status, body), (500, b'{"message":"Internal Server Error"}'))

    def test_too_large(self):
        self.assertEqual(self.call("POST", "/", b"x" * (10 * 1024 * 1024 + 1))[0], 413)
        self.assertEqual(self.call("GET", "/", headers=[("X-Long", "y" * 10300)])[0], 431)


class Cors(GatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cors = {"AllowOrigins": ["https://shop.example", "https://www.shop.example"], "AllowMethods": ["GET", "POST"], "AllowHeaders": ["authorization"]}
        cls.api = cls.apis.create_api(
            Name="shop", ProtocolType="HTTP", Target=cls.arn, CorsConfiguration={**cors, "ExposeHeaders": ["x-id"], "MaxAge": 60, "AllowCredentials": True}
        )

    def test_preflight(self):
        asked = [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization")]
        status, headers, body = self.call("OPTIONS", "/any", headers=[("Origin", "https://shop.example"), *asked])
        pairs = dict(headers)
        self.assertEqual((status, body), (204, b""))
        self.assertEqual(pairs["access-control-allow-origin"], "https://shop.example")
        self.assertEqual(pairs["access-control-allow-methods"], "GET,POST")
        self.assertEqual(pairs["access-control-allow-headers"], "authorization")
        self.assertEqual((pairs["access-control-max-age"], pairs["access-control-allow-credentials"]), ("60", "true"))
        status, headers, _ = self.call("OPTIONS", "/any", headers=[("Origin", "https://evil.example"), *asked])
        self.assertEqual((status, [name for name, _ in headers if name.startswith("access-control")]), (204, []))

    def test_answers(self):
        headers = dict(self.call("GET", "/", headers=[("Origin", "https://www.shop.example")])[1])
        self.assertEqual(headers["access-control-allow-origin"], "https://www.shop.example")
        self.assertEqual(headers["access-control-expose-headers"], "x-id")
        self.assertNotIn("access-control-allow-origin", dict(self.call("GET", "/")[1]))
        self.assertEqual(self.call("OPTIONS", "/")[0], 200)

    def test_update_and_delete(self):
        self.apis.update_api(ApiId=self.api["ApiId"], CorsConfiguration={"AllowOrigins": ["*"]})
        self.assertEqual(dict(self.call("GET", "/", headers=[("Origin", "https://a.b")])[1])["access-control-allow-origin"], "*")
        self.apis.delete_cors_configuration(ApiId=self.api["ApiId"])
        self.assertNotIn("access-control-allow-origin", dict(self.call("GET", "/", headers=[("Origin", "https://a.b")])[1]))
        refusal = self.refused(self.apis.update_api, ApiId=self.api["ApiId"], CorsConfiguration={"AllowOrigins": ["*"], "AllowCredentials": True})
        self.assertEqual(refusal[0::2], ("BadRequestException", 400))


class Routes(GatewayCase):
    FUNCTION = {"Timeout": 60}

    def test_routes_stages_and_the_time_limit(self):
        api = self.apis.create_api(Name="routes", ProtocolType="HTTP")["ApiId"]
        integration = self.apis.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=self.arn, PayloadFormatVersion="2.0", TimeoutInMillis=1000
        )["IntegrationId"]
        for key in ("GET /items/{id}", "GET /items/special", "ANY /items/{id}", "GET /files/{rest+}"):
            self.apis.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integration}")
        self.assertEqual(self.call("GET", "/items/1")[0], 404)
        self.apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
        self.apis.create_stage(ApiId=api, StageName="v1", AutoDeploy=True)
        for method, path, key, parameters in (
            ("GET", "/items/a%2Fb", "GET /items/{id}", {"id": "a/b"}),
            ("GET", "/items/special", "GET /items/special", None),
            ("DELETE", "/items/7", "ANY /items/{id}", {"id": "7"}),
            ("GET", "/files/a/b/c", "GET /files/{rest+}", {"rest": "a/b/c"}),
        ):
            event = self.echo(method, path)
            self.assertEqual((event["routeKey"], event.get("pathParameters")), (key, parameters))
        for method, path in (("GET", "/"), ("GET", "/items"), ("POST", "/files/x"), ("GET", "/items/1/2")):
            self.assertEqual(self.call(method, path)[0::2], (404, b'{"message":"Not Found"}'))
        staged = self.echo("GET", "/v1/items/1")
        self.assertEqual((staged["requestContext"]["stage"], staged["rawPath"], staged["pathParameters"]), ("v1", "/v1/items/1", {"id": "1"}))
        event = base64.b64encode(b'{"sleep": "4000"}').decode()
        started = time.time()
        status, _, body = self.call("PUT", "/items/1", f"do64 {event}".encode(), [("Content-Type", "text/plain")])
        self.assertEqual((status, body), (503, b'{"message":"Service Unavailable"}'))
        self.assertLess(time.time() - started, 3.5)
        self.assertEqual(self.refused(self.apis.create_route, ApiId=api, RouteKey="GET /files/{rest+}", Target=f"integrations/{integration}")[0], "ConflictException")
        other = self.apis.create_api(Name="other", ProtocolType="HTTP", Target=self.arn)
        self.assertEqual(self.echo("GET", "/", url=other["ApiEndpoint"])["requestContext"]["apiId"], other["ApiId"])
        self.assertEqual(self.echo("GET", "/", host=f"{other['ApiId']}.localhost")["requestContext"]["apiId"], other["ApiId"])
        self.apis.delete_api(ApiId=api)
        self.assertEqual(self.echo("GET", "/")["requestContext"]["apiId"], other["ApiId"])
        self.assertEqual(self.refused(self.apis.get_api, ApiId=api)[0::2], ("NotFoundException", 404))


if __name__ == "__main__":
    local_aws.main()
