# SPDX-License-Identifier: Apache-2.0
"""JWT and REQUEST authorizers of the gateway, what they answer to tokens of every kind, and what the access log says of it."""
import base64
import http.server
import json
import os
import sys
import threading
import time

import local_aws

local_aws.use_tools()  # starts this script anew, with all its arguments
import gateway_case

gateway_case.GatewayCase.BOOTSTRAP = os.path.abspath(sys.argv.pop(2))

FORMAT = '{"id":"$context.requestId","status":"$context.status","route":"$context.routeKey","error":"$context.authorizer.error","sub":"$context.authorizer.claims.sub","ip":"$context.identity.sourceIp","none":"$context.nothing"}'


def encode(document):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """An issuer of tokens on loopback: its discovery document, its keys, and how often they were asked for."""

    def __init__(self):
        from cryptography.hazmat.primitives.asymmetric import rsa

        self.keys = {name: rsa.generate_private_key(65537, 2048) for name in ("one", "two", "other")}
        self.published = ["one"]
        self.asked = []
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.asked.append(self.path)
                documents = {"/.well-known/openid-configuration": issuer.discovery(), "/keys": issuer.key_set()}
                body = json.dumps(documents.get(self.path, {})).encode()
                self.send_response(200 if self.path in documents else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def discovery(self):
        return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}

    def key_set(self):
        number = lambda value: encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))
        public = {name: self.keys[name].public_key().public_numbers() for name in self.published}
        return {"keys": [{"kty": "RSA", "use": "sig", "kid": name, "n": number(key.n), "e": number(key.e)} for name, key in public.items()]}

    def token(self, claims=None, key="one", header=None, without=(), **changes):
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        now = int(time.time())
        usual = {"iss": self.url, "sub": "u-1", "aud": "shop", "iat": now - 10, "exp": now + 600, "scope": "read openid"}
        claims = {name: value for name, value in {**usual, **changes, **(claims or {})}.items() if name not in without}
        text = f"{encode(header or {'alg': 'RS256', 'kid': key, 'typ': 'JWT'})}.{encode(claims)}"
        signature = self.keys[key].sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{text}.{encode(signature)}"


