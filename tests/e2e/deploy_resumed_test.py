# SPDX-License-Identifier: Apache-2.0
"""`deploy --env local` stopped at every step, by every signal, and run again: it ends in what one uninterrupted run makes. What `status` says on
the way, what a dry run sends, and what `destroy` leaves.

usage: deploy_resumed_test.py DAVIT BOOTSTRAP   (BOOTSTRAP: the test runtime, a static program; no network is needed)"""
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

import oci_image
from local_aws import scrubbed_environment
from recording_proxy import RecordingProxy

DAVIT, BOOTSTRAP = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64"}[os.uname().machine]
STEPS = ["local", "image", "secret jwt", "variables", "tables", "function", "api", "seed one", "seed two", "smoke"]

PROJECT = f"""name: demo
region: eu-central-1
handler: {{kind: native, source: out, entry: bootstrap, base: scratch, architecture: {ARCHITECTURE}, memory_mb: 128, timeout_s: 5}}
image: {{repository: demo}}
tables:
  one: {{key: id, seed: [data/one.jsonl]}}
  two: {{key: [id, "n:N"], indexes: {{by-name: name}}, seed: [data/two.jsonl]}}
secrets: {{jwt: {{generate: 64 bytes}}}}
api: {{type: http}}
smoke: [smoke.yaml]
environments: {{local: {{}}}}
"""
SMOKE = """name: echo
steps:
  - {name: it answers, request: GET /lamp, expect: {status: 200, json: {$.rawPath: /lamp}}}
"""


class Project:
    """A project in a folder of its own; its local AWS ends with the test."""

    def __init__(self, case):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="davit-deploy-"))
        case.addCleanup(shutil.rmtree, self.folder, True)
        case.addCleanup(lambda: self.run("local", "down"))
        for name, content in {"davit.yaml": PROJECT, "smoke.yaml": SMOKE}.items():
            (self.folder / name).write_text(content)
        (self.folder / "data").mkdir()
        (self.folder / "data/one.jsonl").write_text("".join(f'{{"id": "i-{n}", "text": "{"x" * 500}"}}\n' for n in range(300)))
        (self.folder / "data/two.jsonl").write_text("".join(f'{{"id": "i", "n": {n}, "name": "n{n % 7}"}}\n' for n in range(100)))
        (self.folder / "out").mkdir()
        shutil.copy(BOOTSTRAP, self.folder / "out/bootstrap")

    def start(self, *arguments):
        return subprocess.Popen([DAVIT, *arguments], cwd=self.folder, env=scrubbed_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments):
        process = self.start(*arguments)
        out, errors = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, errors)

    def deploy(self, *flags):
        return self.run("deploy", "--env", "local", "-o", "json", *flags)

    def stop_in(self, step, number, moment):
        """Deploys, and sends the signal `moment` seconds into a step. Returns what the process ended with."""
        process = self.start("deploy", "--env", "local", "-o", "json")
        for _ in range(step):
            process.stderr.readline()
        threading.Event().wait(moment)
        process.send_signal(number)
        out, errors = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, errors)

    def document(self, *arguments):
        return json.loads(self.run(*arguments, "--env", "local", "-o", "json").stdout)

    def content(self):
        """All that a deployment makes and that does not differ from one to the next."""
        status = self.document("status")
        function = {name: status["function"][name] for name in ("name", "arn", "state", "memoryMb", "timeoutS")}
        tables = {name: sorted(self.run("table", "export", name, "--env", "local", "-o", "jsonl").stdout.splitlines()) for name in ("one", "two")}
        digest = self.document("image", "inspect")["digest"]
        names = [secret["name"] for secret in status["secrets"]]
        return {"function": function, "image": digest, "tables": tables, "secrets": names, "missing": status["missing"], "leftovers": status["leftovers"]}

    def kill_local_aws(self):
        pid = json.loads(self.endpoint_file().read_text())["pid"]
        os.kill(pid, signal.SIGKILL)
        while self.run("local", "status").returncode == 0:  # until the kernel has let go of its lock
            pass

    def endpoint_file(self):
        return self.folder / ".davit/local/endpoint.json"


