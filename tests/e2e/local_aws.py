# SPDX-License-Identifier: Apache-2.0
"""A local AWS of its own for each test script, and boto3 clients that talk to it."""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOLS = os.environ.get("DAVIT_TEST_TOOLS", "")


def use_tools():
    """Runs this script again under the interpreter of scripts/test-tools, when there is one."""
    python = os.path.join(TOOLS, "venv", "bin", "python")
    if TOOLS and os.path.exists(python) and os.path.realpath(sys.prefix) != os.path.realpath(os.path.join(TOOLS, "venv")):
        os.execv(python, [python, *sys.argv])
    try:
        import boto3
    except ImportError:
        skip("boto3 is not installed (scripts/test-tools)")
    if tuple(int(part) for part in boto3.__version__.split(".")[:2]) < (1, 28):
        skip("this boto3 is older than 1.28 and ignores AWS_ENDPOINT_URL")


def skip(reason):
    if os.environ.get("CI") == "true":
        sys.exit(f"CI must be able to run this: {reason}")
    print(f"SKIP: {reason}")
    sys.exit(77)


def scrubbed_environment(extra=None):
    home = tempfile.gettempdir()
    kept = {"PATH": os.environ["PATH"], "HOME": home, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    nowhere = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    return {**kept, **nowhere, **(extra or {})}


class LocalAws:
    """`davit local up` on free ports with a folder of its own."""

    def __init__(self, davit, *flags):
        self.davit_path = davit
        self.flags = flags
        self.state = tempfile.mkdtemp(prefix="davit-test-")
        self.document = self.up()

    def run(self, *arguments, check=True):
        finished = subprocess.run([self.davit_path, *arguments], env=scrubbed_environment(), capture_output=True, text=True, timeout=60)
        if check and finished.returncode != 0:
            raise AssertionError(f"davit {' '.join(arguments)}: exit {finished.returncode}: {finished.stderr}")
        return finished

    def up(self):
        self.document = json.loads(self.run("local", "up", "--state", self.state, *self.flags, "-o", "json").stdout)
        return self.document

    def down(self):
        self.run("local", "down", "--state", self.state)

    def close(self):
        self.down()
        for folder in glob.glob(self.state + "*"):
            shutil.rmtree(folder)

    @property
    def endpoint(self):
        return self.document["endpoint"]

    @property
    def environment(self):
        return scrubbed_environment(
            {
                "AWS_ENDPOINT_URL": self.endpoint,
                "AWS_ACCESS_KEY_ID": self.document["accessKeyId"],
                "AWS_SECRET_ACCESS_KEY": self.document["secretAccessKey"],
                "AWS_REGION": self.document["region"],
                "AWS_DEFAULT_REGION": self.document["region"],
            }
        )

    def client(self, service, key="test", secret="test", token=None, region=None, **config):
        import boto3
        import botocore.config

        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=region or self.document["region"],
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=botocore.config.Config(retries={"total_max_attempts": 1}, **config),
        )


class LocalAwsCase(unittest.TestCase):
    """One local AWS for all tests of the class."""

    DAVIT = ""
    FLAGS = ()

    @classmethod
    def setUpClass(cls):
        cls.aws = LocalAws(cls.DAVIT, *cls.FLAGS)
        cls.addClassCleanup(cls.aws.close)

    def refused(self, call, *positional, **arguments):
        """Calls, and returns (code, message, status) of the error."""
        import botocore.exceptions

        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(*positional, **arguments)
        response = caught.exception.response
        return response["Error"]["Code"], response["Error"].get("Message", ""), response["ResponseMetadata"]["HTTPStatusCode"]


def main():
    LocalAwsCase.DAVIT = os.path.abspath(sys.argv.pop(1))
    unittest.main(argv=sys.argv, verbosity=2)
