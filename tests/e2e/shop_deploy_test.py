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

from local_aws import LocalAws, scrubbed_environment, skip, use_tools

use_tools()

from image_journey import ImageJourney  # noqa: E402 (after the interpreter was chosen)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DAVIT = ""
BASE = ""

# What is broken, where, and the checks that must turn red, those and no others: (file, from, to, [(suite, step, check...)]).
BREAKAGES = {
    "a wrong status": (
        "app/routers/orders.py",
        '@router.post("", response_model=Order, status_code=201',
        '@router.post("", response_model=Order, status_code=200',
        [("orders", "a user orders two", "status"), ("orders", "a user orders one more", "status")],
    ),
    "a missing header": (
        "app/correlation.py",
        "                MutableHeaders(scope=message)[HEADER] = logs.correlation_id.get()\n",
        "                MutableHeaders(scope=message)\n",
        [
            ("correlation", step, "header x-correlation-id")
            for step in ("an id is echoed", "without one an id is made", "an unfit id is replaced", "a refusal has it too", "a wrong path has it too")
        ],
    ),
    "the admin check gone": (
        "app/dependencies.py",
        "if not caller.is_admin:",
        "if caller is None:",
        [
            *[("roles", f"a user may not {what}", "status", "json $.detail") for what in ("create a product", "replace one", "move an order", "delete one")],
            ("roles", "the product is untouched", "json $.name", "json $.price"),
        ],
    ),
    "another user's order served": (
        "app/services/orders.py",
        'if order is None or order["user_id"] != owner.user_id:',
        "if order is None:",
        [
            *[("ownership", step, "status", "json $.detail") for step in ("another user's order is not found", "not even by an admin", "it cannot be cancelled by another user")],
            ("ownership", "the order is untouched", "json $.status"),
        ],
    ),
    "an expired token accepted": (
        "app/security/tokens.py",
        'options = {"require"',
        'options = {"verify_exp": False, "require"',
        [("tokens", step, "status", "json $.detail") for step in ("an expired token", "an expired token on a route for admins")],
    ),
}

# With a handler that crashes at import only what the tables answer is green.
CRASH = ("app/lambda_handler.py", "import os", "import os\nimport no_such_module")
OF_TABLES = {
    *[("orders", step) for step in ("a product with five pieces", "all five are back", "remove the product")],
    *[("ownership", step) for step in ("an order of somebody", "the order is untouched", "remove the order")],
    *[("roles", step) for step in ("a product", "the product is untouched", "remove the product")],
}


def pythons():
    return sorted({path for path in ("/usr/bin/python3", "/usr/local/bin/python3", sys.executable) if os.path.exists(path)})


def site_packages():
    """Every folder of packages of this machine's Pythons, and the environments of the tests."""
    folders = {os.environ.get("DAVIT_TEST_TOOLS", ""), "/usr/lib/python3/dist-packages"}
    for python in pythons():
        listed = subprocess.run([python, "-c", "import site; print(*site.getsitepackages(), site.getusersitepackages(), sep='\\n')"], capture_output=True, text=True, check=True)
        folders.update(listed.stdout.split("\n"))
    found = {folder for folder in folders if os.path.isdir(folder)}
    return sorted(folder for folder in found if not any(folder.startswith(other + "/") for other in found))


def steps_of(report):
    return [(suite["name"], step) for suite in report["smoke"]["suites"] for step in suite["steps"]]


