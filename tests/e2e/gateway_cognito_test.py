# SPDX-License-Identifier: Apache-2.0
"""Cognito user pools at the gateway: COGNITO_USER_POOLS authorizers of a REST API and a JWT authorizer of an HTTP API, with tokens that
davit mints by the pool's key, and what both answer to every other token.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html"""
import base64
import http.client
import json
import os
import subprocess
import sys
import time
import urllib.parse

import local_aws

local_aws.use_tools()  # starts this script anew, with all its arguments
import gateway_case

gateway_case.GatewayCase.BOOTSTRAP = os.path.abspath(sys.argv.pop(2))
POOL = "us-east-1_Ab12Cd34E"
ISSUER = f"https://cognito-idp.us-east-1.amazonaws.com/{POOL}"
CLIENT = "1example23456789"
UNAUTHORIZED = b'{"message":"Unauthorized"}'


def encode(document):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class CognitoCase(gateway_case.GatewayCase):
    def key_file(self, pool=POOL):
        return os.path.join(self.aws.document["state"], "user-pools", f"{pool}.jwk")

    def mint(self, claims, key=None, *flags):
        command = [self.DAVIT, "jwt", "mint", "--key", key or self.key_file(), "--claims", "-", *flags]
        finished = subprocess.run(command, input=json.dumps(claims), capture_output=True, text=True, check=True)
        return finished.stdout.strip()

    def identity(self, **changes):
        now = int(time.time())
        usual = {"sub": "u-1", "iss": ISSUER, "aud": CLIENT, "token_use": "id", "auth_time": now - 10, "iat": now - 10, "exp": now + 600}
        return {**usual, "email_verified": True, "cognito:username": "ann", "cognito:groups": ["admin", "staff"], **changes}

    def access(self, **changes):
        now = int(time.time())
        usual = {"sub": "u-1", "iss": ISSUER, "client_id": CLIENT, "token_use": "access", "scope": "openid shop/read", "username": "ann"}
        return {**usual, "iat": now - 10, "exp": now + 600, **changes}

    def foreign_key(self, name, *flags):
        file = os.path.join(self.images, name)
        if not os.path.exists(file):
            subprocess.run([self.DAVIT, "jwt", "key", "generate", "--to", "jwk", "--out", file, *flags], check=True, capture_output=True)
        return file

    def bad_tokens(self, claims):
        """What every authorizer refuses, whatever kind of token it wants."""
        good = self.mint(claims)
        head, payload, signature = good.split(".")
        with open(self.key_file()) as file:
            key_id = json.load(file)["kid"]
        other = self.foreign_key("other.jwk", "--alg", "RS256", "--key-id", "other")
        same_id = self.foreign_key("same-id.jwk", "--alg", "RS256", "--key-id", key_id)
        secret = self.foreign_key("secret.jwk", "--alg", "HS256", "--key-id", key_id)
        return {
            "nonsense": "hello",
            "another issuer": self.mint({**claims, "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other1234"}),
            "no issuer": self.mint({name: value for name, value in claims.items() if name != "iss"}),
            "a key that the pool does not have": self.mint(claims, other),
            "another key under the pool's id": self.mint(claims, same_id),
            "a shared secret": self.mint(claims, secret),
            "another algorithm": self.mint(claims, self.foreign_key("ec.jwk", "--alg", "ES256", "--key-id", key_id)),
            "no algorithm": f"{encode({'alg': 'none', 'kid': key_id})}.{payload}.",
            "a changed payload": f"{head}.{encode({**claims, 'sub': 'root'})}.{signature}",
            "too early": self.mint({**claims, "nbf": int(time.time()) + 600}),
        }

    GROUP = "/gateway/access"
    FORMAT = '{"id":"$context.requestId","status":"$context.status","error":"$context.authorizer.error","sub":"$context.authorizer.claims.sub","type":"$context.error.responseType"}'

    def entry(self, request_id):
        """The access log's line of that request."""
        logs = self.aws.client("logs")
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if logs.describe_log_groups(logGroupNamePrefix=self.GROUP)["logGroups"]:
                for event in logs.filter_log_events(logGroupName=self.GROUP)["events"]:
                    line = json.loads(event["message"])
                    if line["id"] == request_id:
                        return line
            time.sleep(0.05)
        self.fail("no line in the access log")

    def ask(self, path, token=None, header="Authorization"):
        status, headers, body = self.call("GET", path, headers=[("X-Wrap", "1")] + ([(header, token)] if token is not None else []))
        return status, dict(headers), body