class Jwt(gateway_case.GatewayCase):
    GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:/gateway/access"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issuer = Issuer()
        cls.addClassCleanup(cls.issuer.server.shutdown)
        cls.api = cls.apis.create_api(Name="jwt", ProtocolType="HTTP")["ApiId"]
        integration = cls.apis.create_integration(ApiId=cls.api, IntegrationType="AWS_PROXY", IntegrationUri=cls.arn, PayloadFormatVersion="2.0")
        cls.target = f"integrations/{integration['IntegrationId']}"
        cls.authorizer = cls.apis.create_authorizer(
            ApiId=cls.api,
            AuthorizerType="JWT",
            Name="firebase",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Issuer": cls.issuer.url, "Audience": ["shop", "other"]},
        )["AuthorizerId"]
        secured = {"ApiId": cls.api, "Target": cls.target, "AuthorizationType": "JWT", "AuthorizerId": cls.authorizer}
        cls.apis.create_route(RouteKey="GET /open", **secured)
        cls.apis.create_route(RouteKey="GET /scoped", AuthorizationScopes=["admin", "write"], **secured)
        cls.apis.create_route(RouteKey="GET /free", ApiId=cls.api, Target=cls.target)
        cls.apis.create_stage(ApiId=cls.api, StageName="$default", AutoDeploy=True, AccessLogSettings={"DestinationArn": cls.GROUP, "Format": FORMAT})

    def ask(self, token=None, path="/open", scheme="Bearer "):
        status, headers, body = self.call("GET", path, headers=[("Authorization", scheme + token)] if token is not None else [])
        return status, dict(headers), body

    def entry(self, headers):
        """The access log's line of the request that was answered so."""
        logs = self.aws.client("logs")
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if logs.describe_log_groups(logGroupNamePrefix="/gateway/access")["logGroups"]:
                lines = [json.loads(event["message"]) for event in logs.filter_log_events(logGroupName="/gateway/access")["events"]]
                for line in lines:
                    if line["id"] == headers["apigw-requestid"]:
                        return line
            time.sleep(0.05)
        self.fail("no line in the access log")

    def test_a_good_token(self):
        token = self.issuer.token(groups=["a", "b"], admin=True, level=7)
        for scheme in ("Bearer ", "bearer ", ""):
            status, headers, body = self.ask(token, scheme=scheme)
            self.assertEqual(status, 200, body)
        jwt = json.loads(body)["requestContext"]["authorizer"]["jwt"]
        self.assertIsNone(jwt["scopes"])
        claims = jwt["claims"]
        self.assertEqual((claims["sub"], claims["groups"], claims["admin"], claims["level"]), ("u-1", "[a b]", "true", "7"))
        self.assertTrue(claims["exp"].isdigit())
        line = self.entry(headers)
        self.assertEqual((line["status"], line["route"], line["error"], line["sub"], line["none"]), ("200", "GET /open", "-", "u-1", "-"))
        self.assertEqual(json.loads(self.ask(self.issuer.token(aud=["x", "other"]))[2])["requestContext"]["authorizer"]["jwt"]["claims"]["aud"], "[x other]")
        self.assertNotIn("authorizer", json.loads(self.ask(path="/free")[2])["requestContext"])

    def test_scopes(self):
        status, _, body = self.ask(self.issuer.token(scope="read write"), "/scoped")
        self.assertEqual((status, json.loads(body)["requestContext"]["authorizer"]["jwt"]["scopes"]), (200, ["write"]))
        self.assertEqual(self.ask(self.issuer.token(without=["scope"], scp=["admin"]), "/scoped")[0], 200)
        status, headers, body = self.ask(self.issuer.token(), "/scoped")
        self.assertEqual((status, body), (403, b'{"message":"Forbidden"}'))
        self.assertTrue(headers["www-authenticate"].startswith('Bearer scope="admin write" error="insufficient_scope" error_description="'))
        self.assertEqual(self.entry(headers)["status"], "403")

    def test_client_id_stands_in_for_a_missing_audience(self):
        self.assertEqual(self.ask(self.issuer.token(without=["aud"], client_id="shop"))[0], 200)
        self.assertEqual(self.ask(self.issuer.token(aud="wrong", client_id="shop"))[0], 401)
        self.assertEqual(self.ask(self.issuer.token(without=["aud"]))[0], 401)

    def test_bad_tokens(self):
        now = int(time.time())
        good = self.issuer.token()
        head, payload, signature = good.split(".")
        none = f"{encode({'alg': 'none', 'kid': 'one'})}.{payload}."
        secret = f"{encode({'alg': 'HS256', 'kid': 'one'})}.{payload}.{encode(b'x' * 32)}"
        for what, token, description in (
            ("expired", self.issuer.token(exp=now - 60), "the token has expired"),
            ("too early", self.issuer.token(nbf=now + 600), "the token is not valid yet"),
            ("wrong issuer", self.issuer.token(iss="https://evil.example"), "issuer does not match"),
            ("wrong audience", self.issuer.token(aud="elsewhere"), "the token does not have a valid audience"),
            ("an ID token for an access token", self.issuer.token(aud="client-of-the-app", token_use="id"), "the token does not have a valid audience"),
            ("a key that is not published", self.issuer.token(key="other"), "unable to find a signing key that matches the key id"),
            ("another key under a published id", self.issuer.token(key="other", header={"alg": "RS256", "kid": "one"}), "crypto/rsa: verification error"),
            ("no key id", self.issuer.token(header={"alg": "RS256"}), "unable to find a signing key that matches the key id"),
            ("no algorithm", none, "signing method none is invalid"),
            ("a shared secret", secret, "signing method HS256 is invalid"),
            ("a changed payload", f"{head}.{encode({'sub': 'root'})}.{signature}", "crypto/rsa: verification error"),
            ("no token at all", "hello", "token contains an invalid number of segments"),
        ):
            with self.subTest(what):
                status, headers, body = self.ask(token)
                self.assertEqual((status, body, headers["content-type"]), (401, b'{"message":"Unauthorized"}', "application/json"))
                self.assertEqual(headers["www-authenticate"], f'Bearer scope="" error="invalid_token" error_description="{description}"')
                line = self.entry(headers)
                self.assertEqual((line["status"], line["error"], line["sub"], line["ip"]), ("401", f"invalid_token: {description}", "-", "127.0.0.1"))

    def test_no_token(self):
        status, headers, body = self.ask()
        self.assertEqual((status, body, headers["www-authenticate"]), (401, b'{"message":"Unauthorized"}', "Bearer"))
        line = self.entry(headers)
        self.assertEqual((line["status"], line["error"]), ("401", "missing: token not provided"))

    def test_keys_are_kept(self):
        self.ask(self.issuer.token())
        before = len(self.issuer.asked)
        for _ in range(5):
            self.assertEqual(self.ask(self.issuer.token())[0], 200)
        self.assertEqual(len(self.issuer.asked), before)

    def test_an_issuer_that_cannot_be_reached(self):
        authorizer = self.apis.create_authorizer(
            ApiId=self.api, AuthorizerType="JWT", Name="gone", IdentitySource=["$request.querystring.token"], JwtConfiguration={"Issuer": "http://127.0.0.1:9", "Audience": ["shop"]}
        )["AuthorizerId"]
        route = {"ApiId": self.api, "RouteKey": "GET /gone", "Target": self.target, "AuthorizationType": "JWT", "AuthorizerId": authorizer}
        self.apis.create_route(**route)
        status, headers, _ = self.call("GET", f"/gone?token={self.issuer.token()}")
        self.assertEqual(status, 401)
        self.assertIn("OIDC discovery endpoint communication error", dict(headers)["www-authenticate"])

    def test_configuration(self):
        got = self.apis.get_authorizer(ApiId=self.api, AuthorizerId=self.authorizer)
        self.assertEqual((got["AuthorizerType"], got["JwtConfiguration"]), ("JWT", {"Issuer": self.issuer.url, "Audience": ["shop", "other"]}))
        refusal = self.refused(self.apis.create_route, ApiId=self.api, RouteKey="GET /x", Target=self.target, AuthorizationType="JWT", AuthorizerId="none")
        self.assertEqual(refusal[1], "Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid JWT authorizer.")
        self.assertEqual(self.refused(self.apis.update_stage, ApiId=self.api, StageName="$default", AccessLogSettings={"Format": "x"})[0], "BadRequestException")


