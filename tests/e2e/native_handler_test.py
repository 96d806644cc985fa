# SPDX-License-Identifier: Apache-2.0
"""A handler that is a C++ program on `scratch`: built, gated, pushed, read back, run, and asked over the gateway, its URL and `invoke`.

usage: native_handler_test.py DAVIT BOOTSTRAP   (BOOTSTRAP: the test runtime, a static program that answers with its event)"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from local_aws import LocalAwsCase, LocalAws, main, scrubbed_environment, skip, use_tools

use_tools()

from image_journey import ImageJourney  # noqa: E402 (after the interpreter was chosen)
from registry_servers import DockerRegistry  # noqa: E402

missing = [tool for tool in ("skopeo", "umoci") if not shutil.which(tool)] + ([] if DockerRegistry.is_installed() else ["docker-registry"])
if missing:
    skip(f"not installed: {' '.join(missing)} (scripts/install-deps test)")

BOOTSTRAP = ""
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64"}[os.uname().machine]
PROJECT = f"""name: echo
region: eu-central-1
handler: {{kind: native, source: out, entry: bootstrap, base: scratch, architecture: {ARCHITECTURE}, memory_mb: 128, timeout_s: 10}}
image: {{repository: echo}}
api: {{type: http}}
environments: {{local: {{}}}}
"""


class Native(unittest.TestCase):
    client = LocalAws.client
    endpoint = property(lambda self: self.document["endpoint"])

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="davit-native-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        (self.folder / "davit.yaml").write_text(PROJECT)
        (self.folder / "out").mkdir()
        shutil.copy(BOOTSTRAP, self.folder / "out/bootstrap")
        self.addCleanup(self.davit, "local", "down")
        self.deployed = self.davit("deploy", "--env", "local")
        self.document = self.davit("local", "status")

    def davit(self, *arguments):
        finished = subprocess.run(
            [LocalAwsCase.DAVIT, *arguments, "-o", "json"], cwd=self.folder, env=scrubbed_environment(), capture_output=True, text=True, timeout=120
        )
        self.assertEqual(finished.returncode, 0, f"davit {' '.join(arguments)}: {finished.stderr}")
        return json.loads(finished.stdout)

    def test_from_the_source_to_an_answer(self):
        journey = ImageJourney(self, self.davit, self.client, self.document)
        journey.check()
        pushed = journey.push_to_docker_registry("echo")
        image, digest = journey.push_to_ecr()
        self.assertEqual(pushed, digest)
        url = journey.run_in_lambda("from-ecr", image, digest, Timeout=10)
        answers = journey.answers("from-ecr", url, "/lamp")
        self.assertEqual([answer["rawPath"] for answer in answers], ["/lamp"] * 3)


if __name__ == "__main__":
    import sys

    BOOTSTRAP = os.path.abspath(sys.argv.pop(2))
    main()
