# SPDX-License-Identifier: Apache-2.0
"""The door of the local AWS: `davit local`, signatures, protocols, and its life as a process."""
import concurrent.futures
import contextlib
import datetime
import gzip
import http.client
import json
import os
import signal
import stat
import subprocess
import tempfile
import time
import unittest
import unittest.mock
import urllib.parse
import urllib.request
import zlib

import local_aws

local_aws.use_tools()


def raw(endpoint, method, path, body=b"", headers=None):
    with contextlib.closing(http.client.HTTPConnection(urllib.parse.urlsplit(endpoint).netloc, timeout=20)) as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


def signed(endpoint, service, body, headers, at=None, secret="test", extra_unsigned=None, method="POST", path="/"):
    """A request signed by botocore, sent byte for byte."""
    import botocore.auth
    import botocore.awsrequest
    import botocore.credentials

    request = botocore.awsrequest.AWSRequest(method=method, url=endpoint + path, data=body, headers=headers)
    signer = botocore.auth.SigV4Auth(botocore.credentials.Credentials("test", secret), service, "us-east-1")
    if at is None:
        signer.add_auth(request)
    else:
        with unittest.mock.patch("botocore.auth.get_current_datetime", return_value=at):
            signer.add_auth(request)
    return raw(endpoint, method, path, body, {**dict(request.headers.items()), **(extra_unsigned or {})})


