# SPDX-License-Identifier: Apache-2.0
"""A test case whose commands run against the local DynamoDB, dynalite and moto_server alike."""
import json
import os
import shutil
import subprocess
import tempfile

from local_aws import LocalAwsCase, scrubbed_environment, skip
from table_servers import Dynalite, Moto, have_dynalite, have_moto


class ThreeServersCase(LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.endpoints = {"local": cls.aws.endpoint}
        for name, there, server in (("dynalite", have_dynalite(), Dynalite), ("moto", have_moto(), Moto)):
            if not there:
                skip(f"{name} is not there (scripts/test-tools)")
            started = server()
            cls.addClassCleanup(started.close)
            cls.endpoints[name] = started.endpoint

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="davit-test-")
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, content):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(content)
        return name

    def davit(self, endpoint, *words, input="", code=0):
        credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        at = ["--endpoint-url", endpoint] if endpoint else []
        finished = subprocess.run([self.DAVIT, *words, *at], env=scrubbed_environment(credentials), cwd=self.folder, input=input, capture_output=True, text=True, timeout=60)
        self.assertEqual(finished.returncode, code, (words, finished.stdout, finished.stderr))
        return finished

    def json(self, endpoint, *words, **more):
        return json.loads(self.davit(endpoint, *words, "-o", "json", **more).stdout)

    def lines(self, endpoint, *words, **more):
        return [json.loads(line) for line in self.davit(endpoint, *words, "-o", "jsonl", **more).stdout.splitlines()]
