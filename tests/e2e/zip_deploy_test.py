# SPDX-License-Identifier: Apache-2.0
"""`deploy --env local` of a zip package: function and layer are made, run behind the API, updated by what changed alone, and go with `destroy`.
Needs pip and a Python in /usr/bin, and no network: wheels are made here.

usage: zip_deploy_test.py DAVIT BOOTSTRAP"""
import base64
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request
import zipfile

from local_aws import scrubbed_environment

DAVIT, BOOTSTRAP = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64"}[os.uname().machine]
PROJECT = """name: demo
region: eu-central-1
handler: {{package: zip, source: src, architecture: {architecture}, memory_mb: 256, timeout_s: 10, {handler}}}
tables: {{one: {{key: id}}}}
api: {{type: http}}
smoke: [smoke.yaml]
environments: {{local: {{}}}}
"""
HANDLER = """import json, os
import lamp

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"lamp": lamp.value, "path": event["rawPath"], "table": os.environ["ONE_TABLE"]})}
"""


def python_minor():
    for minor in range(14, 8, -1):
        path = f"/usr/bin/python3.{minor}"
        if os.access(path, os.X_OK) and subprocess.run([path, "-S", "-c", ""], check=False).returncode == 0:
            return minor
    return None


class Deploy(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="davit-zip-deploy-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.addCleanup(lambda: self.davit("local", "down"))
        self.environment = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.folder / "wheels")}
        self.write("smoke.yaml", "name: demo\nsteps:\n  - {name: it answers, request: GET /lamp, expect: {status: 200}}\n")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def configure(self, handler):
        self.write("davit.yaml", PROJECT.format(architecture=ARCHITECTURE, handler=handler))

    def wheel(self, value):
        files = {"lamp.py": f"value = {value}\n", "lamp-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: lamp\nVersion: 1.0\n",
                 "lamp-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
        files["lamp-1.0.dist-info/RECORD"] = "".join(f"{path},,\n" for path in [*files, "lamp-1.0.dist-info/RECORD"])
        (self.folder / "wheels").mkdir(exist_ok=True)
        with zipfile.ZipFile(self.folder / "wheels/lamp-1.0-py3-none-any.whl", "w") as archive:
            for member, text in files.items():
                archive.writestr(zipfile.ZipInfo(member), text)

    def davit(self, *arguments):
        return subprocess.run([DAVIT, *arguments], cwd=self.folder, env=scrubbed_environment(self.environment), capture_output=True, text=True, timeout=180)

    def json(self, *arguments):
        finished = self.davit(*arguments, "-o", "json")
        self.assertEqual(finished.returncode, 0, finished.stderr + finished.stdout)
        return json.loads(finished.stdout)

    def deploy(self):
        """The URL, and the steps that did something."""
        document = self.json("deploy", "--env", "local")
        self.assertEqual(document["isolation"], "process" if "package: zip" in (self.folder / "davit.yaml").read_text() else document["isolation"])
        return document["url"], {step["name"]: step["reason"] for step in document["steps"] if step["result"] == "done"}

    def function(self):
        return json.loads(self.davit("aws", "call", "lambda", "GetFunction", "--env", "local", "--input", str(self.named())).stdout)["Configuration"]

    def named(self):
        self.write("name.json", '{"FunctionName": "demo-local-handler"}')
        return self.folder / "name.json"

    def test_python_with_a_layer(self):
        minor = python_minor()
        if not minor:
            if os.environ.get("CI") == "true":
                self.fail("CI must have a Python in /usr/bin")
            self.skipTest("no Python of /usr/bin that the package could run in")
        self.wheel(1)
        self.write("requirements.txt", "lamp\n")
        self.write("src/app.py", HANDLER)
        self.configure(f"entry: app.handler, requirements: requirements.txt, runtime: python3.{minor}")
        url, done = self.deploy()
        self.assertIn("function", done)
        self.assertEqual(self.answer(url), {"lamp": 1, "path": "/lamp", "table": "demo-local-one"})
        self.assertEqual(self.deploy()[1].keys() - {"smoke"}, set(), "a second deployment changes nothing")

        variables = json.loads((self.folder / ".davit/local.tfvars.json").read_text())["package"]
        content = (self.folder / ".davit/zip/local/function.zip").read_bytes()
        self.assertEqual(variables["source_code_hash"], base64.b64encode(hashlib.sha256(content).digest()).decode())
        self.assertEqual(self.function()["CodeSha256"], variables["source_code_hash"])
        self.assertEqual(self.function()["Layers"][0]["Arn"].rsplit(":", 2)[1:], ["demo-local-handler", "1"])

        status = self.json("status", "--env", "local")["function"]
        self.assertEqual((status["image"], status["runtime"], status["codeSha256"]), (None, f"python3.{minor}", variables["source_code_hash"]))
        self.assertEqual(status["layers"], [self.function()["Layers"][0]["Arn"]])

        self.write("src/more.py", "x = 1\n")
        self.assertEqual(self.deploy()[1]["function"], "code")
        self.assertTrue(self.function()["Layers"][0]["Arn"].endswith(":1"), "the layer stays")
        self.wheel(2)
        self.assertEqual(self.deploy()[1]["function"], "layer")
        self.assertTrue(self.function()["Layers"][0]["Arn"].endswith(":2"))
        self.assertEqual(self.answer(url)["lamp"], 2)

        self.davit("aws", "call", "lambda", "DeleteFunction", "--env", "local", "--input", str(self.named()))
        self.deploy()
        self.assertTrue(self.function()["Layers"][0]["Arn"].endswith(":2"), "what is published is not published again")

        removed = self.json("destroy", "--env", "local", "--confirm", "demo-local")
        self.assertIn("layer demo-local-handler", removed["removed"])
        self.assertEqual(removed["leftovers"], [])

    def test_native(self):
        (self.folder / "src").mkdir()
        shutil.copy(BOOTSTRAP, self.folder / "src/server")
        self.configure("kind: native, entry: server")
        url, _ = self.deploy()
        self.assertEqual(self.answer(url)["rawPath"], "/lamp")
        self.assertEqual((self.function()["Runtime"], self.function()["Handler"]), ("provided.al2023", "server"))
        self.assertEqual(self.deploy()[1].keys() - {"smoke"}, set())

    def test_what_lambda_would_refuse_is_not_deployed(self):
        self.write("src/app.py", "def other(event, context):\n    return 1\n")
        self.configure("entry: app.handler")
        finished = self.davit("deploy", "--env", "local")
        self.assertEqual(finished.returncode, 1, finished.stderr)
        self.assertIn("defines no 'handler'", finished.stderr)

    def test_an_image_does_not_become_a_zip_package(self):
        (self.folder / "src").mkdir()
        shutil.copy(BOOTSTRAP, self.folder / "src/server")
        self.configure("kind: native, entry: server")
        text = (self.folder / "davit.yaml").read_text()
        self.write("davit.yaml", text.replace("package: zip", "package: image, base: scratch") + "image: {repository: demo}\n")
        self.deploy()
        self.write("davit.yaml", text)
        finished = self.davit("deploy", "--env", "local")
        self.assertEqual(finished.returncode, 5, finished.stderr)
        self.assertIn("Lambda does not make a zip package of it", finished.stderr)

    def test_the_dry_run(self):
        self.write("src/app.py", "def handler(event, context):\n    return 1\n")
        self.configure("entry: app.handler")
        plan = {step["target"]: step["reason"] for step in self.json("deploy", "--env", "local", "--dry-run")["steps"]}
        self.assertIn("build", plan["zip package"])
        self.assertFalse((self.folder / ".davit/zip").exists())

    def answer(self, url):
        with urllib.request.urlopen(url.rstrip("/") + "/lamp", timeout=20) as response:
            return json.loads(response.read())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
