# SPDX-License-Identifier: Apache-2.0
"""davit image push against docker-registry and the local ECR, read back by skopeo; killed at any byte and begun again; and against a registry that
misbehaves."""
import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

from local_aws import LocalAws, LocalAwsCase, main, scrubbed_environment, skip, use_tools

use_tools()

import oci_image  # noqa: E402 (after the interpreter was chosen)
from registry_servers import DockerRegistry, RegistryProxy, Reply, Wire, check_whole, digest_of  # noqa: E402

if not DockerRegistry.is_installed() or not shutil.which("skopeo"):
    skip("docker-registry or skopeo is not installed (apt install docker-registry skopeo)")

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
LARGE = 6 << 20


class PushCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="davit-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.layout = os.path.join(cls.folder, "image")
        layers = [oci_image.layer({"large": os.urandom(LARGE)}), oci_image.layer({"small": b"x"}), oci_image.layer({"other": os.urandom(99_000)})]
        cls.digest = oci_image.write_layout(cls.layout, layers, {"Entrypoint": ["/a"]})
        cls.registry = DockerRegistry()
        cls.addClassCleanup(cls.registry.close)

    def setUp(self):
        self.work = tempfile.mkdtemp(dir=self.folder)
        self.name = "a/" + self.id().rpartition(".")[2].replace("_", "-")

    def command(self, target, *flags):
        return [LocalAwsCase.DAVIT, "image", "push", *([target] if target else []), "--image", f"oci:{self.layout}:latest", "--no-check", "-o", "json", *flags]

    def push(self, target, *flags, code=0, **variables):
        done = subprocess.run(
            self.command(target, *flags), cwd=self.work, env=scrubbed_environment(variables), capture_output=True, text=True, timeout=120
        )
        self.assertEqual(done.returncode, code, done.stderr)
        return json.loads(done.stdout) if code == 0 else done.stderr

    def results(self, pushed):
        return sorted(blob["result"] for blob in pushed["blobs"])

    def proxied(self, behave):
        proxy = RegistryProxy(self.registry.host)
        self.addCleanup(proxy.close)
        proxy.behave = behave
        return proxy


