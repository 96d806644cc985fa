# SPDX-License-Identifier: Apache-2.0
"""The main job on real input: the shop template, deployed to the local AWS from a base of Debian's packages and wheels from PyPI, smoke-tested,
deployed again, broken in six ways, and destroyed. The host's site-packages and the source tree play no part: the handler runs from the image.

usage: shop_deploy_test.py DAVIT BASE   (BASE: a folder that scripts/python-base fills, shared with other tests)"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from local_aws import scrubbed_environment, skip

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DAVIT = ""
BASE = ""

# What is broken, where, and the steps that must turn red: (file, from, to, {(suite, step)}).
BREAKAGES = {
    "a wrong status": (
        "app/routers/orders.py",
        '@router.post("", response_model=Order, status_code=201',
        '@router.post("", response_model=Order, status_code=200',
        lambda step, check: check["check"] == "status" and check["expected"] == 201,
    ),
    "a missing header": (
        "app/correlation.py",
        "                MutableHeaders(scope=message)[HEADER] = logs.correlation_id.get()\n",
        "                MutableHeaders(scope=message)\n",
        lambda step, check: check["check"] == "header x-correlation-id",
    ),
    "the admin check gone": (
        "app/dependencies.py",
        "if not caller.is_admin:",
        "if caller is None:",
        lambda step, check: step["suite"] == "roles",
    ),
    "another user's order served": (
        "app/services/orders.py",
        'if order is None or order["user_id"] != owner.user_id:',
        "if order is None:",
        lambda step, check: step["suite"] == "ownership",
    ),
    "an expired token accepted": (
        "app/security/tokens.py",
        'options = {"require"',
        'options = {"verify_exp": False, "require"',
        lambda step, check: step["suite"] == "tokens" and "expired" in step["name"],
    ),
    "a crash at import": (
        "app/lambda_handler.py",
        None,
        "raise RuntimeError('broken on purpose')\n",
        lambda step, check: True,
    ),
}


class Shop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.mkdtemp(prefix="davit-shop-")
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.shop = os.path.join(cls.home, "shop")
        cls.davit("init", "--template", "shop", cls.shop, cwd=cls.home)
        os.makedirs(os.path.join(cls.shop, ".davit"), exist_ok=True)
        os.symlink(BASE, os.path.join(cls.shop, ".davit", "base"))
        cls.addClassCleanup(lambda: cls.davit("local", "down", check=False))
        cls.first = cls.davit("deploy", "--env", "local", "-o", "json", check=False)

    @classmethod
    def davit(cls, *arguments, cwd=None, check=True, timeout=300):
        # pip's settings are those of the machine that runs the test.
        settings = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        finished = subprocess.run(
            [DAVIT, *arguments], cwd=cwd or cls.shop, env={**scrubbed_environment(settings), "HOME": os.environ.get("HOME", "/")}, capture_output=True, text=True, timeout=timeout
        )
        if check and finished.returncode != 0:
            raise AssertionError(f"davit {' '.join(arguments)}: exit {finished.returncode}\n{finished.stderr}")
        return finished

    def deployed(self, finished):
        self.assertTrue(finished.stdout, finished.stderr)
        return json.loads(finished.stdout)

    def test_1_deploys_to_a_green_smoke_run(self):
        report = self.deployed(self.first)
        self.assertEqual(self.first.returncode, 0, self.first.stderr)
        smoke = report["smoke"]
        self.assertEqual((smoke["failed"], smoke["errors"], smoke["skipped"]), (0, 0, 0))
        self.assertGreater(smoke["passed"], 60)

    def test_2_changes_nothing_when_run_again(self):
        again = self.davit("deploy", "--env", "local", "--no-smoke", "-o", "json")
        results = {step["name"]: step["result"] for step in json.loads(again.stdout)["steps"]}
        self.assertEqual(set(results.values()), {"skipped"}, results)

    def test_3_dry_run_sends_nothing(self):
        planned = json.loads(self.davit("deploy", "--env", "local", "--dry-run", "-o", "json").stdout)
        self.assertTrue(planned["dryRun"])

    def test_4_each_breakage_turns_its_checks_red(self):
        for name, (file, old, new, expected) in BREAKAGES.items():
            with self.subTest(name):
                self.break_and_smoke(name, file, old, new, expected)

    def break_and_smoke(self, name, file, old, new, expected):
        path = os.path.join(self.shop, "backend", file)
        with open(path, encoding="utf-8") as source:
            sound = source.read()
        broken = new + sound if old is None else sound.replace(old, new)
        self.assertNotEqual(sound, broken, "the breakage no longer fits the source")
        try:
            with open(path, "w", encoding="utf-8") as source:
                source.write(broken)
            finished = self.davit("deploy", "--env", "local", "-o", "json", check=False)
        finally:
            with open(path, "w", encoding="utf-8") as source:
                source.write(sound)
        self.assertEqual(finished.returncode, 1, finished.stderr)
        self.assertIn("still runs", finished.stderr)
        red = 0
        for suite in self.deployed(finished)["smoke"]["suites"]:
            for step in suite["steps"]:
                for check in step["checks"]:
                    if not check["ok"]:
                        red += 1
                        self.assertTrue(expected({**step, "suite": suite["name"]}, check), f"{name}: {suite['name']}: {step['name']}: {check}")
        self.assertGreater(red, 0)

    def test_5_mended_it_is_green_again(self):
        report = self.deployed(self.davit("deploy", "--env", "local", "-o", "json"))
        self.assertEqual(report["smoke"]["failed"] + report["smoke"]["errors"], 0)

    def test_6_shows_and_invokes(self):
        status = json.loads(self.davit("status", "--env", "local", "-o", "json").stdout)
        self.assertEqual(status["function"]["state"], "Active")
        self.assertEqual(status["missing"], [])
        invoked = self.davit("invoke", "--env", "local", "GET", "/health")
        self.assertEqual(json.loads(json.loads(invoked.stdout)["body"]), {"status": "ok"})
        self.assertIn("REPORT RequestId:", invoked.stderr)

    def test_7_destroys_what_it_made(self):
        refused = self.davit("destroy", "--env", "local", check=False)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--confirm shop-local", refused.stderr)
        self.davit("destroy", "--env", "local", "--confirm", "shop-local")
        self.assertEqual(self.davit("status", "--env", "local", check=False).returncode, 3)


def main():
    global DAVIT, BASE
    DAVIT, BASE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    made = subprocess.run([os.path.join(ROOT, "scripts", "python-base"), BASE], capture_output=True, text=True)
    if made.returncode != 0:
        skip(f"no base image: {made.stderr.strip().splitlines()[-1] if made.stderr.strip() else 'scripts/python-base failed'}")
    reached = subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", tempfile.mkdtemp(prefix="davit-pypi-"), "awslambdaric"], capture_output=True
    )
    if reached.returncode != 0:
        skip("PyPI is not reached: the FastAPI handler's wheels cannot be installed")
    unittest.main(argv=sys.argv[:1], verbosity=2)


if __name__ == "__main__":
    main()
