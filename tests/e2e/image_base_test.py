# SPDX-License-Identifier: Apache-2.0
"""Bases from registries: resolved, chosen by architecture, verified, kept; built upon without the registry; and what is refused, before it is
fetched where that is possible."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from local_aws import LocalAwsCase, main, scrubbed_environment, skip, use_tools

BOOTSTRAP = os.path.abspath(sys.argv[2])
use_tools()
sys.argv.pop(2)

import oci_image  # noqa: E402 (after the interpreter was chosen)
from registry_servers import DockerRegistry, RegistryProxy, digest_of  # noqa: E402

if not DockerRegistry.is_installed() or not shutil.which("skopeo"):
    skip("docker-registry or skopeo is not installed (apt install docker-registry skopeo)")

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Bases(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="davit-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.registry = DockerRegistry()
        cls.addClassCleanup(cls.registry.close)
        cls.digests = {}
        machine = os.uname().machine
        cls.architecture = {"x86_64": "amd64", "aarch64": "arm64"}[machine]
        cls.lambda_name = {"x86_64": "x86_64", "aarch64": "arm64"}[machine]
        for architecture in ("amd64", "arm64"):
            layout = os.path.join(cls.folder, architecture)
            layers = [oci_image.layer({"etc": None, "etc/" + architecture: os.urandom(300_000)}), oci_image.layer({"etc/more": b"more"})]
            cls.digests[architecture] = oci_image.write_layout(layout, layers, {"Env": ["FROM_BASE=1"]}, architecture=architecture)
            cls.copy(f"oci:{layout}:latest", f"base/one:{architecture}")
            cls.copy(f"oci:{layout}:latest", f"base/docker:{architecture}", "--format", "v2s2")
        cls.put_index()

    @classmethod
    def copy(cls, source, target, *flags):
        words = ["skopeo", "copy", *flags, "--dest-tls-verify=false", source, f"docker://{cls.registry.host}/{target}"]
        done = subprocess.run(words, env=scrubbed_environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    @classmethod
    def put(cls, path, content, media_type):
        import http.client

        connection = http.client.HTTPConnection(cls.registry.host)
        connection.request("PUT", path, content, {"Content-Type": media_type})
        answer = connection.getresponse()
        assert answer.status == 201, answer.read()
        connection.close()

    @classmethod
    def put_index(cls):
        manifests = []
        for architecture, digest in cls.digests.items():
            size = os.path.getsize(os.path.join(cls.folder, architecture, "blobs", "sha256", digest[7:]))
            platform = {"os": "linux", "architecture": architecture}
            manifests.append({"mediaType": MANIFEST, "digest": digest, "size": size, "platform": platform})
        document = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}).encode()
        cls.put("/v2/base/one/manifests/both", document, INDEX)

    def setUp(self):
        self.work = tempfile.mkdtemp(dir=self.folder)
        os.mkdir(os.path.join(self.work, "out"))
        shutil.copy(BOOTSTRAP, os.path.join(self.work, "out", "bootstrap"))
        self.proxy = RegistryProxy(self.registry.host)
        self.addCleanup(self.proxy.close)

    def build(self, base, *flags, code=0, architecture=None):
        handler = f"{{kind: native, source: out, entry: bootstrap, base: \"{base}\", architecture: {architecture or self.lambda_name}}}"
        with open(os.path.join(self.work, "davit.yaml"), "w", encoding="utf-8") as file:
            file.write(f"name: shop\nregion: us-east-1\nhandler: {handler}\n")
        done = subprocess.run(
            [LocalAwsCase.DAVIT, "image", "build", "-o", "json", *flags],
            cwd=self.work,
            env=scrubbed_environment({"AWS_REGION": "us-east-1"}),
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assertEqual(done.returncode, code, done.stderr)
        return json.loads(done.stdout) if code == 0 else done.stderr

    def manifest(self, built):
        folder = built["layout"].rpartition(":")[0]
        with open(os.path.join(folder, "blobs", "sha256", built["digest"][7:]), encoding="utf-8") as file:
            return json.load(file)

    def test_an_index_leads_to_the_architecture(self):
        base = f"{self.proxy.host}/base/one:both"
        built = self.build(base)
        annotations = self.manifest(built)["annotations"]
        self.assertEqual(annotations["org.opencontainers.image.base.digest"], self.digests[self.architecture])
        self.assertEqual(annotations["org.opencontainers.image.base.name"], base)
        self.assertEqual([layer["kind"] for layer in built["layers"]], ["base", "base", "application"])
        subprocess.run(["skopeo", "inspect", f"oci:{built['layout']}"], check=True, stdout=subprocess.DEVNULL, env=scrubbed_environment())
        self.proxy.asked.clear()
        self.assertFalse(self.build(base)["changed"])
        self.assertEqual(self.proxy.asked, ["GET /v2/base/one/manifests/both"])

    def test_dockers_media_types_are_taken(self):
        built = self.build(f"{self.proxy.host}/base/docker:{self.architecture}")
        types = {layer["mediaType"] for layer in self.manifest(built)["layers"]}
        self.assertEqual(types, {"application/vnd.oci.image.layer.v1.tar+gzip"})

    def test_the_registry_may_be_away_once_the_base_is_here(self):
        tag = f"{self.proxy.host}/base/one:both"
        pinned = f"{self.proxy.host}/base/one@{self.digests[self.architecture]}"
        first = self.build(tag)
        self.build(pinned)
        self.proxy.asked.clear()
        self.build(pinned)
        self.assertEqual(self.proxy.asked, [])
        self.proxy.behave = lambda asked, passed_on: None
        again = self.build(tag)
        self.assertEqual(again["digest"], first["digest"])
        self.assertIn("does not answer: built on what the tag named before", again["notices"][0])

    def test_a_dry_run_fetches_no_layer_and_writes_nothing(self):
        before = os.listdir(self.work) + ["davit.yaml"]
        planned = self.build(f"{self.proxy.host}/base/one:both", "--dry-run")
        self.assertEqual([step["action"] for step in planned["steps"]], ["create", "update"])
        self.assertEqual([asked for asked in self.proxy.asked if "/blobs/" in asked], [])
        self.assertEqual(sorted(os.listdir(self.work)), sorted(before))

    def test_what_is_refused(self):
        other = {"amd64": "arm64", "arm64": "x86_64"}[self.architecture]
        self.assertIn("has no image", self.build(f"{self.proxy.host}/base/one:none", code=3))
        self.assertIn("is for linux/", self.build(f"{self.proxy.host}/base/one:{self.architecture}", code=2, architecture=other))
        self.assertIn("names no image of a registry", self.build("Public.ecr.aws/Lambda:1", code=2))
        config = json.dumps({"architecture": self.architecture, "os": "linux", "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "0" * 64]}})
        layer = b"\x28\xb5\x2f\xfd zstd"
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": self.upload(config.encode(), "application/vnd.oci.image.config.v1+json")}
        manifest["layers"] = [self.upload(layer, "application/vnd.oci.image.layer.v1.tar+zstd")]
        self.put("/v2/base/one/manifests/zstd", json.dumps(manifest).encode(), MANIFEST)
        error = self.build(f"{self.proxy.host}/base/one:zstd", code=1)
        self.assertIn("application/vnd.oci.image.layer.v1.tar+zstd", error)
        self.assertIn("skopeo copy --dest-compress-format gzip", error)
        self.assertEqual([asked for asked in self.proxy.asked if digest_of(layer) in asked], [])

    def upload(self, content, media_type):
        import http.client

        connection = http.client.HTTPConnection(self.registry.host)
        connection.request("POST", "/v2/base/one/blobs/uploads/")
        answer = connection.getresponse()
        answer.read()
        location = answer.headers["Location"].partition(self.registry.host)[2]
        connection.request("PUT", f"{location}&digest={digest_of(content)}", content)
        self.assertEqual(connection.getresponse().status, 201)
        connection.close()
        return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}

    def test_wrong_bytes_are_never_built_upon(self):
        def behave(asked, passed_on):
            reply = passed_on()
            if asked.method == "GET" and "/blobs/" in asked.path:
                reply.content = bytes([reply.content[0] ^ 1]) + reply.content[1:]
            return reply

        self.proxy.behave = behave
        self.assertIn("has the digest sha256:", self.build(f"{self.proxy.host}/base/one:both", code=1))
        self.proxy.behave = lambda asked, passed_on: passed_on()
        self.build(f"{self.proxy.host}/base/one:both")


if __name__ == "__main__":
    main()
