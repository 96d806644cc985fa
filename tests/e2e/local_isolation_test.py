# SPDX-License-Identifier: Apache-2.0
"""Handlers in the situations that CI jobs and machines put davit in: root with and without the right to mount, an unprivileged user with and
without user namespaces. Each names the isolation that it got, keeps the handler to its image, and leaves nothing behind."""
import base64
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import local_aws
import oci_image

local_aws.use_tools()  # starts this script anew, with all its arguments
BOOTSTRAP = os.path.abspath(sys.argv.pop(2))
HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"  # that every user may run
NOBODY = 65534
ROLE = "arn:aws:iam::000000000000:role/app"

SECCOMP = (PYTHON, os.path.join(HERE, "deny_namespaces.py"))
UNPRIVILEGED = ("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", "--")


def without(*capabilities):
    return ("setpriv", "--bounding-set", ",".join(f"-{each}" for each in capabilities), "--")


class Situated(local_aws.LocalAws):
    """A local AWS whose every command is run below `prefix`."""

    def __init__(self, davit, prefix, owner):
        self.prefix = prefix
        self.owner = owner
        super().__init__(davit)

    def run(self, *arguments, check=True):
        os.chown(self.state, self.owner, self.owner)
        finished = subprocess.run(
            [*self.prefix, self.davit_path, *arguments], env=local_aws.scrubbed_environment(), capture_output=True, text=True, timeout=60
        )
        if check and finished.returncode != 0:
            raise AssertionError(f"davit {' '.join(arguments)}: exit {finished.returncode}: {finished.stderr}")
        return finished