class Iam(gateway_case.GatewayCase):
    def test_signed_requests(self):
        import botocore.auth
        import botocore.awsrequest
        import botocore.credentials

        api = self.apis.create_api(Name="signed", ProtocolType="HTTP")["ApiId"]
        integration = self.apis.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=self.arn, PayloadFormatVersion="2.0")
        self.apis.create_route(ApiId=api, RouteKey="GET /signed", Target=f"integrations/{integration['IntegrationId']}", AuthorizationType="AWS_IAM")
        self.apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
        self.assertEqual(self.call("GET", "/signed")[0::2], (403, b'{"message":"Forbidden"}'))
        url = f"{self.aws.document['gateway']}/signed?a=1"
        for secret, service, status in (("test", "execute-api", 200), ("wrong", "execute-api", 403), ("test", "lambda", 403)):
            request = botocore.awsrequest.AWSRequest("GET", url, headers={"Host": url.split("/")[2]})
            botocore.auth.SigV4Auth(botocore.credentials.Credentials("test", secret), service, "us-east-1").add_auth(request)
            headers = [(name, value) for name, value in request.headers.items() if name != "Host"]
            answered, _, body = self.call("GET", "/signed?a=1", headers=headers)
            self.assertEqual(answered, status, body)
            if status == 200:
                iam = json.loads(body)["requestContext"]["authorizer"]["iam"]
                self.assertEqual((iam["accessKey"], iam["accountId"], iam["cognitoIdentity"]), ("test", "000000000000", None))