class Deploy(unittest.TestCase):
    maxDiff = 2000

    def deployed(self, project, *flags):
        finished = project.deploy(*flags)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return json.loads(finished.stdout)

    def converge(self, numbers):
        project = Project(self)
        for step in range(len(STEPS)):
            number = numbers[step % len(numbers)]
            stopped = project.stop_in(step, number, random.uniform(0, 0.05))
            if number == signal.SIGKILL:
                self.assertIn(stopped.returncode, (-signal.SIGKILL, 0))
            elif stopped.returncode != 0:
                self.assertIn(stopped.returncode, (128 + number, -number), stopped.stderr)
                # Before its first step a deployment has begun nothing, and after its last there is nothing to go on with.
                is_between = step > 0 and f"done  {STEPS[-1]}: " not in stopped.stderr
                self.assertTrue(not is_between or "run the same command again" in stopped.stderr, stopped.stderr)
        report = self.deployed(project)
        self.assertEqual([step["name"] for step in report["steps"]], STEPS)
        self.assertEqual((report["smoke"]["passed"], report["smoke"]["failed"], report["smoke"]["errors"]), (1, 0, 0))
        return project

    def test_stopped_at_every_step_it_converges(self):
        whole = Project(self)
        self.deployed(whole)
        wanted = whole.content()
        self.assertEqual([len(lines) for lines in wanted["tables"].values()], [300, 100])
        self.assertEqual(self.converge([signal.SIGKILL]).content(), wanted)
        self.assertEqual(self.converge([signal.SIGINT, signal.SIGTERM]).content(), wanted)

    def test_only_what_is_missing_is_done_again(self):
        project = Project(self)
        self.deployed(project)
        again = self.deployed(project)
        self.assertEqual({step["name"] for step in again["steps"] if step["result"] != "skipped"}, {"smoke"})
        self.assertTrue(all(step["reason"] for step in again["steps"]))
        project.run("item", "delete", "two", "i", "7", "--env", "local")
        project.run("table", "delete", "one", "--env", "local", "--confirm", "demo-local-one")
        third = self.deployed(project)
        self.assertEqual([step["name"] for step in third["steps"] if step["result"] == "done"], ["tables", "seed one", "seed two", "smoke"])
        [seeded] = [step for step in third["steps"] if step["name"] == "seed two"]
        self.assertIn("write 1 of 100 items", seeded["reason"])

    def test_an_image_that_lambda_would_refuse_is_not_deployed(self):
        project = Project(self)
        architecture = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]
        oci_image.write_layout(str(project.folder / "base"), [oci_image.layer({"marker": b""})], {}, architecture=architecture)
        (project.folder / "davit.yaml").write_text(PROJECT.replace("base: scratch", 'base: "oci:base"'))
        shutil.copy(os.path.realpath("/bin/true"), project.folder / "out/bootstrap")
        # Built once and refused, it is refused again, although there is nothing to build.
        for _ in range(2):
            refused = project.deploy()
            self.assertEqual(refused.returncode, 1, refused.stderr)
            self.assertIn("Lambda would not run the image", refused.stderr)
            self.assertIn("the program needs the loader /lib", refused.stderr)

    def test_a_failed_smoke_run_says_what_still_runs(self):
        project = Project(self)
        (project.folder / "smoke.yaml").write_text(SMOKE.replace("200", "201"))
        finished = project.deploy()
        self.assertEqual(finished.returncode, 1, finished.stderr)
        report = json.loads(finished.stdout)
        self.assertIn(f"everything still runs, at {report['url']}", finished.stderr)
        self.assertEqual(report["smoke"]["failed"], 1)
        self.assertEqual([step["result"] for step in report["steps"]], ["done"] * 9 + ["failed"])

    def test_a_dry_run_sends_no_write_whatever_is_there(self):
        project = Project(self)
        files = self.files(project)
        planned = self.deployed(project, "--dry-run")
        self.assertEqual((planned["dryRun"], len(planned["steps"]), self.files(project)), (True, len(STEPS), files))
        project.run("local", "up")
        proxy = RecordingProxy(json.loads(project.endpoint_file().read_text())["endpoint"])
        self.addCleanup(proxy.close)
        direct = project.endpoint_file().read_text()
        through = json.dumps({**json.loads(direct), "endpoint": proxy.endpoint})
        for prepare in (lambda: None, lambda: project.run("table", "create", "one", "--env", "local"), lambda: self.deployed(project)):
            project.endpoint_file().write_text(direct)
            prepare()
            project.endpoint_file().write_text(through)
            before = self.files(project)
            proxy.take()
            self.assertTrue(self.deployed(project, "--dry-run")["dryRun"])
            asked = proxy.take()
            self.assertTrue(asked)
            self.assertEqual([str(request) for request in asked if request.is_write], [])
            self.assertEqual(self.files(project), before)
        proxy.take()
        self.deployed(project, "--no-smoke")
        self.assertEqual([str(request) for request in proxy.take() if request.is_write], [], "nothing has changed")

    @staticmethod
    def files(project):
        moving = ("local",)  # the local AWS's own
        return {str(path): path.stat().st_mtime_ns for path in project.folder.rglob("*") if not set(moving) & set(path.parts)}

    def test_status_and_destroy_tell_the_truth_at_every_stage(self):
        project = Project(self)
        absent = project.run("status", "--env", "local")
        self.assertNotEqual(absent.returncode, 0)
        self.assertIn("davit local up", absent.stderr)
        project.run("local", "up")
        nothing = project.run("status", "--env", "local")
        self.assertEqual(nothing.returncode, 3, nothing.stderr)
        project.run("table", "create", "one", "--env", "local")
        half = project.document("status")
        self.assertEqual([table["name"] for table in half["tables"]], ["demo-local-one"])
        self.assertEqual(half["missing"], ["function demo-local-handler", "HTTP API demo-local", "table demo-local-two", "secret demo-local-jwt"])
        self.destroy_twice(project, ["table demo-local-one"])
        self.deployed(project)
        project.kill_local_aws()
        dead = project.run("status", "--env", "local")
        self.assertNotEqual(dead.returncode, 0)
        self.assertIn("davit local up", dead.stderr)
        resumed = self.deployed(project)
        self.assertEqual([step["name"] for step in resumed["steps"] if step["result"] == "done"], ["local", "smoke"], "the data is on the disk")
        project.run("table", "create", "demo-local-more", "--key", "id", "--env", "local")
        self.assertEqual(project.document("status")["leftovers"], ["table demo-local-more"])
        everything = ["HTTP API demo-local", "function demo-local-handler", "log group /aws/lambda/demo-local-handler", "table demo-local-one", "table demo-local-two", "secret demo-local-jwt"]
        self.destroy_twice(project, everything, ["table demo-local-more"])

    def destroy_twice(self, project, removed, leftovers=()):
        refused = project.run("destroy", "--env", "local", "--confirm", "demo")
        self.assertEqual(refused.returncode, 2, refused.stderr)
        first = project.document("destroy", "--confirm", "demo-local")
        self.assertEqual((first["removed"], first["leftovers"]), (removed, list(leftovers)))
        second = project.run("destroy", "--env", "local", "--confirm", "demo-local", "-o", "json")
        self.assertEqual(second.returncode, 0, second.stderr)
        self.assertEqual(json.loads(second.stdout)["removed"], [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