def red_checks(report):
    """The steps that did not pass, each with its checks that failed."""
    return sorted((suite, step["name"], *[check["check"] for check in step["checks"] if not check["ok"]]) for suite, step in steps_of(report) if step["status"] != "passed")


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

    def test_4_each_breakage_turns_its_checks_red_and_no_others(self):
        for name, (file, old, new, expected) in BREAKAGES.items():
            with self.subTest(name):
                self.assertEqual(red_checks(self.deploy_broken(file, old, new)), sorted(expected))

    def test_4_a_crash_at_import_turns_every_answer_red(self):
        report = self.deploy_broken(*CRASH)
        self.assertEqual({(suite, step["name"]) for suite, step in steps_of(report) if step["status"] == "passed"}, OF_TABLES)

    def deploy_broken(self, file, old, new):
        path = os.path.join(self.shop, "backend", file)
        with open(path, encoding="utf-8") as source:
            sound = source.read()
        self.assertEqual(sound.count(old), 1, "the breakage no longer fits the source")
        try:
            with open(path, "w", encoding="utf-8") as source:
                source.write(sound.replace(old, new))
            finished = self.davit("deploy", "--env", "local", "-o", "json", check=False)
        finally:
            with open(path, "w", encoding="utf-8") as source:
                source.write(sound)
        self.assertEqual(finished.returncode, 1, finished.stderr)
        self.assertIn("still runs", finished.stderr)
        return self.deployed(finished)

    def test_5_mended_it_is_green_again(self):
        report = self.deployed(self.davit("deploy", "--env", "local", "-o", "json"))
        self.assertEqual(report["smoke"]["failed"] + report["smoke"]["errors"], 0)

    def test_6_the_image_alone_runs_in_each_isolation(self):
        """The source tree is moved away, and all site-packages of this machine are hidden from the local AWS and what it starts."""
        aside = os.path.join(self.home, "aside")
        os.rename(os.path.join(self.shop, "backend"), aside)
        self.addCleanup(os.rename, aside, os.path.join(self.shop, "backend"))
        for isolation in ("chroot", "userns", "process"):
            with self.subTest(isolation):
                self.davit("local", "down")
                started = self.up_without_site_packages(isolation)
                self.assertEqual(started["isolation"], isolation)
                report = json.loads(self.davit("smoke", "--env", "local", "-o", "json").stdout)
                self.assertEqual([step["status"] for suite in report["suites"] for step in suite["steps"] if step["status"] != "passed"], [])
        self.davit("local", "down")
        self.davit("local", "up")

    def up_without_site_packages(self, isolation):
        namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
        if subprocess.run([*namespace, "true"], capture_output=True).returncode != 0:
            self.assertNotEqual(os.environ.get("CI"), "true", "CI must allow mount namespaces")
            self.skipTest("mount namespaces are not allowed here")
        hide = 'for folder in $HIDDEN; do mount -t tmpfs none "$folder" || exit 9; done; for python in $PYTHONS; do "$python" -c "import pip" 2>/dev/null && exit 8; done; exec "$@"'
        environment = {**scrubbed_environment(), "HIDDEN": " ".join(site_packages()), "PYTHONS": " ".join(pythons())}
        command = [*namespace, "sh", "-c", hide, "sh", DAVIT, "local", "up", "--isolation", isolation, "-o", "json"]
        finished = subprocess.run(command, cwd=self.shop, env=environment, capture_output=True, text=True, timeout=60)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return json.loads(finished.stdout)

    def test_7_shows_and_invokes(self):
        status = json.loads(self.davit("status", "--env", "local", "-o", "json").stdout)
        self.assertEqual(status["function"]["state"], "Active")
        self.assertEqual(status["missing"], [])
        invoked = self.davit("invoke", "--env", "local", "GET", "/health")
        self.assertEqual(json.loads(json.loads(invoked.stdout)["body"]), {"status": "ok"})
        self.assertIn("REPORT RequestId:", invoked.stderr)

    def test_7_its_image_travels_through_registries_and_runs_as_another_function(self):
        self.document = self.deployed(self.davit("local", "status", "-o", "json"))
        journey = ImageJourney(self, lambda *arguments: json.loads(self.davit(*arguments, "-o", "json").stdout), self.client, self.document)
        journey.check()
        pushed = journey.push_to_docker_registry("shop-api")
        image, digest = journey.push_to_ecr()
        self.assertEqual(pushed, digest)
        deployed = self.client("lambda").get_function_configuration(FunctionName="shop-local-handler")
        settings = {name: deployed[name] for name in ("Environment", "MemorySize", "Timeout")}
        url = journey.run_in_lambda("shop-from-ecr", image, digest, **settings)
        first, *others = journey.answers("shop-from-ecr", url, "/health")
        self.assertEqual([json.loads(first["body"]), *others], [{"status": "ok"}] * 3)

    client = LocalAws.client
    endpoint = property(lambda self: self.document["endpoint"])

    def test_8_destroys_what_it_made(self):
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
