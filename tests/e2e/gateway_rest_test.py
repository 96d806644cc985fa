# SPDX-License-Identifier: Apache-2.0
"""REST APIs at the gateway: resources, methods, stages, the proxy event, authorizers, and what is refused.
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html"""
import base64
import json
import os
import sys
import time

import local_aws

local_aws.use_tools()  # starts this script anew, with all its arguments
import gateway_case

gateway_case.GatewayCase.BOOTSTRAP = os.path.abspath(sys.argv.pop(2))


class RestCase(gateway_case.GatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rest = cls.aws.client("apigateway")
        cls.api = cls.rest.create_rest_api(name="shop", binaryMediaTypes=["image/png"])
        cls.root = cls.api["rootResourceId"]

    @classmethod
    def uri(cls, arn):
        return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"

    @classmethod
    def method(cls, resource, method, **authorization):
        names = {"restApiId": cls.api["id"], "resourceId": resource, "httpMethod": method}
        cls.rest.put_method(**{"authorizationType": "NONE", **authorization}, **names)
        return cls.rest.put_integration(type="AWS_PROXY", integrationHttpMethod="POST", uri=cls.uri(cls.arn), **names)

    @classmethod
    def resource(cls, parent, part):
        return cls.rest.create_resource(restApiId=cls.api["id"], parentId=parent, pathPart=part)["id"]

    @classmethod
    def deploy(cls, stage="prod", **settings):
        return cls.rest.create_deployment(restApiId=cls.api["id"], stageName=stage, **settings)["id"]

    def event(self, method, path, body=None, headers=()):
        status, answered, content = self.call(method, path, body, [*headers, ("X-Wrap", "1")])
        self.assertEqual(status, 200, content)
        return json.loads(content), dict(answered)


class Rest(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.method(cls.root, "ANY")
        items = cls.resource(cls.root, "items")
        cls.item = cls.resource(items, "{id}")
        cls.method(cls.item, "GET")
        cls.method(cls.item, "PUT")
        cls.method(cls.resource(cls.resource(cls.root, "files"), "{proxy+}"), "ANY")
        cls.deployment = cls.deploy(variables={"colour": "blue"})

    def test_event(self):
        event, headers = self.event("GET", "/prod/items/a%20b?x=1&x=2", headers=[("X-Many", "1"), ("X-Many", "2"), ("User-Agent", "t/1")])
        self.assertEqual(
            set(event),
            {"resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters",
             "pathParameters", "stageVariables", "requestContext", "body", "isBase64Encoded"},
        )
        self.assertEqual((event["resource"], event["path"], event["httpMethod"]), ("/items/{id}", "/items/a%20b", "GET"))
        self.assertEqual((event["headers"]["X-Many"], event["multiValueHeaders"]["X-Many"]), ("2", ["1", "2"]))
        self.assertEqual((event["queryStringParameters"], event["multiValueQueryStringParameters"]), ({"x": "2"}, {"x": ["1", "2"]}))
        self.assertEqual((event["pathParameters"], event["stageVariables"]), ({"id": "a b"}, {"colour": "blue"}))
        self.assertEqual((event["body"], event["isBase64Encoded"]), (None, False))
        context = event["requestContext"]
        self.assertEqual((context["path"], context["stage"], context["resourcePath"]), ("/prod/items/a%20b", "prod", "/items/{id}"))
        self.assertEqual((context["resourceId"], context["apiId"], context["deploymentId"]), (self.item, self.api["id"], self.deployment))
        self.assertEqual((context["identity"]["sourceIp"], context["identity"]["userAgent"], "authorizer" in context), ("127.0.0.1", "t/1", False))
        self.assertRegex(context["requestId"], r"^[0-9a-f-]{36}$")
        self.assertEqual((context["requestId"], context["extendedRequestId"]), (headers["x-amzn-requestid"], headers["x-amz-apigw-id"]))
        self.assertLess(abs(context["requestTimeEpoch"] - time.time() * 1000), 30000)

    def test_bodies(self):
        event, _ = self.event("PUT", "/prod/items/1", b"a=1", [("Content-Type", "application/x-www-form-urlencoded")])
        self.assertEqual((event["body"], event["isBase64Encoded"]), ("a=1", False))
        event, _ = self.event("PUT", "/prod/items/1", b"\x89PNG", [("Content-Type", "image/png")])
        self.assertEqual((base64.b64decode(event["body"]), event["isBase64Encoded"]), (b"\x89PNG", True))

    def test_greedy_and_root(self):
        self.assertEqual(self.event("DELETE", "/prod/files/a/b")[0]["pathParameters"], {"proxy": "a/b"})
        event, _ = self.event("GET", "/prod")
        self.assertEqual((event["path"], event["resource"], event["queryStringParameters"], event["pathParameters"]), ("/", "/", None, None))

    def test_refusals(self):
        for method, path in (("GET", "/prod/none"), ("DELETE", "/prod/items/1"), ("GET", "/other/items/1")):
            status, headers, body = self.call(method, path)
            self.assertEqual((status, body), (403, b'{"message":"Missing Authentication Token"}'))
            self.assertEqual(dict(headers)["x-amzn-errortype"], "MissingAuthenticationTokenException")
        reply = base64.b64encode(b'{"body": "no status"}').decode()
        status, headers, body = self.call("PUT", "/prod/items/1", f"reply64 {reply}".encode())
        self.assertEqual((status, body, dict(headers)["x-amzn-errortype"]), (502, b'{"message":"Internal server error"}', "InternalServerErrorException"))

    def test_documents(self):
        resources = {each["path"]: each for each in self.rest.get_resources(restApiId=self.api["id"])["items"]}
        self.assertEqual(set(resources["/items/{id}"]["resourceMethods"]), {"GET", "PUT"})
        self.assertEqual((resources["/items/{id}"]["pathPart"], resources["/"].get("parentId")), ("{id}", None))
        method = self.rest.get_method(restApiId=self.api["id"], resourceId=self.item, httpMethod="GET")
        self.assertEqual((method["authorizationType"], method["methodIntegration"]["uri"]), ("NONE", self.uri(self.arn)))
        self.assertEqual([each["id"] for each in self.rest.get_rest_apis()["items"]], [self.api["id"]])
        self.assertEqual(self.apis.get_apis()["Items"], [])
        self.assertEqual(self.rest.get_stage(restApiId=self.api["id"], stageName="prod")["variables"], {"colour": "blue"})
        self.assertEqual(self.refused(self.rest.get_rest_api, restApiId="none")[0::2], ("NotFoundException", 404))
        self.assertEqual(self.refused(self.method, self.item, "GET")[0::2], ("ConflictException", 409))


class Authorizers(RestCase):
    def test_token_authorizer(self):
        policy = {"Version": "2012-10-17", "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}]}
        answer = lambda effect: json.dumps({"principalId": "p", "policyDocument": {**policy, "Statement": [{**policy["Statement"][0], "Effect": effect}]}, "context": {"n": 1, "b": True}})
        guard = self.function("guard", Environment={"Variables": {"ANSWER": answer("Allow")}})
        made = self.rest.create_authorizer(restApiId=self.api["id"], name="t", type="TOKEN", authorizerUri=self.uri(guard), identitySource="method.request.header.Authorization", authorizerResultTtlInSeconds=0)
        self.method(self.root, "GET", authorizationType="CUSTOM", authorizerId=made["id"])
        self.deploy()
        self.assertEqual(self.call("GET", "/prod")[0::2], (401, b'{"message":"Unauthorized"}'))
        context = self.event("GET", "/prod", headers=[("Authorization", "t-1")])[0]["requestContext"]
        self.assertEqual(context["authorizer"], {"n": "1", "b": "true", "principalId": "p"})
        functions = self.aws.client("lambda")
        functions.update_function_configuration(FunctionName="guard", Environment={"Variables": {"ANSWER": answer("Deny")}})
        status, headers, body = self.call("GET", "/prod", headers=[("Authorization", "t-1")])
        self.assertEqual((status, json.loads(body)), (403, {"Message": "User is not authorized to access this resource with an explicit deny"}))
        functions.update_function_configuration(FunctionName="guard", Environment={"Variables": {"ANSWER": '{"nonsense": 1}'}})
        self.assertEqual(self.call("GET", "/prod", headers=[("Authorization", "t-1")])[0], 500)


if __name__ == "__main__":
    local_aws.main()