class Rest(CognitoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rest = cls.aws.client("apigateway")
        cls.api = cls.rest.create_rest_api(name="shop")
        cls.authorizer = cls.user_pool_authorizer("pool")
        cls.method("mine", cls.authorizer)
        cls.method("read", cls.authorizer, authorizationScopes=["shop/read", "shop/write"])
        cls.method("client", cls.user_pool_authorizer("client", identityValidationExpression="1example[0-9]+"))
        cls.method("header", cls.user_pool_authorizer("header", identitySource="method.request.header.X-Token"))
        cls.rest.create_deployment(restApiId=cls.api["id"], stageName="prod")
        settings = {"destinationArn": f"arn:aws:logs:us-east-1:000000000000:log-group:{cls.GROUP}", "format": cls.FORMAT}
        log = [{"op": "replace", "path": f"/accessLogSettings/{name}", "value": value} for name, value in settings.items()]
        cls.rest.update_stage(restApiId=cls.api["id"], stageName="prod", patchOperations=log)

    @classmethod
    def user_pool_authorizer(cls, name, **settings):
        arn = f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{POOL}"
        usual = {"identitySource": "method.request.header.Authorization", "providerARNs": [arn]}
        return cls.rest.create_authorizer(restApiId=cls.api["id"], name=name, type="COGNITO_USER_POOLS", **{**usual, **settings})["id"]

    @classmethod
    def method(cls, part, authorizer, **settings):
        resource = cls.rest.create_resource(restApiId=cls.api["id"], parentId=cls.api["rootResourceId"], pathPart=part)["id"]
        names = {"restApiId": cls.api["id"], "resourceId": resource, "httpMethod": "GET"}
        cls.rest.put_method(authorizationType="COGNITO_USER_POOLS", authorizerId=authorizer, **settings, **names)
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{cls.arn}/invocations"
        cls.rest.put_integration(type="AWS_PROXY", integrationHttpMethod="POST", uri=uri, **names)

    def claims_of(self, path, token, header="Authorization"):
        status, _, body = self.call("GET", path, headers=[(header, token), ("X-Wrap", "1")])
        self.assertEqual(status, 200, body)
        return json.loads(body)["requestContext"]["authorizer"]["claims"]

    def assert_refused(self, path, token=None, body=UNAUTHORIZED, **more):
        status, headers, answered = self.ask(path, token, **more)
        self.assertEqual((status, answered, headers["x-amzn-errortype"]), (401, body, "UnauthorizedException"))
        self.assertEqual((headers["content-type"], headers.get("www-authenticate")), ("application/json", None))
        self.assertRegex(headers["x-amzn-requestid"], "^[0-9a-f-]{36}$")

    def test_an_identity_token(self):
        token = self.mint(self.identity(exp=4102444800))
        for value in (token, f"Bearer {token}"):
            claims = self.claims_of("/prod/mine", value)
        self.assertEqual((claims["sub"], claims["aud"], claims["token_use"], claims["email_verified"]), ("u-1", CLIENT, "id", "true"))
        self.assertEqual((claims["cognito:groups"], claims["cognito:username"]), ("admin,staff", "ann"))
        self.assertEqual(claims["exp"], "Fri Jan 01 00:00:00 UTC 2100")
        self.assertTrue(claims["auth_time"].isdigit())

    def test_the_access_log(self):
        _, headers, _ = self.ask("/prod/mine", self.mint(self.identity()))
        self.assertEqual(self.entry(headers["x-amzn-requestid"]), {"id": headers["x-amzn-requestid"], "status": "200", "error": "-", "sub": "u-1", "type": "-"})
        for token, error in ((None, "no token"), (self.mint(self.access()), "the token is no identity token"), ("x", "the token is of no user pool of the authorizer")):
            _, headers, _ = self.ask("/prod/mine", token)
            line = self.entry(headers["x-amzn-requestid"])
            self.assertEqual((line["status"], line["error"], line["sub"], line["type"]), ("401", error, "-", "UNAUTHORIZED"))

    def test_an_access_token(self):
        claims = self.claims_of("/prod/read", self.mint(self.access()))
        self.assertEqual((claims["client_id"], claims["scope"]), (CLIENT, "openid shop/read"))

    def test_the_wrong_kind_of_token(self):
        self.assert_refused("/prod/mine", self.mint(self.access()))
        self.assert_refused("/prod/read", self.mint(self.identity()))
        self.assert_refused("/prod/read", self.mint(self.identity(scope="shop/read")))
        self.assert_refused("/prod/mine", self.mint({name: value for name, value in self.identity().items() if name != "token_use"}))

    def test_scopes(self):
        for scope in ("openid", "", "shop/reads", "shop/read,shop/write"):
            self.assert_refused("/prod/read", self.mint(self.access(scope=scope)))
        self.assertEqual(self.ask("/prod/read", self.mint(self.access(scope="shop/write x")))[0], 200)

    def test_bad_tokens(self):
        for path, claims in (("/prod/mine", self.identity()), ("/prod/read", self.access())):
            for what, token in self.bad_tokens(claims).items():
                with self.subTest(what, path=path):
                    self.assert_refused(path, token)
            expired = self.mint({**claims, "exp": int(time.time()) - 1})
            self.assert_refused(path, expired, b'{"message":"The incoming token has expired"}')
            self.assert_refused(path)
            self.assert_refused(path, "")

    def test_the_audience_is_validated(self):
        self.assertEqual(self.ask("/prod/client", self.mint(self.identity()))[0], 200)
        self.assert_refused("/prod/client", self.mint(self.identity(aud="2example23456789")))
        self.assert_refused("/prod/client", self.mint(self.identity(aud=f"{CLIENT}x")))

    def test_another_header(self):
        token = self.mint(self.identity())
        self.assertEqual(self.claims_of("/prod/header", token, "X-Token")["sub"], "u-1")
        self.assert_refused("/prod/header", token)

    def test_documents(self):
        got = self.rest.get_authorizer(restApiId=self.api["id"], authorizerId=self.authorizer)
        self.assertEqual((got["type"], got["authType"], got["identitySource"]), ("COGNITO_USER_POOLS", "cognito_user_pools", "method.request.header.Authorization"))
        self.assertEqual(got["providerARNs"], [f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{POOL}"])
        resources = {each["path"]: each["id"] for each in self.rest.get_resources(restApiId=self.api["id"])["items"]}
        method = self.rest.get_method(restApiId=self.api["id"], resourceId=resources["/read"], httpMethod="GET")
        self.assertEqual((method["authorizationType"], method["authorizationScopes"]), ("COGNITO_USER_POOLS", ["shop/read", "shop/write"]))
        for refused in ({"providerARNs": []}, {"providerARNs": ["arn:aws:iam::000000000000:role/x"]}, {"identitySource": "method.request.querystring.t"}):
            self.assertEqual(self.refused(self.user_pool_authorizer, "x", **refused)[0], "BadRequestException")
        names = {"restApiId": self.api["id"], "resourceId": self.api["rootResourceId"], "httpMethod": "GET"}
        self.assertEqual(self.refused(self.rest.put_method, authorizationType="COGNITO_USER_POOLS", **names)[0], "BadRequestException")
        self.assertEqual(self.refused(self.rest.put_method, authorizationType="CUSTOM", authorizerId=self.authorizer, **names)[0], "BadRequestException")

    def test_keys_are_public_and_replaceable(self):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.aws.document["endpoint"]).netloc, timeout=20)

        self.addCleanup(connection.close)

        def get(path):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

        status, configuration = get(f"/{POOL}/.well-known/openid-configuration")
        self.assertEqual((status, configuration["issuer"]), (200, ISSUER))
        status, keys = get(urllib.parse.urlsplit(configuration["jwks_uri"]).path)
        self.assertEqual((status, len(keys["keys"]), keys["keys"][0]["alg"], "d" in keys["keys"][0]), (200, 1, "RS256", False))
        self.assertEqual(os.stat(self.key_file()).st_mode & 0o777, 0o600)
        self.assertEqual(get("/us-east-1_Missing12/.well-known/jwks.json"), (400, {"message": "User pool us-east-1_Missing12 does not exist."}))
        other = "us-east-1_Replaced1"
        arn = f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{other}"
        self.method("replaced", self.user_pool_authorizer("replaced", providerARNs=[arn]))
        claims = self.identity(iss=f"https://cognito-idp.us-east-1.amazonaws.com/{other}")
        self.assertEqual(self.ask("/prod/replaced", self.mint(claims, self.key_file(other)))[0], 200)
        key = self.foreign_key("replacement.jwk", "--alg", "RS256", "--key-id", "replacement")
        self.assert_refused("/prod/replaced", self.mint(claims, key))
        public = subprocess.run([self.DAVIT, "jwt", "key", "public", key, "--to", "jwks"], capture_output=True, text=True, check=True)
        with open(self.key_file(other), "w") as file:
            file.write(public.stdout)
        self.assertEqual(self.ask("/prod/replaced", self.mint(claims, key))[0], 200)


class Http(CognitoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = cls.apis.create_api(Name="jwt", ProtocolType="HTTP")["ApiId"]
        integration = cls.apis.create_integration(ApiId=cls.api, IntegrationType="AWS_PROXY", IntegrationUri=cls.arn, PayloadFormatVersion="2.0")
        authorizer = cls.apis.create_authorizer(
            ApiId=cls.api, AuthorizerType="JWT", Name="pool", IdentitySource=["$request.header.Authorization"], JwtConfiguration={"Issuer": ISSUER, "Audience": [CLIENT]}
        )["AuthorizerId"]
        secured = {"ApiId": cls.api, "Target": f"integrations/{integration['IntegrationId']}", "AuthorizationType": "JWT", "AuthorizerId": authorizer}
        cls.apis.create_route(RouteKey="GET /mine", **secured)
        cls.apis.create_route(RouteKey="GET /read", AuthorizationScopes=["shop/read"], **secured)
        cls.apis.create_stage(ApiId=cls.api, StageName="$default", AutoDeploy=True, AccessLogSettings={"DestinationArn": f"arn:aws:logs:us-east-1:000000000000:log-group:{cls.GROUP}", "Format": cls.FORMAT})

    def test_both_kinds_of_tokens(self):
        for claims in (self.identity(), self.access()):
            status, _, body = self.ask("/mine", f"Bearer {self.mint(claims)}")
            self.assertEqual(status, 200, body)
        seen = json.loads(body)["requestContext"]["authorizer"]["jwt"]
        self.assertEqual((seen["claims"]["client_id"], seen["scopes"]), (CLIENT, None))
        status, _, body = self.ask("/read", self.mint(self.access()))
        self.assertEqual((status, json.loads(body)["requestContext"]["authorizer"]["jwt"]["scopes"]), (200, ["shop/read"]))

    def test_refusals(self):
        for what, token in self.bad_tokens(self.access()).items():
            with self.subTest(what):
                status, headers, body = self.ask("/mine", token)
                self.assertEqual((status, body), (401, UNAUTHORIZED))
                self.assertTrue(headers["www-authenticate"].startswith('Bearer scope="" error="invalid_token" error_description="'))
        for claims in (self.access(client_id="x"), self.identity(aud="x"), self.access(aud="x")):
            status, headers, _ = self.ask("/mine", self.mint(claims))
            self.assertEqual((status, "the token does not have a valid audience" in headers["www-authenticate"]), (401, True))
            self.assertEqual(self.entry(headers["apigw-requestid"])["error"], "invalid_token: the token does not have a valid audience")
        status, headers, body = self.ask("/read", self.mint(self.identity()))
        self.assertEqual((status, body, "insufficient_scope" in headers["www-authenticate"]), (403, b'{"message":"Forbidden"}', True))


if __name__ == "__main__":
    local_aws.main()
