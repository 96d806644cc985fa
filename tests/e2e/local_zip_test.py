# SPDX-License-Identifier: Apache-2.0
"""boto3 against the local Lambda: functions and layers as zip archives, in the provided runtimes and in a Python of this machine.

usage: local_zip_test.py DAVIT BOOTSTRAP"""
import base64
import hashlib
import io
import os
import subprocess
import sys
import unittest
import zipfile

import local_aws
from lambda_case import ROLE, LambdaCase

local_aws.use_tools()

DAVIT, BOOTSTRAP = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64"}[os.uname().machine]
HANDLER = """
import json, logging, os, sys

COUNT = 0

def handler(event, context):
    global COUNT
    COUNT += 1
    print("event", json.dumps(event))
    logging.getLogger().warning("warned %s", event.get("name"))
    if event.get("raise"):
        raise ValueError("no " + event["raise"])
    if event.get("unserialisable"):
        return {1, 2}
    return {"count": COUNT, "version": sys.version_info[:2], "cwd": os.getcwd(), "task": os.environ["LAMBDA_TASK_ROOT"], "arn": context.invoked_function_arn,
            "left": context.get_remaining_time_in_millis(), "memory": context.memory_limit_in_mb, "id": context.aws_request_id,
            "runtime": os.environ["AWS_EXECUTION_ENV"], "handler": os.environ["_HANDLER"], "umlaut": "ü"}
"""