class Push(PushCase):
    def test_both_families_and_what_is_there_is_not_sent(self):
        proxy = self.proxied(lambda asked, passed_on: passed_on())
        image = f"{proxy.host}/{self.name}"
        pushed = self.push(f"{image}:v1")
        self.assertEqual(pushed["image"], f"{image}@{self.digest}")
        self.assertEqual(self.results(pushed), ["uploaded"] * 4)
        check_whole(f"{self.registry.host}/{self.name}:v1", None, self.digest)
        proxy.asked.clear()
        again = self.push(f"{image}:v1")
        self.assertEqual((again["changed"], again["sentBytes"]), (False, 0))
        self.assertEqual(proxy.asked, [f"GET /v2/{self.name}/manifests/v1"])
        docker = self.push(f"{image}:v2", "--tag", "also", "--format", "docker")
        self.assertEqual((self.results(docker), docker["sentBytes"]), (["present"] * 4, 0))
        self.assertEqual(docker["mediaType"], "application/vnd.docker.distribution.manifest.v2+json")
        check_whole(f"{self.registry.host}/{self.name}:also", None, docker["digest"])
        mounted = self.push(f"{proxy.host}/{self.name}/copy:v1", "--mount-from", "a/nothing", "--mount-from", self.name)
        self.assertEqual(self.results(mounted), ["mounted"] * 3 + ["uploaded"])
        check_whole(f"{self.registry.host}/{self.name}/copy:v1", None, self.digest)

    def test_a_dry_run_sends_no_write(self):
        proxy = self.proxied(lambda asked, passed_on: passed_on())
        planned = self.push(f"{proxy.host}/{self.name}:v1", "--dry-run")
        self.assertEqual([step["action"] for step in planned["steps"]], ["create"] * 5)
        self.assertEqual([asked for asked in proxy.asked if asked.split(" ")[0] not in ("GET", "HEAD")], [])
        self.assertEqual(os.listdir(self.work), [])

    def test_what_lambda_would_refuse_is_not_pushed(self):
        proxy = self.proxied(lambda asked, passed_on: passed_on())
        words = [word for word in self.command(f"{proxy.host}/{self.name}:v1") if word != "--no-check"]
        done = subprocess.run(words, cwd=self.work, env=scrubbed_environment(), capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual([asked for asked in proxy.asked if asked.split(" ")[0] not in ("GET", "HEAD")], [])

    def test_a_damaged_layout_is_named(self):
        damaged = os.path.join(self.work, "damaged")
        shutil.copytree(self.layout, damaged)
        blobs = os.path.join(damaged, "blobs", "sha256")
        large = max((os.path.join(blobs, name) for name in os.listdir(blobs)), key=os.path.getsize)
        with open(large, "r+b") as file:
            file.seek(1000)
            file.write(b"damage")
        self.layout = damaged
        error = self.push(f"{self.registry.host}/{self.name}:v1", code=1)
        self.assertIn(f"blob sha256:{os.path.basename(large)} is damaged", error)
        self.assertIn("davit image build --refresh", error)

    def test_killed_at_any_byte_and_pushed_again(self):
        for part in (0.02, 0.5, 0.97):
            with self.subTest(part):
                target = f"{self.name}-{int(part * 100)}"
                self.kill_at(int(LARGE * part), self.registry.host, target)
                self.push(f"{self.registry.host}/{target}:v1")
                check_whole(f"{self.registry.host}/{target}:v1", None, self.digest)

    def kill_at(self, limit, host, target, *flags, **variables):
        started = []
        wire = Wire(host, limit, lambda: os.kill(started[0].pid, signal.SIGKILL))
        self.addCleanup(wire.close)
        started.append(
            subprocess.Popen(
                self.command(f"{wire.host}/{target}:v1", *flags),
                cwd=self.work,
                env=scrubbed_environment(variables),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        self.assertEqual(started[0].wait(), -signal.SIGKILL)


class Ecr(PushCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.aws = LocalAws(LocalAwsCase.DAVIT)
        cls.addClassCleanup(cls.aws.close)
        cls.local = ["--env", "local", "--state", cls.aws.state]
        cls.ecr = cls.aws.client("ecr")

    def setUp(self):
        super().setUp()
        with open(os.path.join(self.work, "davit.yaml"), "w", encoding="utf-8") as file:
            file.write(f"name: shop\nregion: us-east-1\nimage: {{repository: {self.name}}}\n")

    def login(self):
        token = self.ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        return base64.b64decode(token).decode()

    def test_the_repository_is_made_on_demand(self):
        error = self.push("", *self.local, code=3)
        self.assertIn("--create-repository", error)
        planned = self.push("", *self.local, "--create-repository", "--dry-run")
        self.assertEqual(planned["steps"][0]["action"], "create")
        self.assertNotIn(self.name, [found["repositoryName"] for found in self.ecr.describe_repositories()["repositories"]])
        pushed = self.push("", *self.local, "--create-repository")
        self.assertTrue(pushed["createdRepository"])
        self.assertEqual(pushed["image"], f"{self.aws.document['registry']}/{self.name}@{self.digest}")
        self.assertEqual(pushed["tags"], ["local"])
        check_whole(f"{self.aws.document['registry']}/{self.name}:local", self.login(), self.digest)

    def test_immutable_tags(self):
        first = self.push(":v1", *self.local, "--create-repository", "--immutable-tags")
        self.assertTrue(first["changed"])
        self.assertFalse(self.push(":v1", *self.local)["changed"])
        error = self.push(":v1", *self.local, "--format", "docker", code=5)
        self.assertIn(self.digest, error)
        self.assertIn("differs in", error)
        self.assertEqual(self.push(":v2", "--tag", "v1", *self.local)["image"], first["image"])

    def test_a_killed_upload_goes_on_where_it_was(self):
        """The registry's bytes pass a wire that is cut: what had come is kept, and only the rest is sent."""
        self.ecr.create_repository(repositoryName=self.name)
        host = self.aws.document["registry"]
        auth = os.path.join(self.work, "auth.json")
        wire = Wire(host, 3 << 20)
        self.addCleanup(wire.close)
        encoded = base64.b64encode(self.login().encode()).decode()
        with open(auth, "w", encoding="utf-8") as file:
            json.dump({"auths": {wire.host: {"auth": encoded}}}, file)
        started = subprocess.Popen(
            self.command(f"{wire.host}/{self.name}:v1"),
            cwd=self.work,
            env=scrubbed_environment({"REGISTRY_AUTH_FILE": auth}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wire.cut = lambda: os.kill(started.pid, signal.SIGKILL)
        self.assertEqual(started.wait(), -signal.SIGKILL)
        wire.settle()
        self.assertEqual(len(os.listdir(os.path.join(self.work, ".davit", "uploads"))), 1)
        wire.limit = None
        pushed = self.push(f"{wire.host}/{self.name}:v1", REGISTRY_AUTH_FILE=auth)
        large = max(pushed["blobs"], key=lambda blob: blob["size"])
        self.assertEqual(large["result"], "resumed")
        self.assertEqual(large["resumedBytes"] + large["sentBytes"], large["size"])
        self.assertGreater(large["resumedBytes"], 1 << 20)
        check_whole(f"{host}/{self.name}:v1", self.login(), self.digest)
        self.assertFalse(os.path.exists(os.path.join(self.work, ".davit", "uploads")))

    def test_bytes_that_come_after_the_question_how_many_came(self):
        """The answer lags once by what an earlier connection still brings: davit asks again, and does not begin anew."""
        self.ecr.create_repository(repositoryName=self.name)
        lagging = []

        def behave(asked, passed_on):
            if asked.command == "PUT" and len(asked.body) > LARGE // 2 and not lagging:
                asked.command, asked.body, asked.path = "PATCH", asked.body[: LARGE // 2], asked.path.partition("?")[0]
                asked.headers.replace_header("Content-Length", str(LARGE // 2))
                passed_on()
                lagging.append(LARGE // 2 - 1000)
                return Reply(500)
            reply = passed_on()
            if asked.command == "GET" and "/uploads/" in asked.path and len(lagging) == 1:
                reply.headers["Range"] = f"0-{lagging[0] - 1}"
                lagging.append(0)
            return reply

        proxy = RegistryProxy(self.aws.document["registry"])
        self.addCleanup(proxy.close)
        proxy.behave = behave
        auth = os.path.join(self.work, "auth.json")
        with open(auth, "w", encoding="utf-8") as file:
            json.dump({"auths": {proxy.host: {"auth": base64.b64encode(self.login().encode()).decode()}}}, file)
        self.push(f"{proxy.host}/{self.name}:v1", REGISTRY_AUTH_FILE=auth)
        self.assertEqual(len([asked for asked in proxy.asked if asked.startswith("POST ")]), 4)
        self.assertEqual(len([asked for asked in proxy.asked if asked.startswith("GET ") and "/uploads/" in asked]), 2)
        check_whole(f"{self.aws.document['registry']}/{self.name}:v1", self.login(), self.digest)


class Misbehaving(PushCase):
    def survived(self, behave):
        proxy = self.proxied(behave)
        self.push(f"{proxy.host}/{self.name}:v1")
        check_whole(f"{self.registry.host}/{self.name}:v1", None, self.digest)
        return proxy

    def test_tokens_that_run_out_at_any_time(self):
        issued = {}

        def behave(asked, passed_on):
            if asked.path.startswith("/token"):
                token = f"t{len(issued)}"
                issued[token] = 0
                return Reply(200, {"Content-Type": "application/json"}, json.dumps({"token": token, "expires_in": 300}).encode())
            token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
            issued[token] = issued.get(token, 9) + 1
            if issued[token] > 3:
                realm = f'Bearer realm="http://{asked.headers["Host"]}/token",service="test"'
                return Reply(401, {"WWW-Authenticate": realm}, b'{"errors":[{"code":"UNAUTHORIZED"}]}')
            return passed_on()

        self.survived(behave)
        self.assertGreater(len(issued), 3)

    def test_throttling_and_errors_before_and_after_the_write(self):
        def throttled(asked, passed_on):
            return Reply(429, {"Retry-After": "0"}) if asked.first else passed_on()

        def failing(asked, passed_on):
            return Reply(503) if asked.first and asked.method != "PUT" else passed_on()

        def written_and_lost(asked, passed_on):
            reply = passed_on()
            return Reply(500) if asked.first and asked.method == "PUT" else reply

        for behave in (throttled, failing, written_and_lost):
            with self.subTest(behave.__name__):
                self.name += "-x"
                self.survived(behave)

    def test_resets(self):
        self.survived(lambda asked, passed_on: None if asked.first else passed_on())

    def test_bodies_that_are_too_large_for_what_stands_before_it(self):
        proxy = self.survived(lambda asked, passed_on: Reply(413) if len(asked.body) > 4 << 20 else passed_on())
        self.assertTrue(any(asked.startswith("PATCH") for asked in proxy.asked))

    def test_locations_that_move_on_the_same_host(self):
        def behave(asked, passed_on):
            if asked.path.startswith("/moved"):
                asked.path = asked.path.removeprefix("/moved")
            reply = passed_on()
            if "Location" in reply.headers and "/uploads/" in reply.headers["Location"]:
                reply.headers["Location"] = "/moved" + reply.headers["Location"].partition(asked.headers["Host"])[2]
            return reply

        self.survived(behave)

    def refused(self, behave, reason, code=1):
        error = self.push(f"{self.proxied(behave).host}/{self.name}:v1", code=code)
        self.assertIn(reason, error)

    def test_locations_on_another_private_host_are_refused(self):
        def behave(asked, passed_on):
            reply = passed_on()
            if "Location" in reply.headers:
                reply.headers["Location"] = "http://169.254.169.254/latest/meta-data"
            return reply

        self.refused(behave, "169.254.169.254, another host with a private address; refused")

    def test_digests_that_are_not_so_are_refused(self):
        wrong = digest_of(b"something else")

        def stated(method, part):
            def behave(asked, passed_on):
                reply = passed_on()
                if asked.method == method and part in asked.path and reply.status < 300:
                    reply.headers["Docker-Content-Digest"] = wrong
                return reply

            return behave

        self.refused(stated("PUT", "/blobs/"), f"as {wrong}")
        self.refused(stated("PUT", "/manifests/"), f"as {wrong}, not as {self.digest}")
        self.push(f"{self.registry.host}/{self.name}:v1")
        self.refused(stated("GET", "/manifests/"), "nothing of it can be believed")

    def test_a_password_goes_nowhere_but_to_its_registry(self):
        auth = os.path.join(self.work, "auth.json")
        seen = []

        def behave(asked, passed_on):
            seen.append((asked.headers["Host"], asked.headers.get("Authorization", "")))
            if not asked.headers.get("Authorization"):
                return Reply(401, {"WWW-Authenticate": 'Bearer realm="http://registry.invalid/token",service="s"'})
            return passed_on()

        proxy = self.proxied(behave)
        with open(auth, "w", encoding="utf-8") as file:
            json.dump({"auths": {proxy.host: {"auth": base64.b64encode(b"user:secret").decode()}}}, file)
        error = self.push(f"{proxy.host}/{self.name}:v1", code=4, REGISTRY_AUTH_FILE=auth)
        self.assertIn("is not https", error)
        self.assertNotIn("secret", error)


if __name__ == "__main__":
    main()