class Situation(local_aws.LocalAwsCase):
    PREFIX = None
    OWNER = 0
    ISOLATION = None

    @classmethod
    def setUpClass(cls):
        if cls.PREFIX is None:
            raise unittest.SkipTest("a base class")
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root can put a process into this situation")
        tried = subprocess.run([*cls.PREFIX, cls.DAVIT, "version"], capture_output=True, text=True)
        if tried.returncode != 0:
            raise unittest.SkipTest(f"this machine does not allow the situation: {tried.stderr.strip()}")
        if cls.ISOLATION == "userns" and subprocess.run([*cls.PREFIX, "unshare", "--user", "--mount", "true"], capture_output=True).returncode != 0:
            raise unittest.SkipTest("this machine does not allow user namespaces")
        cls.folder = tempfile.mkdtemp(prefix="davit-images-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        os.chmod(cls.folder, 0o755)
        cls.layout = os.path.join(cls.folder, "one")
        oci_image.bootstrap_image(cls.layout, BOOTSTRAP)
        cls.aws = Situated(cls.DAVIT, cls.PREFIX, cls.OWNER)
        cls.addClassCleanup(cls.close)

    @classmethod
    def close(cls):
        cls.aws.down()
        for path in glob.glob(f"{cls.aws.state}*"):
            shutil.rmtree(path)

    def create(self, name="f", layout=None):
        self.functions = self.aws.client("lambda")
        code = {"ImageUri": f"oci:{layout or self.layout}"}
        return self.functions.create_function(FunctionName=name, Role=ROLE, PackageType="Image", Code=code, Timeout=10)

    def invoke(self, event):
        answer = self.functions.invoke(FunctionName="f", Payload=json.dumps(event), LogType="Tail")
        payload = json.loads(answer["Payload"].read())
        self.assertNotIn("FunctionError", answer, payload)
        return payload, base64.b64decode(answer["LogResult"]).decode()

    def processes(self):
        """Every process that runs from this local AWS's folder or for it."""
        found = []
        for path in glob.glob("/proc/[0-9]*"):
            try:
                root, cwd = os.readlink(f"{path}/root"), os.readlink(f"{path}/cwd")
                with open(f"{path}/environ", "rb") as file:
                    environment = file.read()
            except OSError:
                continue
            if self.aws.state in (root + cwd) or self.aws.endpoint.encode() in environment:
                found.append(int(os.path.basename(path)))
        return found

    def nothing_is_left(self):
        for _ in range(200):
            if not self.processes():
                break
            time.sleep(0.02)
        self.assertEqual(self.processes(), [])
        with open("/proc/self/mountinfo") as file:
            self.assertNotIn(self.aws.state, file.read())

    def test_it(self):
        self.assertEqual(self.aws.document["isolation"], self.ISOLATION)
        status = json.loads(self.aws.run("local", "status", "--state", self.aws.state, "-o", "json").stdout)
        self.assertEqual((status["running"], status["isolation"]), (True, self.ISOLATION))
        self.create()
        place, log = self.invoke({"where": 1})
        self.assertIn(f"Isolation: {self.ISOLATION}\n", log)
        self.check(place)
        for end in ("down", "kill", "down"):
            orphan = self.invoke({"child": 1})[0]
            self.assertIn(orphan, self.processes())
            if end == "down":
                self.aws.down()
                self.assertEqual(os.listdir(os.path.join(self.aws.state, "scratch")), [])
            else:
                os.kill(self.aws.document["pid"], signal.SIGKILL)
            self.nothing_is_left()
            self.aws.up()
            self.functions = self.aws.client("lambda")
        self.assertEqual(glob.glob(os.path.join(self.aws.state, "scratch", "*")), [])
        self.invoke({"child": 1})
        self.aws.run("local", "reset", "--yes", "--state", self.aws.state)
        self.nothing_is_left()

    def check(self, place):
        self.assertEqual((place["marker"], place["directory"], place["null"], place["writesRoot"]), ("one", "/var/task", True, False))


class Root(Situation):
    PREFIX = ()
    ISOLATION = "chroot"

    def check(self, place):
        super().check(place)
        self.assertEqual(place["uid"], 993)


class RootWithoutMounts(Root):
    """Root in a container of Docker's: it may change its root directory and make devices, but neither mount nor unshare."""

    PREFIX = (*without("sys_admin"), *SECCOMP)


class RootWithoutKill(Situation):
    """Root that could not end what it starts as another user gets a weaker isolation rather than handlers that live on."""

    PREFIX = (*without("sys_admin", "kill"), *SECCOMP)
    ISOLATION = "process"

    def check(self, place):
        self.assertTrue(place["directory"].startswith(self.aws.state) and place["directory"].endswith("/root/var/task"))
        os.path.exists("/written") and os.rmdir("/written")


class Unprivileged(Situation):
    PREFIX = UNPRIVILEGED
    OWNER = NOBODY
    ISOLATION = "userns"


class UnprivilegedWithoutNamespaces(Situation):
    """A CI job as an ordinary user in a container of Docker's."""

    PREFIX = (*UNPRIVILEGED, *SECCOMP)
    OWNER = NOBODY
    ISOLATION = "process"

    def check(self, place):
        self.assertEqual(place["uid"], NOBODY)
        self.assertTrue(place["directory"].startswith(self.aws.state) and place["directory"].endswith("/root/var/task"))

    def test_a_folder_of_another_user_is_refused(self):
        closed = os.path.join(self.folder, "closed")
        os.mkdir(closed)
        for flags, part in ((("--state", closed), f"cannot open {closed}/lock: Permission denied"), (("--state", f"{closed}/in"), f"cannot make the folder {closed}/in")):
            finished = self.aws.run("local", "up", *flags, check=False)
            self.assertEqual(finished.returncode, 2)
            self.assertIn(part, finished.stderr)
            self.assertIn("--state", finished.stderr)

    def test_another_python_is_refused_when_the_function_is_made(self):
        layout = os.path.join(self.folder, "python")
        files = {"usr": None, "usr/bin": None, "usr/bin/python3.20": (b"", 0o755), "var": None, "var/task": None}
        oci_image.write_layout(layout, [oci_image.layer(files)], {"Entrypoint": ["python3", "-m", "awslambdaric"], "Cmd": ["app.handler"]})
        code, message, status = self.refused(self.create, name="python", layout=layout)
        self.assertEqual((code, status), ("InvalidParameterValueException", 400))
        self.assertIn("the image has Python 3.20, which this machine has not: a plain process cannot stand in for it", message)
        self.assertIn("run as root, or where user namespaces are allowed", message)


if __name__ == "__main__":
    local_aws.main()
