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


class Changes(RestCase):
    """Every update that the API has, as patch operations: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.items = cls.resource(cls.root, "items")
        cls.method(cls.items, "GET")
        cls.names = {"restApiId": cls.api["id"], "resourceId": cls.items, "httpMethod": "GET"}
        cls.deployment = cls.deploy()
        cls.stage = {"restApiId": cls.api["id"], "stageName": "prod"}

    @staticmethod
    def patch(*operations):
        return {"patchOperations": [dict(zip(("op", "path", "value"), each)) for each in operations]}

    def refused_patch(self, call, names, *operation):
        self.assertEqual(self.refused(call, **names, **self.patch(operation))[0::2], ("BadRequestException", 400))

    def test_api(self):
        names = {"restApiId": self.api["id"]}
        types = ("replace", "/binaryMediaTypes/image~1png", "image/gif")
        changed = self.rest.update_rest_api(**names, **self.patch(("replace", "/name", "other"), ("add", "/binaryMediaTypes/audio~1mpeg"), types, ("replace", "/description", "d")))
        self.assertEqual((changed["name"], changed["description"], sorted(changed["binaryMediaTypes"])), ("other", "d", ["audio/mpeg", "image/gif"]))
        changed = self.rest.update_rest_api(**names, **self.patch(("remove", "/binaryMediaTypes/image~1gif"), ("replace", "/endpointConfiguration/types/EDGE", "REGIONAL")))
        self.assertEqual((changed["binaryMediaTypes"], changed["endpointConfiguration"]["types"]), (["audio/mpeg"], ["REGIONAL"]))
        self.assertEqual(self.rest.get_rest_api(**names)["name"], "other")
        for operation in (("replace", "/nothing", "x"), ("copy", "/name", "x"), ("replace", "/disableExecuteApiEndpoint", "true"), ("replace", "/minimumCompressionSize", "many")):
            self.refused_patch(self.rest.update_rest_api, names, *operation)
        arn = f"arn:aws:apigateway:us-east-1::/restapis/{self.api['id']}"
        self.rest.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
        self.rest.untag_resource(resourceArn=arn, tagKeys=["a"])
        self.assertEqual((self.rest.get_tags(resourceArn=arn)["tags"], self.rest.get_rest_api(**names)["tags"]), ({"b": "2"}, {"b": "2"}))

    def test_account(self):
        self.assertNotIn("cloudwatchRoleArn", self.rest.get_account())
        role = "arn:aws:iam::000000000000:role/logs"
        changed = self.rest.update_account(**self.patch(("replace", "/cloudwatchRoleArn", role)))
        self.assertEqual((changed["cloudwatchRoleArn"], changed["throttleSettings"]["burstLimit"]), (role, 5000))
        self.assertEqual(self.rest.get_account()["cloudwatchRoleArn"], role)
        self.refused_patch(self.rest.update_account, {}, "replace", "/throttleSettings", "x")

    def test_resources_and_methods(self):
        parent = self.resource(self.root, "moving")
        child = self.resource(parent, "{id}")
        self.method(child, "GET")
        self.rest.update_resource(restApiId=self.api["id"], resourceId=parent, **self.patch(("replace", "/pathPart", "moved")))
        self.assertEqual(self.event("GET", "/prod/moved/1")[0]["resource"], "/moved/{id}")
        self.assertEqual(self.call("GET", "/prod/moving/1")[0], 403)
        names = {"restApiId": self.api["id"], "resourceId": child, "httpMethod": "GET"}
        changed = self.rest.update_method(**names, **self.patch(("add", "/requestParameters/method.request.path.id", "true"), ("replace", "/operationName", "one")))
        self.assertEqual((changed["requestParameters"], changed["operationName"]), ({"method.request.path.id": True}, "one"))
        self.refused_patch(self.rest.update_method, names, "replace", "/apiKeyRequired", "true")
        changed = self.rest.update_integration(**names, **self.patch(("replace", "/timeoutInMillis", "5000")))
        self.assertEqual(changed["timeoutInMillis"], 5000)
        self.refused_patch(self.rest.update_integration, names, "replace", "/timeoutInMillis", "1")
        self.rest.delete_integration(**names)
        self.assertEqual(self.refused(self.rest.get_integration, **names)[0], "NotFoundException")
        self.rest.delete_method(**names)
        self.assertEqual(self.refused(self.rest.get_method, **names)[0], "NotFoundException")

    def test_stage(self):
        group = "arn:aws:logs:us-east-1:000000000000:log-group:/rest/access"
        line = '{"id":"$context.requestId","status":"$context.status","type":"$context.error.responseType","message":"$context.error.message","path":"$context.resourcePath"}'
        changed = self.rest.update_stage(
            **self.stage,
            **self.patch(
                ("replace", "/description", "d"), ("replace", "/variables/colour", "red"), ("replace", "/accessLogSettings/destinationArn", group),
                ("replace", "/accessLogSettings/format", line), ("replace", "/*/*/throttling/rateLimit", "50"), ("replace", "/items/GET/throttling/burstLimit", "7"),
                ("replace", "/~1items/GET/logging/loglevel", "ERROR"),
            ),
        )
        self.assertEqual((changed["description"], changed["variables"], changed["accessLogSettings"]), ("d", {"colour": "red"}, {"destinationArn": group, "format": line}))
        self.assertEqual((changed["methodSettings"]["*/*"]["throttlingRateLimit"], changed["methodSettings"]["*/*"]["throttlingBurstLimit"]), (50, 5000))
        self.assertEqual((changed["methodSettings"]["items/GET"]["throttlingBurstLimit"], changed["methodSettings"]["items/GET"]["loggingLevel"]), (7, "ERROR"))
        event, headers = self.event("GET", "/prod/items")
        self.assertEqual(event["stageVariables"], {"colour": "red"})
        refused = dict(self.call("GET", "/prod/nothing")[1])
        lines = self.lines("/rest/access", 2)
        self.assertEqual((lines[headers["x-amzn-requestid"]]["status"], lines[headers["x-amzn-requestid"]]["path"]), ("200", "/items"))
        line = lines[refused["x-amzn-requestid"]]
        self.assertEqual((line["status"], line["type"], line["message"]), ("403", "MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token"))
        changed = self.rest.update_stage(**self.stage, **self.patch(("remove", "/variables/colour"), ("remove", "/accessLogSettings"), ("remove", "/*/*"), ("remove", "/items/GET")))
        self.assertEqual([name for name in ("variables", "accessLogSettings", "methodSettings") if name in changed], [])
        for operation in (("replace", "/deploymentId", "none"), ("replace", "/cacheClusterEnabled", "true"), ("replace", "/*/*/caching/enabled", "true"), ("replace", "/tracingEnabled", "perhaps")):
            self.refused_patch(self.rest.update_stage, self.stage, *operation)

    def lines(self, group, count):
        logs = self.aws.client("logs")
        deadline = time.monotonic() + 10
        lines = {}
        while len(lines) < count and time.monotonic() < deadline:
            time.sleep(0.05)
            if logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
                lines = {each["id"]: each for each in (json.loads(event["message"]) for event in logs.filter_log_events(logGroupName=group)["events"])}
        return lines

    def test_throttling_of_one_method(self):
        self.rest.update_stage(**self.stage, **self.patch(("replace", "/items/GET/throttling/rateLimit", "1"), ("replace", "/items/GET/throttling/burstLimit", "1")))
        statuses = [self.call("GET", "/prod/items", headers=[("X-Wrap", "1")])[0] for _ in range(4)]
        self.rest.update_stage(**self.stage, **self.patch(("remove", "/items/GET")))
        self.assertEqual((statuses[0], 429 in statuses), (200, True))

    def test_deployments(self):
        made = self.rest.create_deployment(restApiId=self.api["id"], description="second")
        names = {"restApiId": self.api["id"], "deploymentId": made["id"]}
        self.assertEqual(self.rest.get_deployment(**names)["description"], "second")
        self.assertEqual(self.rest.update_deployment(**names, **self.patch(("replace", "/description", "third")))["description"], "third")
        before = self.rest.get_stage(**self.stage)["deploymentId"]
        self.rest.update_stage(**self.stage, **self.patch(("replace", "/deploymentId", made["id"])))
        self.assertEqual(self.refused(self.rest.delete_deployment, **names)[0], "BadRequestException")
        self.assertEqual(self.event("GET", "/prod/items")[0]["requestContext"]["deploymentId"], made["id"])
        self.rest.update_stage(**self.stage, **self.patch(("replace", "/deploymentId", before)))
        self.rest.delete_deployment(**names)
        self.assertEqual(self.refused(self.rest.get_deployment, **names)[0], "NotFoundException")

    def test_mock_integrations(self):
        names = {"restApiId": self.api["id"], "resourceId": self.resource(self.root, "mock"), "httpMethod": "OPTIONS"}
        self.rest.put_method(authorizationType="NONE", **names)
        self.rest.put_integration(type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}, **names)
        self.assertEqual(self.call("OPTIONS", "/prod/mock")[0], 502)
        header = "method.response.header.Access-Control-Allow-Methods"
        self.rest.put_method_response(statusCode="200", responseParameters={header: True}, **names)
        self.rest.put_integration_response(statusCode="200", responseParameters={header: "'GET,POST'"}, responseTemplates={"application/json": '{"id":"$context.requestId"}'}, **names)
        self.rest.put_integration_response(statusCode="503", selectionPattern="5..", **names)
        status, headers, body = self.call("OPTIONS", "/prod/mock")
        self.assertEqual((status, dict(headers)["access-control-allow-methods"]), (200, "GET,POST"))
        self.assertEqual(json.loads(body)["id"], dict(headers)["x-amzn-requestid"])
        self.rest.update_integration(**names, **self.patch(("replace", "/requestTemplates/application~1json", '{"statusCode": 503}')))
        self.assertEqual(self.call("OPTIONS", "/prod/mock")[0], 503)
        self.assertEqual(self.rest.get_method_response(statusCode="200", **names)["responseParameters"], {header: True})
        self.assertEqual(self.rest.get_integration_response(statusCode="503", **names)["selectionPattern"], "5..")
        self.rest.update_integration_response(statusCode="200", **names, **self.patch(("replace", f"/responseParameters/{header}", "'PUT'")))
        self.assertEqual(self.rest.get_method(**names)["methodIntegration"]["integrationResponses"]["200"]["responseParameters"], {header: "'PUT'"})
        self.rest.delete_integration_response(statusCode="503", **names)
        self.rest.delete_method_response(statusCode="200", **names)
        self.assertEqual(self.refused(self.rest.get_method_response, statusCode="200", **names)[0], "NotFoundException")
        program = {"application/json": "#set($a = 1)$a"}
        self.assertEqual(self.refused(self.rest.put_integration_response, statusCode="200", responseTemplates=program, **names)[0], "BadRequestException")
        self.assertEqual(self.refused(self.rest.put_integration, type="HTTP_PROXY", integrationHttpMethod="GET", uri="http://example.com", **names)[0], "BadRequestException")

    def test_gateway_responses(self):
        names = {"restApiId": self.api["id"], "responseType": "DEFAULT_4XX"}
        template = '{"type":"$context.error.responseType","said":$context.error.messageString}'
        self.rest.put_gateway_response(statusCode="404", responseParameters={"gatewayresponse.header.X-A": "'b'"}, responseTemplates={"application/json": template}, **names)
        try:
            status, headers, body = self.call("GET", "/prod/nothing")
            self.assertEqual((status, dict(headers)["x-a"]), (404, "b"))
            self.assertEqual(json.loads(body), {"type": "MISSING_AUTHENTICATION_TOKEN", "said": "Missing Authentication Token"})
            got = self.rest.get_gateway_response(**names)
            self.assertEqual((got["statusCode"], got["defaultResponse"]), ("404", False))
            self.rest.update_gateway_response(**names, **self.patch(("replace", "/statusCode", "410")))
            self.assertEqual(self.call("GET", "/prod/nothing")[0], 410)
        finally:
            self.rest.delete_gateway_response(**names)
        self.assertEqual(self.call("GET", "/prod/nothing")[0], 403)
        listed = {each["responseType"]: each for each in self.rest.get_gateway_responses(restApiId=self.api["id"])["items"]}
        self.assertEqual((listed["UNAUTHORIZED"]["statusCode"], listed["UNAUTHORIZED"]["defaultResponse"]), ("401", True))
        self.assertEqual(self.refused(self.rest.put_gateway_response, restApiId=self.api["id"], responseType="DEFAULT_4XX", statusCode="abc")[0], "BadRequestException")


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
        operations = [{"op": "replace", "path": "/identityValidationExpression", "value": "u-[0-9]"}, {"op": "replace", "path": "/name", "value": "u"}]
        changed = self.rest.update_authorizer(restApiId=self.api["id"], authorizerId=made["id"], patchOperations=operations)
        self.assertEqual((changed["name"], changed["identityValidationExpression"], changed["type"]), ("u", "u-[0-9]", "TOKEN"))
        self.assertEqual(self.call("GET", "/prod", headers=[("Authorization", "t-1")])[0], 401)

    def test_signed_requests(self):
        import botocore.auth
        import botocore.awsrequest
        import botocore.credentials

        self.method(self.resource(self.root, "signed"), "GET", authorizationType="AWS_IAM")
        self.deploy()
        status, headers, body = self.call("GET", "/prod/signed")
        self.assertEqual((status, body, dict(headers)["x-amzn-errortype"]), (403, b'{"message":"Missing Authentication Token"}', "MissingAuthenticationTokenException"))
        url = f"{self.aws.document['gateway']}/prod/signed?a=1"
        for key, secret, service, status, error in (
            ("test", "test", "execute-api", 200, None),
            ("test", "wrong", "execute-api", 403, "InvalidSignatureException"),
            ("nobody", "test", "execute-api", 403, "UnrecognizedClientException"),
            ("test", "test", "lambda", 403, "InvalidSignatureException"),
        ):
            request = botocore.awsrequest.AWSRequest("GET", url, headers={"Host": url.split("/")[2], "X-Wrap": "1"})
            botocore.auth.SigV4Auth(botocore.credentials.Credentials(key, secret), service, "us-east-1").add_auth(request)
            headers = [(name, value) for name, value in request.headers.items() if name != "Host"]
            answered, headers, body = self.call("GET", "/prod/signed?a=1", headers=headers)
            self.assertEqual((answered, dict(headers).get("x-amzn-errortype")), (status, error), body)
            if status == 200:
                context = json.loads(body)["requestContext"]
                self.assertEqual((context["identity"]["accessKey"], context["identity"]["accountId"], "authorizer" in context), ("test", "000000000000", False))
                self.assertTrue(context["identity"]["userArn"].startswith("arn:aws:"))


if __name__ == "__main__":
    local_aws.main()
