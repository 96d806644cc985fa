# SPDX-License-Identifier: Apache-2.0
"""Every source of credentials, against servers that hand them out; and the same variables and files read by botocore, which must come to the
same keys."""
import datetime
import hashlib
import json
import os
import pty
import re
import shutil
import subprocess
import tempfile
import unittest
import unittest.mock

import local_aws

local_aws.use_tools()

import botocore.session

from credential_servers import EXPIRATION, CredentialServers

STATIC = "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = s\n"
SSO = "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example/start\n"


class Case(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.mkdtemp(prefix="davit-test-")
        self.addCleanup(shutil.rmtree, self.home)
        self.servers = CredentialServers()
        self.addCleanup(self.servers.close)

    def write(self, path, text, mode=0o600):
        path = os.path.join(self.home, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def environment(self, variables=None, config=""):
        self.write(".aws/config", config)
        everything = {
            "PATH": os.environ["PATH"],
            "HOME": self.home,
            "LC_ALL": "C.UTF-8",
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": self.servers.url,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.servers.url,
            "AWS_MAX_ATTEMPTS": "1",
            "ASAN_OPTIONS": "detect_leaks=0",
            **(variables or {}),
        }
        return {name: value for name, value in everything.items() if value is not None}

    def davit(self, *arguments, variables=None, config="", profile=""):
        flags = ["--profile", profile] if profile else []
        return subprocess.run(
            [local_aws.LocalAwsCase.DAVIT, *arguments, *flags],
            env=self.environment(variables, config),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )

    def credentials(self, **setup):
        finished = self.davit("aws", "credentials", "--format", "process", **setup)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return json.loads(finished.stdout)

    def refused(self, status, words, **setup):
        finished = self.davit("aws", "credentials", **setup)
        self.assertEqual((finished.returncode, finished.stdout), (status, ""), finished.stderr)
        self.assertIn(words, finished.stderr)
        return finished

    def process(self, text, status=0):
        return self.write("tool", f"#!/bin/sh\necho asking >&2\ncat <<'EOF'\n{text}\nEOF\nexit {status}\n", mode=0o700)


class Sources(Case):
    def test_a_chain_of_roles(self):
        config = STATIC + (
            "[profile middle]\nrole_arn = arn:middle\nsource_profile = base\nrole_session_name = me\n"
            "[profile top]\nrole_arn = arn:top\nsource_profile = middle\nexternal_id = x/1\nduration_seconds = 900\n"
        )
        answer = self.credentials(config=config, profile="top")
        self.assertEqual((answer["AccessKeyId"], answer["SessionToken"], answer["Expiration"]), ("ASIA00000002", "token-2", EXPIRATION))
        self.assertEqual(answer["AccountId"], "111122223333")
        first, second = self.servers.take()
        self.assertEqual((first.action, first.key_id, first.form["RoleArn"]), ("AssumeRole", "BASE", "arn:middle"))
        self.assertEqual(first.form["RoleSessionName"], "me")
        self.assertNotIn("DurationSeconds", first.form)
        self.assertEqual((second.key_id, second.form["RoleArn"], second.form["ExternalId"]), ("ASIA00000001", "arn:top", "x/1"))
        self.assertEqual(second.headers["x-amz-security-token"], "token-1")
        self.assertEqual(second.form["DurationSeconds"], "900")
        self.assertRegex(second.form["RoleSessionName"], r"^davit-session-\d+$")
        self.assertFalse(os.path.exists(os.path.join(self.home, ".aws/cli")), "a custom endpoint's are not kept")

    def test_a_role_whose_first_keys_come_from_elsewhere(self):
        keys = {"AWS_ACCESS_KEY_ID": "ENVKEY", "AWS_SECRET_ACCESS_KEY": "s"}
        role = "[profile r]\nrole_arn = arn:r\ncredential_source = "
        self.credentials(config=role + "Environment\n", variables=keys, profile="r")
        self.assertEqual(self.servers.take()[-1].key_id, "ENVKEY")
        container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.servers.url + "/container"}
        self.credentials(config=role + "EcsContainer\n", variables=container, profile="r")
        self.assertEqual([asked.action for asked in self.servers.take()], ["", "AssumeRole"])
        self.credentials(config=role + "Ec2InstanceMetadata\n", profile="r")
        self.assertEqual([asked.method for asked in self.servers.take()], ["PUT", "GET", "GET", "POST"])

    def test_a_refused_role_is_named(self):
        self.servers.sts = lambda asked: "<html>"
        config = STATIC + "[profile r]\nrole_arn = arn:r\nsource_profile = base\n"
        self.assertNotEqual(self.davit("aws", "credentials", config=config, profile="r").returncode, 0)
        self.servers.answer = lambda asked: (
            403,
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
        )
        self.refused(4, "assuming the role arn:r", config=config, profile="r")

    def test_wrong_chains_send_nothing(self):
        for status, words, config in (
            (2, "loop", "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a\n"),
            (2, "both source_profile and credential_source", "[profile a]\nrole_arn = r\nsource_profile = b\ncredential_source = Environment\n"),
            (2, "neither", "[profile a]\nrole_arn = r\n"),
            (2, "'b', which is not there", "[profile a]\nrole_arn = r\nsource_profile = b\n"),
            (4, "no credentials", "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nregion = x\n"),
            (4, "aws_secret_access_key is missing", "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\naws_access_key_id = x\n"),
            (4, "nobody can be asked", STATIC + "[profile a]\nrole_arn = r\nsource_profile = base\nmfa_serial = m\n"),
        ):
            with self.subTest(words):
                self.refused(status, words, config=config, profile="a")
        self.assertEqual(self.servers.take(), [])

    def test_a_role_that_wants_a_code_asks_on_the_terminal(self):
        config = STATIC + "[profile r]\nrole_arn = arn:r\nsource_profile = base\nmfa_serial = arn:mfa/me\n"
        master, terminal = pty.openpty()
        process = subprocess.Popen(
            [local_aws.LocalAwsCase.DAVIT, "aws", "credentials", "--profile", "r"],
            env=self.environment(config=config),
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=terminal,
        )
        os.close(terminal)
        shown = b""
        while b"MFA code of arn:mfa/me: " not in shown:
            shown += os.read(master, 1024)
        os.write(master, b"123456\n")
        answer = json.loads(process.communicate(timeout=60)[0])
        os.close(master)
        self.assertEqual(answer["AccessKeyId"], "ASIA00000001")
        (asked,) = self.servers.take()
        self.assertEqual((asked.form["SerialNumber"], asked.form["TokenCode"]), ("arn:mfa/me", "123456"))

    def test_a_web_identity_is_not_signed(self):
        token = self.write("token", "header.payload.signature\n")
        variables = {"AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:ci", "AWS_ROLE_SESSION_NAME": "job-1"}
        self.assertEqual(self.credentials(variables=variables)["AccessKeyId"], "ASIA00000001")
        (asked,) = self.servers.take()
        self.assertEqual((asked.action, asked.key_id), ("AssumeRoleWithWebIdentity", ""))
        self.assertEqual(asked.form["WebIdentityToken"], "header.payload.signature")
        self.assertEqual((asked.form["RoleArn"], asked.form["RoleSessionName"]), ("arn:ci", "job-1"))
        config = f"[profile ci]\nrole_arn = arn:p\nweb_identity_token_file = {token}\n"
        self.credentials(config=config, profile="ci")
        self.assertEqual(self.servers.take()[0].form["RoleArn"], "arn:p")
        self.refused(2, "no-such-token", variables={**variables, "AWS_WEB_IDENTITY_TOKEN_FILE": "/no-such-token"})

    def sso_token(self, key, expires_at, name="sso-token"):
        path = f".aws/sso/cache/{hashlib.sha1(key.encode()).hexdigest()}.json"
        self.write(path, json.dumps({"accessToken": name, "expiresAt": expires_at, "region": "eu-west-1"}))

    def test_a_role_of_sso(self):
        config = SSO + "[profile s]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin Role\n"
        self.refused(4, "aws sso login --sso-session corp", config=config, profile="s")
        self.sso_token("corp", "2001-01-01T00:00:00Z")
        self.refused(4, "ended at 2001-01-01T00:00:00Z", config=config, profile="s")
        self.sso_token("corp", EXPIRATION)
        answer = self.credentials(config=config, profile="s")
        self.assertEqual((answer["AccessKeyId"], answer["Expiration"]), ("ASIA00000001", EXPIRATION))
        (asked,) = self.servers.take()
        self.assertEqual(asked.path, "/federation/credentials?role_name=Admin%20Role&account_id=123456789012")
        self.assertEqual((asked.headers["x-amz-sso_bearer_token"], asked.key_id), ("sso-token", ""))
        old_form = "[profile s]\nsso_start_url = https://old\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n"
        self.sso_token("https://old", EXPIRATION.replace("Z", "UTC"))
        self.credentials(config=old_form, profile="s")
        self.servers.answer = lambda asked: (401, '{"message": "Session token not found or invalid"}')
        self.refused(4, "not accepted any more", config=config, profile="s")

    def test_a_token_of_sso_is_exchanged_before_it_ends(self):
        config = SSO + "[profile s]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n"
        path = f".aws/sso/cache/{hashlib.sha1(b'corp').hexdigest()}.json"
        registered = {"clientId": "c", "clientSecret": "cs", "registrationExpiresAt": EXPIRATION, "refreshToken": "once", "region": "eu-west-1"}
        token = self.write(path, json.dumps({**registered, "accessToken": "old", "expiresAt": "2001-01-01T00:00:00Z"}))
        self.assertEqual(self.credentials(config=config, profile="s")["AccessKeyId"], "ASIA00000001")
        exchange, role = self.servers.take()
        self.assertEqual((exchange.method, exchange.path, exchange.key_id), ("POST", "/token", ""))
        self.assertEqual(
            json.loads(exchange.body), {"clientId": "c", "clientSecret": "cs", "grantType": "refresh_token", "refreshToken": "once"}
        )
        self.assertEqual(role.headers["x-amz-sso_bearer_token"], "newer-token")
        with open(token, encoding="utf-8") as file:
            kept = json.load(file)
        self.assertEqual((kept["accessToken"], kept["refreshToken"], kept["clientId"]), ("newer-token", "next", "c"))
        self.assertEqual(os.stat(token).st_mode & 0o777, 0o600)
        self.credentials(config=config, profile="s")
        self.assertEqual([asked.path.partition("?")[0] for asked in self.servers.take()], ["/federation/credentials"], "good for an hour")
        self.write(path, json.dumps({**registered, "accessToken": "old", "expiresAt": "2001-01-01T00:00:00Z"}))
        self.servers.answer = lambda asked: (400, '{"error": "invalid_grant"}')
        finished = self.refused(4, "ended at", config=config, profile="s")
        self.assertNotIn("once", finished.stderr)

    def test_a_program(self):
        tool = self.process('{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "s", "SessionToken": "t"}')
        config = f"[profile p]\ncredential_process = {tool} --for 'a b'\naws_account_id = 123456789012\n"
        answer = self.credentials(config=config, profile="p")
        self.assertEqual((answer["AccessKeyId"], answer["SessionToken"], answer["AccountId"]), ("PROC", "t", "123456789012"))
        for text, status, words in (
            ('{"Version": 2, "AccessKeyId": "PROC", "SecretAccessKey": "MARKED"}', 0, "another Version"),
            ('{"Version": 1, "AccessKeyId": "PROC"}', 0, "no SecretAccessKey"),
            ('{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "MARKED", }', 0, "no JSON object"),
            ('{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "MARKED"}', 3, "exit code 3"),
            ('{"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "MARKED", "Expiration": "2001-01-01T00:00:00Z"}', 0, "expired"),
            ("x" * 100_000, 0, "64 KiB"),
        ):
            with self.subTest(words):
                self.process(text, status)
                finished = self.refused(4, words, config=config, profile="p")
                self.assertNotIn("MARKED", finished.stderr)
        self.refused(4, "cannot run", config="[profile p]\ncredential_process = /no/such/tool\n", profile="p")

    def test_a_program_that_calls_itself(self):
        davit = local_aws.LocalAwsCase.DAVIT
        config = f"[profile p]\ncredential_process = {davit} aws credentials --profile p\n"
        self.refused(4, "calls itself", config=config, profile="p")

    def test_a_container(self):
        variables = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.servers.url + "/container?id=1"}
        self.assertEqual(self.credentials(variables=variables)["SessionToken"], "token-1")
        self.assertNotIn("authorization", self.servers.take()[0].headers)
        token_file = self.write("token", "from-the-file\n")
        variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "from-the-variable"
        self.credentials(variables=variables)
        self.assertEqual(self.servers.take()[0].headers["authorization"], "from-the-variable")
        variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = token_file
        self.credentials(variables=variables)
        self.assertEqual(self.servers.take()[0].headers["authorization"], "from-the-file")
        self.write("token", "two\nlines")
        self.refused(2, "line break", variables=variables)
        self.refused(2, "may not be asked", variables={"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://192.0.2.1/"})
        self.assertEqual(self.servers.take(), [])
        self.servers.answer = lambda asked: (500, "")
        self.refused(4, "HTTP 500", variables={"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.servers.url + "/container"})
        self.assertEqual(len(self.servers.take()), 3)

    def test_an_instance(self):
        self.assertEqual(self.credentials()["AccessKeyId"], "ASIA00000001")
        token, role, keys = self.servers.take()
        self.assertEqual((token.method, token.headers["x-aws-ec2-metadata-token-ttl-seconds"]), ("PUT", "21600"))
        self.assertEqual(keys.path, "/latest/meta-data/iam/security-credentials/web")
        self.servers.instance_role = ""
        self.refused(4, "no AWS credentials found")
        self.refused(4, "no AWS credentials found", variables={"AWS_EC2_METADATA_DISABLED": "true"})
        nowhere = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9"}
        steps = json.loads(self.davit("whoami", "--explain", "-o", "json", variables=nowhere).stdout)["steps"]
        self.assertEqual({step["result"] for step in steps}, {"skipped"})

    def test_explained(self):
        config = STATIC + "[profile r]\nrole_arn = arn:r\nsource_profile = base\n"
        finished = self.davit("whoami", "--explain", "-o", "json", config=config, profile="r")
        document = json.loads(finished.stdout)
        (used,) = [step for step in document["steps"] if step["result"] == "used"]
        self.assertEqual((used["source"], used["origin"]), ("assume-role", os.path.join(self.home, ".aws/config") + ":5"))
        self.assertEqual(document["expiresAt"], EXPIRATION)
        self.assertEqual([asked.action for asked in self.servers.take()], ["AssumeRole", "GetCallerIdentity"], "asked once")

    def test_nothing_tells_a_secret(self):
        self.sso_token("corp", EXPIRATION)
        token = self.write("token", "web-token")
        tool = self.process('{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "secret-p", "SessionToken": "token-p"}')
        config = STATIC + SSO + (
            "[profile role]\nrole_arn = arn:r\nsource_profile = base\nexternal_id = external-secret\n"
            f"[profile web]\nrole_arn = arn:r\nweb_identity_token_file = {token}\n"
            "[profile sso]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n"
            f"[profile program]\ncredential_process = {tool}\n"
        )
        container = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": self.servers.url + "/container",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "container-token",
        }
        for profile, variables in (("role", {}), ("web", {}), ("sso", {}), ("program", {}), ("", container), ("", {})):
            with self.subTest(profile or variables):
                finished = self.davit("whoami", "--explain", "--debug", variables=variables, config=config, profile=profile)
                self.assertIn("GetCallerIdentity", finished.stderr, "--debug shows the calls")
                told = re.findall(r"(?:secret|token)-[0-9p]+|sso-token|web-token|container-token|external-secret", finished.stdout + finished.stderr)
                self.assertEqual(told, [])

    def test_the_cache_of_the_aws_cli(self):
        """A file that the AWS CLI wrote is used, under the name that it gave it, and one of davit's has the same form."""
        kept = {"AccessKeyId": "KEPT", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": EXPIRATION}
        arguments = {"RoleArn": "arn:r", "RoleSessionName": "me", "SerialNumber": "arn:mfa"}
        name = hashlib.sha1(json.dumps(arguments, sort_keys=True).encode()).hexdigest()
        self.write(f".aws/cli/cache/{name}.json", json.dumps({"Credentials": kept}))
        config = STATIC + "[profile r]\nrole_arn = arn:r\nsource_profile = base\nrole_session_name = me\nmfa_serial = arn:mfa\n"
        no_endpoint = {"AWS_ENDPOINT_URL": ""}
        self.assertEqual(self.credentials(config=config, variables=no_endpoint, profile="r")["AccessKeyId"], "KEPT")
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=10)
        self.write(f".aws/cli/cache/{name}.json", json.dumps({"Credentials": {**kept, "Expiration": soon.isoformat()}}))
        self.refused(4, "nobody can be asked", config=config, variables=no_endpoint, profile="r")


class BesideBotocore(Case):
    """Which source wins. botocore's web identity and SSO need no comparison: their servers are asked above."""

    def as_process_with(self, variables, config):
        return unittest.mock.patch.dict(os.environ, self.environment(variables, config), clear=True)

    def keys_of_botocore(self, variables, config, profile):
        with self.as_process_with(variables, config):
            keys = botocore.session.Session(profile=profile or None).get_credentials().get_frozen_credentials()
        return [keys.access_key, keys.secret_key, keys.token]

    def endpoint_of_botocore(self, variables, config, profile):
        with self.as_process_with(variables, config):
            session = botocore.session.Session(profile=profile or None)
            client = session.create_client("dynamodb", aws_access_key_id="a", aws_secret_access_key="b")
        return [client.meta.endpoint_url, client.meta.region_name]

    def test_same_keys(self):
        davit = local_aws.LocalAwsCase.DAVIT
        tool = self.process('{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "s"}')
        environment_keys = {"AWS_ACCESS_KEY_ID": "ENVKEY", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "envtoken"}
        other = "[profile other]\naws_access_key_id = OTHER\naws_secret_access_key = s\naws_session_token = t\n"
        default = "[default]\naws_access_key_id = DEFAULT\naws_secret_access_key = s\n"
        process = f"[profile p]\ncredential_process = {tool}\n"
        container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.servers.url + "/container"}
        role = STATIC + "[profile r]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = base\n"
        for name, variables, config, profile in (
            ("environment", environment_keys, default, ""),
            ("environment before AWS_PROFILE", {**environment_keys, "AWS_PROFILE": "other"}, other, ""),
            ("--profile before the environment", environment_keys, other, "other"),
            ("AWS_PROFILE", {"AWS_PROFILE": "other"}, other + default, ""),
            ("the default profile", {}, other + default, ""),
            ("older name of the token", {**environment_keys, "AWS_SECURITY_TOKEN": "older"}, "", ""),
            ("a program", {}, process, "p"),
            ("a program after static keys", {}, f"{process}aws_access_key_id = A\naws_secret_access_key = s\n", "p"),
            ("davit as the program", {}, STATIC + f"[profile d]\ncredential_process = {davit} aws credentials --profile base\n", "d"),
            ("a role", {}, role, "r"),
            ("a role whose own keys are its source", {}, f"{role}aws_access_key_id = A\naws_secret_access_key = s\n", "r"),
            ("a container", container, "", ""),
            ("keys before a container", container, default, ""),
            ("an instance", {}, "", ""),
        ):
            with self.subTest(name):
                self.servers.given = 0
                answer = self.credentials(variables=variables, config=config, profile=profile)
                self.servers.given = 0
                keys = [answer["AccessKeyId"], answer["SecretAccessKey"], answer.get("SessionToken")]
                self.assertEqual(keys, self.keys_of_botocore(variables, config, profile))

    def test_same_endpoints(self):
        # botocore reads no AWS_REGION.
        region = {"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_ENDPOINT_URL": ""}
        services = "[profile x]\nservices = s\n{}[services s]\ndynamodb =\n  endpoint_url = https://section.example:8443\n"
        every, one = {"AWS_ENDPOINT_URL": "https://every.example"}, {"AWS_ENDPOINT_URL_DYNAMODB": "https://one.example/path"}
        in_profile = "[profile x]\nendpoint_url = http://127.0.0.1:1234\nregion = ap-south-1\n"
        for name, variables, config, profile in (
            ("the region's own", {}, "", ""),
            ("every service", every, "", ""),
            ("one service", {**every, **one}, "", ""),
            ("services section", {}, services.format(""), "x"),
            ("services section before the profile", {}, services.format("endpoint_url = https://profile.example\n"), "x"),
            ("variable before section", every, services.format(""), "x"),
            ("profile", {}, in_profile, "x"),
            ("region of a profile", {"AWS_DEFAULT_REGION": None}, in_profile, "x"),
            ("variable before the profile's region", {}, in_profile, "x"),
            ("ignored", {**every, **one, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "", ""),
            ("ignored by the profile", {}, in_profile + "ignore_configured_endpoint_urls = true\n", "x"),
            ("FIPS", {"AWS_USE_FIPS_ENDPOINT": "true"}, "", ""),
            ("dual stack", {"AWS_USE_DUALSTACK_ENDPOINT": "true"}, "", ""),
            ("both, by the profile", {}, "[profile x]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n", "x"),
        ):
            with self.subTest(name):
                finished = self.davit("aws", "endpoint", "dynamodb", "-o", "json", variables={**region, **variables}, config=config, profile=profile)
                self.assertEqual(finished.returncode, 0, finished.stderr)
                answer = json.loads(finished.stdout)
                self.assertEqual([answer["url"], answer["signingRegion"]], self.endpoint_of_botocore({**region, **variables}, config, profile))


if __name__ == "__main__":
    local_aws.main()