class Signatures(local_aws.LocalAwsCase):
    def test_identity_of_the_default_pair(self):
        identity = self.aws.client("sts").get_caller_identity()
        self.assertEqual(identity["Account"], "000000000000")
        self.assertEqual(identity["Arn"], "arn:aws:iam::000000000000:user/test")

    def test_wrong_secret_is_refused_in_each_protocol(self):
        for service, call, code, status in (
            ("sts", "get_caller_identity", "SignatureDoesNotMatch", 403),
            ("secretsmanager", "list_secrets", "InvalidSignatureException", 400),
            ("lambda", "list_functions", "InvalidSignatureException", 403),
        ):
            refusal = self.refused(getattr(self.aws.client(service, secret="wrong"), call))
            self.assertEqual((refusal[0], refusal[2]), (code, status))
            self.assertTrue(refusal[1].startswith("The request signature we calculated does not match"))

    def test_unknown_key_is_refused_in_each_protocol(self):
        for service, call, code, status in (
            ("sts", "get_caller_identity", "InvalidClientTokenId", 403),
            ("secretsmanager", "list_secrets", "UnrecognizedClientException", 400),
            ("lambda", "list_functions", "UnrecognizedClientException", 403),
        ):
            refusal = self.refused(getattr(self.aws.client(service, key="AKIDUNKNOWN"), call))
            self.assertEqual(refusal, (code, "The security token included in the request is invalid.", status))

    def test_a_token_that_was_never_issued_is_refused(self):
        refusal = self.refused(self.aws.client("sts", token="made-up").get_caller_identity)
        self.assertEqual(refusal[0], "InvalidClientTokenId")

    def test_unsigned_is_refused(self):
        status, _, body = raw(self.aws.endpoint, "POST", "/", b"{}", {"X-Amz-Target": "secretsmanager.ListSecrets"})
        self.assertEqual((status, json.loads(body)["__type"]), (400, "MissingAuthenticationTokenException"))

    def test_incomplete_signature_is_refused(self):
        headers = {"X-Amz-Target": "secretsmanager.ListSecrets", "Authorization": "AWS4-HMAC-SHA256 Credential=test"}
        status, _, body = raw(self.aws.endpoint, "POST", "/", b"{}", headers)
        self.assertEqual((status, json.loads(body)["__type"]), (400, "IncompleteSignatureException"))

    def test_clock_window_is_five_minutes(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = b"Action=GetCallerIdentity&Version=2011-06-15"
        for minutes, expected in ((-4, 200), (4, 200), (-6, 403), (6, 403)):
            moment = now + datetime.timedelta(minutes=minutes)
            status, _, answer = signed(self.aws.endpoint, "sts", body, form, at=moment)
            self.assertEqual(status, expected, answer)
            if expected == 403:
                self.assertIn(b"Signature expired" if minutes < 0 else b"Signature not yet current", answer)

    def test_a_changed_body_is_refused(self):
        import botocore.auth, botocore.awsrequest, botocore.credentials

        request = botocore.awsrequest.AWSRequest(
            method="POST", url=self.aws.endpoint + "/", data=b"Action=GetCallerIdentity", headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        botocore.auth.SigV4Auth(botocore.credentials.Credentials("test", "test"), "sts", "us-east-1").add_auth(request)
        status, _, answer = raw(self.aws.endpoint, "POST", "/", b"Action=GetSessionToken", dict(request.headers.items()))
        self.assertEqual(status, 403)
        self.assertIn(b"SignatureDoesNotMatch", answer)

    def test_the_scope_names_the_service(self):
        status, _, answer = signed(self.aws.endpoint, "sts", b"{}", {"X-Amz-Target": "DynamoDB_20120810.ListTables"})
        refusal = json.loads(answer)
        self.assertEqual((status, refusal["__type"].split("#")[-1]), (400, "InvalidSignatureException"))
        self.assertEqual(refusal["message"], "Credential should be scoped to correct service: 'dynamodb'.")

    def test_tampering_is_refused_wherever_it_is_done(self):
        import botocore.auth, botocore.awsrequest, botocore.credentials

        url = self.aws.endpoint + "/2015-03-31/functions/?MaxItems=10"
        request = botocore.awsrequest.AWSRequest(method="GET", url=url, headers={"X-Amz-Meta": "a  b"})
        botocore.auth.SigV4Auth(botocore.credentials.Credentials("test", "test"), "lambda", "us-east-1").add_auth(request)
        headers = dict(request.headers.items())
        another = lambda text: text[:-1] + ("0" if text[-1] != "0" else "1")  # the same text but for its last digit
        path = "/2015-03-31/functions/?MaxItems=10"
        for method, target, changes, expected in (
            ("GET", path, {}, 200),
            ("GET", path, {"X-Amz-Meta": "a b"}, 200),
            ("GET", path.replace("10", "11"), {}, 403),
            ("GET", path + "&Marker=x", {}, 403),
            ("DELETE", path, {}, 403),
            ("GET", path.replace("functions", "layers"), {}, 403),
            ("GET", path, {"X-Amz-Meta": "c"}, 403),
            ("GET", path, {"X-Amz-Date": another(headers["X-Amz-Date"][:-1]) + "Z"}, 403),
            ("GET", path, {"Authorization": headers["Authorization"].replace("us-east-1", "us-west-2")}, 403),
            ("GET", path, {"Authorization": another(headers["Authorization"])}, 403),
        ):
            status, answered, body = raw(self.aws.endpoint, method, target, b"", {**headers, **changes})
            self.assertEqual(status, expected, (method, target, changes, body))
            if expected == 403:
                self.assertEqual(answered["x-amzn-ErrorType"], "InvalidSignatureException")

    def test_refusals_of_each_protocol_have_their_shape(self):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, headers, body = raw(self.aws.endpoint, "POST", "/", b"Action=GetCallerIdentity&Version=2011-06-15", form)
        self.assertEqual((status, headers["Content-Type"]), (403, "text/xml"))
        self.assertIn(b"<Code>MissingAuthenticationToken</Code>", body)
        self.assertIn(f"<RequestId>{headers['x-amzn-RequestId']}</RequestId>".encode(), body)
        status, headers, body = raw(self.aws.endpoint, "GET", "/2015-03-31/functions/")
        self.assertEqual((status, headers["x-amzn-ErrorType"]), (403, "MissingAuthenticationTokenException"))
        self.assertIn("message", json.loads(body))

    def test_every_amz_header_must_be_signed(self):
        body = b"Action=GetCallerIdentity&Version=2011-06-15"
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, answer = signed(self.aws.endpoint, "sts", body, form, extra_unsigned={"X-Amz-Meta-Added": "later"})
        self.assertEqual(status, 403)
        self.assertIn(b"x-amz-meta-added", answer)

    def test_presigned(self):
        url = self.aws.client("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET", ExpiresIn=60)
        with urllib.request.urlopen(url) as answer:
            self.assertIn(b"<Account>000000000000</Account>", answer.read())
        with self.assertRaises(urllib.error.HTTPError):
            urllib.request.urlopen(url.replace("X-Amz-Expires=60", "X-Amz-Expires=600"))

    def test_presigned_lifetime(self):
        import botocore.auth, botocore.awsrequest, botocore.credentials

        now = datetime.datetime.now(datetime.timezone.utc)
        for age, lifetime, part in (
            (30, 60, None),
            (600, 3600, None),
            (90, 60, b"Signature expired: "),
            (-400, 60, b"Signature not yet current: "),
            (0, 604800, None),
            (0, 604801, b"X-Amz-Expires must be less than a week"),
        ):
            request = botocore.awsrequest.AWSRequest(method="GET", url=self.aws.endpoint + "/?Action=GetCallerIdentity&Version=2011-06-15")
            signer = botocore.auth.SigV4QueryAuth(botocore.credentials.Credentials("test", "test"), "sts", "us-east-1", expires=lifetime)
            with unittest.mock.patch("botocore.auth.get_current_datetime", return_value=now - datetime.timedelta(seconds=age)):
                signer.add_auth(request)
            status, _, body = raw(self.aws.endpoint, "GET", request.url[len(self.aws.endpoint) :])
            self.assertEqual(status, 403 if part else 200, (age, lifetime, body))
            self.assertIn(part or b"<Account>", body)

    def test_any_region(self):
        identity = self.aws.client("sts", region="ap-southeast-1").get_caller_identity()
        self.assertEqual(identity["Account"], "000000000000")


class MoreKeys(local_aws.LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
            file.write(
                "[default]\naws_access_key_id = AKIDONE\naws_secret_access_key = one\n"
                "[other]\naws_access_key_id = AKIDTWO\naws_secret_access_key = two\naws_account_id = 123456789012\n"
                "[region-only]\nregion = eu-west-1\n"
            )
            file.flush()
            cls.FLAGS = ("--credentials", file.name)
            super().setUpClass()

    def test_each_pair_has_its_account(self):
        for key, secret, account, user in (
            ("test", "test", "000000000000", "test"),
            ("AKIDONE", "one", "000000000000", "default"),
            ("AKIDTWO", "two", "123456789012", "other"),
        ):
            identity = self.aws.client("sts", key=key, secret=secret).get_caller_identity()
            self.assertEqual((identity["Account"], identity["Arn"]), (account, f"arn:aws:iam::{account}:user/{user}"))

    def test_resources_live_by_account(self):
        mine = self.aws.client("secretsmanager", key="AKIDTWO", secret="two")
        self.assertIn(":123456789012:", mine.create_secret(Name="mine", SecretString="x")["ARN"])
        others = self.aws.client("secretsmanager")
        self.assertEqual(self.refused(others.get_secret_value, SecretId="mine")[0], "ResourceNotFoundException")

    def test_half_a_pair_is_a_mistake_of_the_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
            file.write("[p]\naws_access_key_id = AKID\n")
            file.flush()
            finished = self.aws.run("local", "up", "--state", self.aws.state + "-half", "--credentials", file.name, check=False)
        self.assertEqual(finished.returncode, 2)
        self.assertIn(f"{file.name}:2: profile 'p' has no aws_secret_access_key", finished.stderr)


class Protocols(local_aws.LocalAwsCase):
    def test_health(self):
        status, _, body = raw(self.aws.endpoint, "GET", "/")
        self.assertEqual(status, 200)
        self.assertTrue(body.startswith(b"healthy: 127.0.0.1:"))

    def test_wrong_types_are_refused(self):
        for service, operation, arguments, code in (
            ("secretsmanager", "ListSecrets", {"MaxResults": "many"}, "SerializationException"),
            ("secretsmanager", "ListSecrets", {"Filters": "x"}, "SerializationException"),
            ("secretsmanager", "GetSecretValue", ["x"], "SerializationException"),
            ("logs", "PutLogEvents", {"logGroupName": "g", "logStreamName": "s", "logEvents": [{"timestamp": "x"}]}, "SerializationException"),
        ):
            prefix = {"secretsmanager": "secretsmanager", "logs": "Logs_20140328"}[service]
            headers = {"X-Amz-Target": f"{prefix}.{operation}", "Content-Type": "application/x-amz-json-1.1"}
            status, _, body = signed(self.aws.endpoint, service, json.dumps(arguments).encode(), headers)
            refusal = json.loads(body)
            self.assertEqual((status, refusal["__type"]), (400, code), arguments)
            self.assertNotIn("json.exception", refusal["message"])
        body = json.dumps({"FunctionName": "f", "Role": 7}).encode()
        status, headers, refusal = signed(self.aws.endpoint, "lambda", body, {"Content-Type": "application/json"}, path="/2015-03-31/functions")
        self.assertEqual(status, 400, refusal)
        self.assertNotIn(b"json.exception", refusal)

    def test_what_is_not_served_is_refused_by_name(self):
        cases = (
            (self.aws.client("sts").get_session_token, {}, "InvalidAction", "GetSessionToken"),
            (self.aws.client("sqs").list_queues, {}, "UnknownOperationException", "sqs"),
            (self.aws.client("s3").list_buckets, {}, "NotImplemented", "s3"),
        )
        for call, arguments, code, name in cases:
            refusal = self.refused(call, **arguments)
            self.assertEqual(refusal[0], code)
            self.assertIn(name, refusal[1])

    def test_a_body_of_more_than_16_mb_is_413_and_the_connection_goes_on(self):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.aws.endpoint).netloc, timeout=20)
        connection.request("POST", "/", b"x" * (16 * 1024 * 1024 + 1), {"X-Amz-Target": "secretsmanager.ListSecrets"})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 413)
        answer.read()
        connection.request("GET", "/")
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()

    def test_dynamodb_compresses_and_sends_checksums(self):
        tables = self.aws.client("dynamodb")
        tables.create_table(
            TableName="zipped",
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        tables.get_waiter("table_exists").wait(TableName="zipped", WaiterConfig={"Delay": 1})
        tables.put_item(TableName="zipped", Item={"k": {"S": "b"}, "x": {"S": "y" * 5000}})
        headers = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0", "Content-Encoding": "gzip"}
        body = gzip.compress(json.dumps({"TableName": "zipped", "Key": {"k": {"S": "b"}}}).encode())
        status, plain, answer = signed(self.aws.endpoint, "dynamodb", body, {**headers, "Accept-Encoding": "identity"})
        self.assertEqual((status, int(plain["x-amz-crc32"])), (200, zlib.crc32(answer)))
        status, zipped, compressed = signed(self.aws.endpoint, "dynamodb", body, {**headers, "Accept-Encoding": "gzip"})
        self.assertEqual((zipped["Content-Encoding"], int(zipped["x-amz-crc32"])), ("gzip", zlib.crc32(compressed)))
        self.assertEqual(gzip.decompress(compressed), answer)
        self.assertLess(len(compressed), len(answer))
        half = len(body) // 2
        text = gzip.decompress(body)
        for coding, sent in (("gzip", gzip.compress(text[:9]) + gzip.compress(text[9:])), ("deflate", zlib.compress(text)), ("GZip", body)):
            self.assertEqual(signed(self.aws.endpoint, "dynamodb", sent, {**headers, "Content-Encoding": coding, "Accept-Encoding": "identity"})[::2], (200, answer))
        for coding, sent in (("gzip", b"no gzip"), ("gzip", b""), ("gzip", body[:half]), ("gzip", body + b"junk"), ("br", body)):
            status, _, refusal = signed(self.aws.endpoint, "dynamodb", sent, {**headers, "Content-Encoding": coding})
            self.assertEqual((status, json.loads(refusal)["__type"].split("#")[-1]), (500, "InternalServerError"))
        for accepted, coding in (
            ("gzip, deflate", "gzip"), ("br, identity, deflate, gzip", "deflate"), ("GZIP, identity", "gzip"), ("br, gzip;q=0, deflate; q = 0.5 , identity;q=0", "deflate"),
            ("*", "gzip"), ("*, deflate", "deflate"), ("*, gzip;q=0.5", "deflate"), ("gzip ;q=0", None), ("*;q=0", None), ("x-gzip", None), ("gzip;nq=1;q=0 ", None),
            ("deflate;q=0.5, gzip;q=31", "gzip"), ("deflate;q=0.5,gzip;q=0.", "deflate"), ("deflate;q=-0.5,gzip;q=0.2", "gzip"), ("gzip;q=0, gzip;q=1, gzip;q=0", "gzip"),
        ):
            with self.subTest(accepted=accepted):
                _, fields, bytes_ = signed(self.aws.endpoint, "dynamodb", body, {**headers, "Accept-Encoding": accepted})
                self.assertEqual(fields.get("Content-Encoding"), coding)
                self.assertEqual({"gzip": gzip.decompress, "deflate": zlib.decompress, None: bytes}[coding](bytes_), answer)
        short = gzip.compress(json.dumps({}).encode())
        _, fields, _ = signed(self.aws.endpoint, "dynamodb", short, {**headers, "X-Amz-Target": "DynamoDB_20120810.DescribeLimits", "Accept-Encoding": "gzip"})
        self.assertIsNone(fields.get("Content-Encoding"))

    def test_pages_of_other_origins_may_call(self):
        asked = {"Origin": "http://example.com/", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-amz-target, authorization"}
        for method in ("OPTIONS", "GET", "POST"):
            with self.subTest(method=method):
                _, fields, _ = raw(self.aws.endpoint, method, "/", headers=asked)
                self.assertEqual(fields.get("Access-Control-Allow-Origin"), "*")
                self.assertIn("x-amzn-RequestId", fields.get("Access-Control-Expose-Headers"))
                allowed = [fields.get(name) for name in ("Access-Control-Max-Age", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers")]
                self.assertEqual(allowed, ["172800", "POST", "x-amz-target, authorization"] if method == "OPTIONS" else [None] * 3)
                self.assertIsNone(raw(self.aws.endpoint, method, "/")[1].get("Access-Control-Allow-Origin"))

    def test_malformed_http(self):
        import socket

        host, port = urllib.parse.urlsplit(self.aws.endpoint).netloc.split(":")
        for request, status in (
            (b"nonsense\r\n\r\n", b"400"),
            (b"GET / HTTP/1.1\r\n\r\n", b"400"),
            (b"GET / HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n", b"400"),
            (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
            (b"GET / HTTP/1.1\r\nHost: x\r\nLong: " + b"y" * 17000 + b"\r\n\r\n", b"400"),
        ):
            with socket.create_connection((host, int(port)), timeout=20) as connection:
                try:
                    connection.sendall(request)
                except ConnectionError:
                    pass
                self.assertIn(status, connection.recv(200).split(b"\r\n")[0])

    def test_chunked_bodies_are_read(self):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = b"Action=GetCallerIdentity&Version=2011-06-15"
        import botocore.auth, botocore.awsrequest, botocore.credentials

        request = botocore.awsrequest.AWSRequest(method="POST", url=self.aws.endpoint + "/", data=body, headers=form)
        botocore.auth.SigV4Auth(botocore.credentials.Credentials("test", "test"), "sts", "us-east-1").add_auth(request)
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.aws.endpoint).netloc, timeout=20)

        def pieces():
            # Each arrives when the one before it has been read to its last byte.
            for piece in (body[:30], body[30:31], body[31:]):
                time.sleep(0.05)
                yield piece

        for _ in range(2):
            connection.request("POST", "/", pieces(), dict(request.headers.items()), encode_chunked=True)
            response = connection.getresponse()
            self.assertEqual((response.status, b"GetCallerIdentityResult" in response.read()), (200, True))
        connection.close()

    def test_hundreds_of_idle_connections_starve_nobody(self):
        netloc = urllib.parse.urlsplit(self.aws.endpoint).netloc
        idle = [http.client.HTTPConnection(netloc, timeout=20) for _ in range(300)]
        for connection in idle:
            connection.connect()
        sts = self.aws.client("sts", max_pool_connections=32)
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            answers = list(pool.map(lambda _: sts.get_caller_identity()["Account"], range(64)))
        self.assertEqual(set(answers), {"000000000000"})
        for connection in idle:
            connection.close()


class Process(local_aws.LocalAwsCase):
    def test_second_up_prints_the_same_document(self):
        port = str(urllib.parse.urlsplit(self.aws.endpoint).port)
        for flags in ((), ("--port", port), ("--isolation", self.aws.document["isolation"])):
            again = self.aws.run("local", "up", "--state", self.aws.state, *flags, "-o", "json")
            self.assertEqual(self.aws.document, json.loads(again.stdout))

    def test_second_up_that_asks_for_something_else_is_a_conflict(self):
        for flags, part in (
            (("--port", "1"), "not on 1"),
            (("--isolation", "process" if self.aws.document["isolation"] != "process" else "chroot"), f"with isolation {self.aws.document['isolation']}"),
            (("--foreground",), "another process serves"),
        ):
            finished = self.aws.run("local", "up", "--state", self.aws.state, *flags, check=False)
            self.assertEqual((finished.returncode, finished.stdout), (5, ""))
            self.assertIn(part, finished.stderr)
            self.assertIn("davit local down", finished.stderr)

    def test_where_it_cannot_start_it_says_why(self):
        with tempfile.TemporaryDirectory() as folder:
            taken = os.path.join(folder, "file")
            open(taken, "w").close()
            for flags, part in (
                (("--state", taken), f"cannot make the folder {taken}"),
                (("--state", os.path.join(folder, "s"), "--region", "no; region"), "no; region"),
                (("--state", os.path.join(folder, "s"), "--credentials", os.path.join(folder, "none")), f"{folder}/none"),
                (("--state", os.path.join(folder, "s"), "--port", "70000"), "70000"),
            ):
                finished = self.aws.run("local", "up", *flags, check=False)
                self.assertEqual((finished.returncode, finished.stdout), (2, ""), flags)
                self.assertIn(part, finished.stderr)

    def test_document_is_private(self):
        path = os.path.join(self.aws.state, "endpoint.json")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with open(path) as file:
            self.assertEqual(json.load(file), self.aws.document)
        self.assertEqual(stat.S_IMODE(os.stat(self.aws.state).st_mode), 0o700)

    def test_env_lines_work_in_a_shell(self):
        script = f'eval "$("{self.DAVIT}" local env --state "{self.aws.state}")"; echo "$AWS_ENDPOINT_URL $AWS_ACCESS_KEY_ID $AWS_REGION"'
        finished = subprocess.run(["sh", "-c", script], env=local_aws.scrubbed_environment(), capture_output=True, text=True)
        self.assertEqual(finished.stdout.split(), [self.aws.endpoint, "test", "us-east-1"])

    def test_simultaneous_ups_start_one(self):
        own = local_aws.LocalAws(self.DAVIT)
        own.down()
        command = [self.DAVIT, "local", "up", "--state", own.state, "-o", "json"]
        running = [subprocess.Popen(command, env=local_aws.scrubbed_environment(), stdout=subprocess.PIPE) for _ in range(6)]
        documents = [json.loads(process.communicate(timeout=30)[0]) for process in running]
        self.assertEqual(len({document["pid"] for document in documents}), 1)
        own.close()

    def test_kill_and_restart_on_the_same_port(self):
        own = local_aws.LocalAws(self.DAVIT)
        os.kill(own.document["pid"], signal.SIGKILL)
        time.sleep(0.1)
        status = own.run("local", "status", "--state", own.state, "-o", "json", check=False)
        self.assertEqual((status.returncode, json.loads(status.stdout)["running"]), (3, False))
        port = urllib.parse.urlsplit(own.endpoint).port
        own.flags = ("--port", str(port))
        self.assertEqual(own.up()["endpoint"], f"http://127.0.0.1:{port}")
        self.assertEqual(own.client("sts").get_caller_identity()["Account"], "000000000000")
        own.close()

    def test_port_in_use_is_a_conflict(self):
        port = urllib.parse.urlsplit(self.aws.endpoint).port
        finished = self.aws.run("local", "up", "--state", self.aws.state + "-other", "--port", str(port), check=False)
        self.assertEqual(finished.returncode, 5)
        self.assertIn("Address already in use", finished.stderr)

    def test_down_of_nothing(self):
        finished = self.aws.run("local", "down", "--state", self.aws.state + "-none", "-o", "json")
        self.assertEqual(json.loads(finished.stdout)["stopped"], False)

    def test_dry_runs_change_nothing(self):
        for verb in ("up", "down", "reset"):
            finished = self.aws.run("local", verb, "--dry-run", "--state", self.aws.state, "-o", "json")
            self.assertTrue(json.loads(finished.stdout)["dryRun"])
        self.assertEqual(self.aws.client("sts").get_caller_identity()["Account"], "000000000000")

    def test_reset_asks(self):
        finished = self.aws.run("local", "reset", "--state", self.aws.state, check=False)
        self.assertEqual(finished.returncode, 2)
        self.assertIn("--yes", finished.stderr)

    def test_foreground_ends_on_a_signal(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            self.foreground(number)

    def foreground(self, number):
        state = self.aws.state + "-foreground"
        process = subprocess.Popen(
            [self.DAVIT, "local", "up", "--foreground", "--state", state, "-o", "json"],
            env=local_aws.scrubbed_environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        lines = []
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
        self.assertEqual(json.loads("".join(lines))["pid"], process.pid)
        process.send_signal(number)
        self.assertEqual(process.wait(timeout=10), 0)
        self.assertEqual(process.stdout.read(), "")
        process.stdout.close()
        self.assertFalse(os.path.exists(os.path.join(state, "endpoint.json")))


if __name__ == "__main__":
    local_aws.main()
