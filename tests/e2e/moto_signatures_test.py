# SPDX-License-Identifier: Apache-2.0
"""davit's signatures before a judge that others wrote: moto_server, told to check keys, signatures and policies. What is rightly signed is
answered, and the same call with a wrong secret is refused with exit 4."""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request

from local_aws import TOOLS, LocalAwsCase, main, scrubbed_environment, skip

# One operation of every protocol and service, and documents that are hard to sign.
CALLS = (
    ("sts", "GetCallerIdentity", {}),
    ("iam", "GetUser", {"UserName": "operator"}),
    ("iam", "CreateGroup", {"GroupName": "a+b=c,d.e@f-g_h", "Path": "/x/y/"}),
    ("cloudformation", "ListStacks", {}),
    ("sns", "CreateTopic", {"Name": "alarms", "Attributes": {"DisplayName": "ä b & c=d+e/*~"}}),
    ("dynamodb", "ListTables", {}),
    ("dynamodbstreams", "ListStreams", {}),
    ("secretsmanager", "CreateSecret", {"Name": "signed", "SecretString": "ünïcödé \u2603 \x7f"}),
    ("secretsmanager", "ListSecrets", {}),
    ("logs", "DescribeLogGroups", {}),
    ("ecr", "DescribeRepositories", {}),
    ("ssm", "DescribeParameters", {}),
    ("cognito-idp", "ListUserPools", {"MaxResults": 1}),
    ("sqs", "ListQueues", {}),
    ("kms", "ListKeys", {}),
    ("events", "ListRules", {}),
    ("acm", "ListCertificates", {}),
    ("stepfunctions", "ListStateMachines", {}),
    ("lambda", "ListFunctions", {}),
    ("lambda", "ListLayers", {"CompatibleRuntime": "python3.12", "MaxItems": 5}),
)
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Moto(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = os.path.join(TOOLS, "venv", "bin", "moto_server") if TOOLS else shutil.which("moto_server")
        if not server or not os.path.exists(server):
            skip("moto_server is not installed (scripts/test-tools)")
        port = free_port()
        cls.endpoint = f"http://127.0.0.1:{port}"
        log = tempfile.TemporaryFile()
        cls.addClassCleanup(log.close)
        process = subprocess.Popen([server, "-H", "127.0.0.1", "-p", str(port)], env=scrubbed_environment(), stdout=log, stderr=log)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)
        cls.wait_until_it_answers(process)
        cls.key, cls.secret = cls.make_operator()
        cls.check_signatures()

    @classmethod
    def wait_until_it_answers(cls, process):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urllib.request.urlopen(cls.endpoint + "/moto-api/", timeout=5).read()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("moto_server does not answer")

    @classmethod
    def make_operator(cls):
        """A user who may do everything, made while nothing is checked yet."""
        for operation, document in (
            ("CreateUser", {"UserName": "operator"}),
            ("PutUserPolicy", {"UserName": "operator", "PolicyName": "all", "PolicyDocument": EVERYTHING}),
        ):
            cls.call("iam", operation, document, "any", "any")
        answer = cls.call("iam", "CreateAccessKey", {"UserName": "operator"}, "any", "any").stdout
        return [answer.split(f"<{name}>")[1].split(f"</{name}>")[0] for name in ("AccessKeyId", "SecretAccessKey")]

    @classmethod
    def check_signatures(cls):
        request = urllib.request.Request(cls.endpoint + "/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"})
        urllib.request.urlopen(request, timeout=10).read()

    @classmethod
    def call(cls, service, operation, document, key, secret, token=""):
        variables = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token, "AWS_REGION": "eu-west-1"}
        return subprocess.run(
            [LocalAwsCase.DAVIT, "aws", "call", service, operation, "--endpoint-url", cls.endpoint],
            env=scrubbed_environment(variables),
            input=json.dumps(document, ensure_ascii=False),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def test_right_secrets_are_accepted_and_wrong_ones_refused(self):
        for service, operation, document in CALLS:
            with self.subTest(service=service, operation=operation):
                accepted = self.call(service, operation, document, self.key, self.secret)
                self.assertEqual(accepted.returncode, 0, accepted.stderr)
                refused = self.call(service, operation, document, self.key, self.secret[:-1] + "!")
                self.assertEqual(refused.returncode, 4, refused.stderr)

    def test_an_unknown_key_is_refused(self):
        self.assertEqual(self.call("sts", "GetCallerIdentity", {}, "AKIAUNKNOWN", self.secret).returncode, 4)

    def test_a_session_token_is_signed(self):
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
        role = {"RoleName": "deployer", "AssumeRolePolicyDocument": json.dumps(trust)}
        created = self.call("iam", "CreateRole", role, self.key, self.secret)
        self.assertEqual(created.returncode, 0, created.stderr)
        arn = created.stdout.split("<Arn>")[1].split("</Arn>")[0]
        policy = {"RoleName": "deployer", "PolicyName": "all", "PolicyDocument": EVERYTHING}
        self.assertEqual(self.call("iam", "PutRolePolicy", policy, self.key, self.secret).returncode, 0)
        session = self.call("sts", "AssumeRole", {"RoleArn": arn, "RoleSessionName": "s"}, self.key, self.secret).stdout
        key, secret, token = [
            session.split(f"<{name}>")[1].split(f"</{name}>")[0] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")
        ]
        accepted = self.call("dynamodb", "ListTables", {}, key, secret, token)
        self.assertEqual(accepted.returncode, 0, accepted.stderr)
        self.assertEqual(self.call("dynamodb", "ListTables", {}, key, secret + "x", token).returncode, 4)


if __name__ == "__main__":
    main()