def archive(files):
    """Names with content, or with (content, permissions)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            content, mode = content if isinstance(content, tuple) else (content, 0o644)
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, (0o100000 | mode) << 16
            written.writestr(info, content)
    return out.getvalue()


def program():
    with open(BOOTSTRAP, "rb") as file:
        return file.read()


def sha256(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def python_of_this_machine():
    for minor in range(14, 8, -1):
        for folder in ("/usr/local/bin", "/usr/bin", "/bin"):
            path = f"{folder}/python3.{minor}"
            if os.access(path, os.X_OK) and subprocess.run([path, "-S", "-c", ""], check=False).returncode == 0:
                return f"python3.{minor}"
    return None


class Zip(LambdaCase):
    DAVIT, BOOTSTRAP = DAVIT, BOOTSTRAP

    def make(self, files, runtime="provided.al2023", handler="any", **settings):
        settings.setdefault("Architectures", [ARCHITECTURE])
        content = files if isinstance(files, bytes) else archive(files)
        return self.functions.create_function(FunctionName=self.name, Role=ROLE, Runtime=runtime, Handler=handler, Code={"ZipFile": content}, **settings)

    def refusal(self, call, **arguments):
        with self.assertRaises(self.functions.exceptions.ClientError) as caught:
            call(**arguments)
        return caught.exception.response["Error"]["Code"], caught.exception.response["Error"]["Message"]

    def layer(self, files, name="wheels", **settings):
        return self.functions.publish_layer_version(LayerName=f"{name}-{self.name}", Content={"ZipFile": archive(files)}, **settings)


class Native(Zip):
    def test_runs_the_bootstrap(self):
        content = archive({"bootstrap": (program(), 0o755), "data/file.txt": "x"})
        created = self.make(content)
        self.assertEqual((created["PackageType"], created["Runtime"], created["Handler"]), ("Zip", "provided.al2023", "any"))
        self.assertEqual((created["CodeSha256"], created["CodeSize"]), (sha256(content), len(content)))
        self.functions.get_waiter("function_active_v2").wait(FunctionName=self.name)
        self.assertEqual(self.invoke({"env": "AWS_LAMBDA_FUNCTION_NAME"})[0], self.name)
        self.assertEqual(self.invoke({"env": "_HANDLER"})[0], "any")
        self.assertEqual(self.invoke({"env": "AWS_EXECUTION_ENV"})[0], "AWS_Lambda_provided.al2023")
        root = self.invoke({"env": "LAMBDA_TASK_ROOT"})[0]
        self.assertTrue(os.path.exists(os.path.join(root, "data/file.txt")), root)
        configuration = self.functions.get_function_configuration(FunctionName=self.name)
        self.assertEqual((configuration["CodeSha256"], configuration["State"]), (sha256(content), "Active"))
        self.assertEqual(self.functions.get_function(FunctionName=self.name)["Code"]["RepositoryType"], "S3")
        self.assertIn("Runtime: provided.al2023\tIsolation: process", " ".join(self.logged(4)))

    def test_update_of_the_code(self):
        self.make({"bootstrap": ("#!/bin/sh\nexit 3\n", 0o755)})
        self.assertEqual(self.invoke()[1], "Unhandled")
        content = archive({"bootstrap": (program(), 0o755)})
        updated = self.functions.update_function_code(FunctionName=self.name, ZipFile=content)
        self.assertEqual(updated["CodeSha256"], sha256(content))
        self.functions.get_waiter("function_updated_v2").wait(FunctionName=self.name)
        self.assertIsNone(self.invoke()[1])

    def test_what_cannot_be_executed_fails_as_in_lambda(self):
        self.make({"bootstrap": (program(), 0o644)})
        payload, error, _ = self.invoke()
        self.assertEqual((error, payload["errorType"]), ("Unhandled", "Runtime.InvalidEntrypoint"))

    def test_a_bootstrap_may_come_in_a_layer(self):
        layer = self.layer({"bootstrap": (program(), 0o755)})
        self.make({"file": "x"}, Layers=[layer["LayerVersionArn"]])
        self.assertIsNone(self.invoke()[1])

    def test_versions_keep_their_code(self):
        self.make({"bootstrap": (program(), 0o755), "a": "1"}, Publish=True)
        self.functions.update_function_code(FunctionName=self.name, ZipFile=archive({"bootstrap": (program(), 0o755), "b": "1"}))
        root = self.invoke({"env": "LAMBDA_TASK_ROOT"}, Qualifier="1")[0]
        self.assertTrue(os.path.exists(os.path.join(root, "a")))
        root = self.invoke({"env": "LAMBDA_TASK_ROOT"})[0]
        self.assertFalse(os.path.exists(os.path.join(root, "a")))

    def test_outlives_a_restart(self):
        self.make({"bootstrap": (program(), 0o755)})
        self.aws.down()
        self.aws.up()
        self.functions = self.aws.client("lambda")
        self.assertIsNone(self.invoke()[1])

    def test_a_large_archive_is_taken_and_a_larger_one_refused(self):
        created = self.make(archive({"bootstrap": (program(), 0o755), "noise": os.urandom(20 << 20)}))
        self.assertGreater(created["CodeSize"], 20 << 20)
        self.assertIsNone(self.invoke()[1])
        code, _ = self.refusal(self.functions.update_function_code, FunctionName=self.name, ZipFile=os.urandom(53 << 20))
        self.assertEqual(code, "RequestEntityTooLargeException")


class Refusals(Zip):
    def test_what_is_no_archive(self):
        for content, part in ((b"x", "Could not unzip uploaded file"), (archive({"../x": "1"}), "Could not unzip"), (archive({".wh.x": "1"}), ".wh.")):
            code, message = self.refusal(self.make, files=content)
            self.assertEqual(code, "InvalidParameterValueException")
            self.assertIn(part, message)

    def test_runtimes_that_are_not_served(self):
        code, message = self.refusal(self.make, files={"index.js": "x"}, runtime="nodejs22.x")
        self.assertEqual(code, "InvalidParameterValueException")
        self.assertIn("does not serve the runtime nodejs22.x", message)

    def test_members_of_the_other_kind(self):
        self.make({"bootstrap": (program(), 0o755)})
        for call, arguments, part in (
            (self.functions.update_function_configuration, {"ImageConfig": {"Command": ["x"]}}, "ImageConfig"),
            (self.functions.update_function_code, {"ImageUri": "x"}, "Please provide a source"),
            (self.functions.update_function_code, {"S3Bucket": "b-b-b", "S3Key": "k"}, "S3"),
            (self.functions.update_function_configuration, {"Layers": ["arn:aws:lambda:us-east-1:000000000000:layer:none:1"]}, "layer:none:1"),
        ):
            code, message = self.refusal(call, FunctionName=self.name, **arguments)
            self.assertEqual(code, "InvalidParameterValueException")
            self.assertIn(part, message)

    def test_more_than_lambda_unzips(self):
        code, message = self.refusal(self.make, files={"bootstrap": (program(), 0o755), "zeros": bytes(251 << 20)})
        self.assertEqual(code, "InvalidParameterValueException")
        self.assertIn("Unzipped size must be smaller than 262144000 bytes", message)
        layers = [self.layer({"zeros": bytes(100 << 20), str(i): "x"})["LayerVersionArn"] for i in range(3)]
        code, message = self.refusal(self.make, files={"bootstrap": (program(), 0o755)}, Layers=layers)
        self.assertIn("Function code combined with layers exceeds", message)

    def test_a_python_that_is_not_here(self):
        missing = next(f"python3.{minor}" for minor in (14, 13, 12, 10, 9)
                       if not any(os.access(f"{folder}/python3.{minor}", os.X_OK) for folder in ("/usr/local/bin", "/usr/bin", "/bin")))
        code, message = self.refusal(self.make, files={"app.py": HANDLER}, runtime=missing, handler="app.handler")
        self.assertEqual(code, "InvalidParameterValueException")
        self.assertIn(f"the runtime {missing} needs a Python {missing[6:]}", message)
        self.assertIn("package the handler as a container image", message)


class Python(Zip):
    def setUp(self):
        super().setUp()
        self.runtime = python_of_this_machine()
        if not self.runtime:
            if os.environ.get("CI") == "true":
                self.fail("CI must have a Python in /usr/bin")
            self.skipTest("no Python that a zip package could run in is here")

    def make_python(self, files, handler="app.main.handler", **settings):
        return self.make(files, runtime=self.runtime, handler=handler, **settings)

    def test_runs_the_handler(self):
        self.make_python({"app/main.py": HANDLER}, MemorySize=256, Timeout=20)
        answer, error, whole = self.invoke({"name": "Ü"})
        self.assertIsNone(error, answer)
        self.assertEqual(f"python3.{answer['version'][1]}", self.runtime)
        self.assertEqual((answer["runtime"], answer["handler"]), (f"AWS_Lambda_{self.runtime}", "app.main.handler"))
        self.assertEqual(answer["cwd"], answer["task"])
        self.assertTrue(answer["arn"].endswith(self.name))
        self.assertTrue(15000 < answer["left"] <= 20000, answer["left"])
        self.assertEqual((answer["memory"], answer["umlaut"], answer["id"]), ("256", "ü", whole["ResponseMetadata"]["RequestId"]))
        self.assertEqual(self.invoke()[0]["count"], 2)
        lines = self.logged(2)
        self.assertTrue(any(line.startswith('event {"name"') for line in lines), lines)
        self.assertTrue(any(line.startswith("[WARNING]\t") and line.rstrip().endswith(f"{answer['id']}\twarned Ü") for line in lines), lines)

    def test_errors_are_lambdas(self):
        self.make_python({"app/main.py": HANDLER})
        answer, error, _ = self.invoke({"raise": "luck"})
        self.assertEqual((error, answer["errorType"], answer["errorMessage"]), ("Unhandled", "ValueError", "no luck"))
        self.assertEqual(len(answer["stackTrace"]), 1)
        self.assertIn("in handler", answer["stackTrace"][0])
        lines = [line.rstrip("\n") for line in self.logged(1)]
        self.assertEqual(lines[lines.index("[ERROR] ValueError: no luck") + 1], "Traceback (most recent call last):")
        self.assertEqual(self.invoke({"unserialisable": True})[0]["errorType"], "Runtime.MarshalError")
        self.assertEqual(self.invoke({})[0]["count"], 3)

    def test_what_cannot_be_loaded(self):
        for handler, kind, part in (
            ("app.none.handler", "Runtime.ImportModuleError", "Unable to import module 'app.none'"),
            ("app.main.none", "Runtime.HandlerNotFound", "Handler 'none' missing on module 'app.main'"),
            ("app.broken.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app.broken'"),
            ("handler", "Runtime.MalformedHandlerName", "Bad handler 'handler'"),
        ):
            self.setUp()
            self.make_python({"app/main.py": HANDLER, "app/broken.py": "def (:\n"}, handler=handler)
            answer, error, _ = self.invoke()
            self.assertEqual((error, answer["errorType"]), ("Unhandled", kind), answer)
            self.assertIn(part, answer["errorMessage"])

    def test_layers(self):
        lamp, bulb = self.layer({"python/lamp.py": "value = 1\n"}, "lamp"), self.layer({"python/lamp.py": "value = 2\n", "python/bulb.py": ""}, "bulb")
        source = "import lamp\n\n\ndef handler(event, context):\n    return lamp.value\n"
        created = self.make_python({"app.py": source}, handler="app.handler", Layers=[lamp["LayerVersionArn"], bulb["LayerVersionArn"]])
        self.assertEqual([layer["Arn"] for layer in created["Layers"]], [lamp["LayerVersionArn"], bulb["LayerVersionArn"]])
        self.assertEqual(self.invoke()[0], 2, "the later layer lies over the earlier one")
        self.functions.update_function_configuration(FunctionName=self.name, Layers=[lamp["LayerVersionArn"]])
        self.assertEqual(self.invoke()[0], 1)
        self.functions.update_function_configuration(FunctionName=self.name, Layers=[])
        self.assertEqual(self.invoke()[0]["errorType"], "Runtime.ImportModuleError")

    def test_packages_of_this_machine_are_out_of_reach(self):
        self.make_python({"app.py": "import sys\n\n\ndef handler(event, context):\n    return sys.path\n"}, handler="app.handler")
        folders = self.invoke()[0]
        self.assertFalse([folder for folder in folders if "packages" in folder], folders)

    def test_a_client_that_the_package_brings_is_used(self):
        client = "import json, os, sys, urllib.request\nurl = 'http://%s/2018-06-01/runtime/invocation/' % os.environ['AWS_LAMBDA_RUNTIME_API']\n" \
                 "while True:\n    event = urllib.request.urlopen(url + 'next')\n" \
                 "    urllib.request.urlopen(url + event.headers['Lambda-Runtime-Aws-Request-Id'] + '/response', json.dumps(sys.argv).encode())\n"
        layer = self.layer({"python/awslambdaric/__init__.py": "", "python/awslambdaric/__main__.py": client})
        self.make_python({"app.py": ""}, handler="app.handler", Layers=[layer["LayerVersionArn"]])
        self.assertEqual(self.invoke()[0][1:], ["app.handler"])

    def test_the_handler_reaches_the_local_aws(self):
        source = ("import os, urllib.request\n\n\ndef handler(event, context):\n"
                  "    return urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL']).status\n")
        self.make_python({"app.py": source}, handler="app.handler")
        self.assertEqual(self.invoke()[0], 200)


class Layers(Zip):
    def test_life_of_a_layer(self):
        content = {"python/a.py": "x"}
        first = self.layer(content, Description="one", CompatibleRuntimes=["python3.12"], CompatibleArchitectures=["x86_64"], LicenseInfo="MIT")
        name = first["LayerArn"].rsplit(":", 1)[1]
        self.assertEqual((first["Version"], first["LayerVersionArn"]), (1, first["LayerArn"] + ":1"))
        self.assertEqual((first["Content"]["CodeSha256"], first["Content"]["CodeSize"]), (sha256(archive(content)), len(archive(content))))
        second = self.functions.publish_layer_version(LayerName=first["LayerArn"], Content={"ZipFile": archive({"b": "2"})})
        self.assertEqual(second["Version"], 2)
        got = self.functions.get_layer_version(LayerName=name, VersionNumber=1)
        self.assertEqual((got["Description"], got["CompatibleRuntimes"], got["LicenseInfo"]), ("one", ["python3.12"], "MIT"))
        self.assertEqual(self.functions.get_layer_version_by_arn(Arn=second["LayerVersionArn"])["Version"], 2)
        self.assertEqual([v["Version"] for v in self.functions.list_layer_versions(LayerName=name)["LayerVersions"]], [2, 1])
        [listed] = [layer for layer in self.functions.list_layers()["Layers"] if layer["LayerName"] == name]
        self.assertEqual(listed["LatestMatchingVersion"]["Version"], 2)
        self.functions.delete_layer_version(LayerName=name, VersionNumber=2)
        self.functions.delete_layer_version(LayerName=name, VersionNumber=2)
        with self.assertRaises(self.functions.exceptions.ResourceNotFoundException):
            self.functions.get_layer_version(LayerName=name, VersionNumber=2)
        third = self.functions.publish_layer_version(LayerName=name, Content={"ZipFile": archive({"b": "2"})})
        self.assertEqual(third["Version"], 3, "numbers are never used again")

    def test_a_function_outlives_its_layer(self):
        layer = self.layer({"bootstrap": (program(), 0o755)})
        self.make({"file": "x"}, Layers=[layer["LayerVersionArn"]])
        self.functions.delete_layer_version(LayerName=layer["LayerArn"], VersionNumber=1)
        self.assertIsNone(self.invoke()[1])
        code, _ = self.refusal(self.functions.update_function_configuration, FunctionName=self.name, Layers=[layer["LayerVersionArn"]])
        self.assertEqual(code, "InvalidParameterValueException")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