class Request(gateway_case.GatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guard = cls.function("guard", Environment={"Variables": {"ANSWER": '{"isAuthorized": true, "context": {"who": "me", "n": 1}}'}})
        cls.api = cls.apis.create_api(Name="guarded", ProtocolType="HTTP")["ApiId"]
        integration = cls.apis.create_integration(ApiId=cls.api, IntegrationType="AWS_PROXY", IntegrationUri=cls.arn, PayloadFormatVersion="2.0")
        cls.target = f"integrations/{integration['IntegrationId']}"
        cls.apis.create_stage(ApiId=cls.api, StageName="$default", AutoDeploy=True)

    def route(self, path, **authorizer):
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{self.guard}/invocations"
        settings = {"AuthorizerType": "REQUEST", "Name": path, "AuthorizerUri": uri, "AuthorizerPayloadFormatVersion": "2.0", "EnableSimpleResponses": True}
        made = self.apis.create_authorizer(ApiId=self.api, **{**settings, "IdentitySource": ["$request.header.X-Key"], **authorizer})
        self.apis.create_route(ApiId=self.api, RouteKey=f"GET {path}", Target=self.target, AuthorizationType="CUSTOM", AuthorizerId=made["AuthorizerId"])

    def ask(self, path, key="k"):
        status, _, body = self.call("GET", path, headers=[("X-Key", key)] if key else [])
        return status, body

    def answer(self, text):
        self.aws.client("lambda").update_function_configuration(FunctionName="guard", Environment={"Variables": {"ANSWER": text}})

    def asked(self, path):
        """The events that the authorizer got for the path, as it printed them."""
        logs = self.aws.client("logs")
        events = [event["message"] for event in logs.filter_log_events(logGroupName="/aws/lambda/guard")["events"]]
        events = [json.loads(message[7:]) for message in events if message.startswith("asked: ")]
        return [event for event in events if event.get("rawPath", event.get("path")) == path]

    def test_simple_responses(self):
        self.answer('{"isAuthorized": true, "context": {"who": "me", "n": 1}}')
        self.route("/simple")
        status, body = self.ask("/simple?x=1")
        self.assertEqual((status, json.loads(body)["requestContext"]["authorizer"]), (200, {"lambda": {"who": "me", "n": 1}}))
        deadline = time.monotonic() + 10
        while not self.asked("/simple") and time.monotonic() < deadline:
            time.sleep(0.05)
        event = self.asked("/simple")[0]
        self.assertEqual((event["version"], event["type"], event["identitySource"], event["routeKey"]), ("2.0", "REQUEST", ["k"], "GET /simple"))
        self.assertEqual(event["routeArn"], f"arn:aws:execute-api:us-east-1:000000000000:{self.api}/$default/GET/simple")
        self.assertEqual((event["queryStringParameters"], "body" in event), ({"x": "1"}, False))
        self.assertEqual(self.ask("/simple", key=None), (401, b'{"message":"Unauthorized"}'))
        self.answer('{"isAuthorized": false}')
        self.assertEqual(self.ask("/simple"), (403, b'{"message":"Forbidden"}'))
        self.answer('{"what": "nonsense"}')
        self.assertEqual(self.ask("/simple"), (500, b'{"message":"Internal Server Error"}'))

    def test_answers_are_kept(self):
        self.answer('{"isAuthorized": true}')
        self.route("/kept", AuthorizerResultTtlInSeconds=300)
        self.assertEqual(self.ask("/kept")[0], 200)
        self.answer('{"isAuthorized": false}')
        self.assertEqual((self.ask("/kept")[0], self.ask("/kept", key="other")[0]), (200, 403))

    def test_policies(self):
        def policy(effect, resource):
            statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
            return json.dumps({"principalId": "p", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}, "context": {"a": "b"}})

        self.route("/policy", AuthorizerPayloadFormatVersion="1.0", EnableSimpleResponses=False)
        mine = f"arn:aws:execute-api:us-east-1:000000000000:{self.api}"
        for effect, resource, status in (("Allow", "*", 200), ("Allow", f"{mine}/*/GET/policy", 200), ("Allow", f"{mine}/*/POST/*", 403), ("Deny", "*", 403)):
            self.answer(policy(effect, resource))
            answered, body = self.ask("/policy")
            self.assertEqual(answered, status, body)
            if status == 200:
                self.assertEqual(json.loads(body)["requestContext"]["authorizer"]["lambda"], {"a": "b", "principalId": "p"})


if __name__ == "__main__":
    local_aws.main()
