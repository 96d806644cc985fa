# SPDX-License-Identifier: Apache-2.0
"""The template's smoke suites against its handler, whole and broken on purpose in six ways.

Run by ../shop_backend_test.py with the interpreter that has the handler's requirements.
"""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

from shop_handler.backend import Backend
from shop_handler.function import Function
from shop_handler.smoke import Suite, http_event
from urllib.parse import urlsplit

SHOP = Path(__file__).resolve().parents[3] / "templates" / "shop"


class Smoke(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.backend = Backend(SHOP)
        cls.addClassCleanup(cls.backend.close)
        cls.backend.seed("local")

    def run_suites(self, file=None, before=None, after=None):
        """Every check of every suite, with `before` of one file of the handler replaced."""
        with tempfile.TemporaryDirectory() as folder:
            code = Path(folder) / "task"
            shutil.copytree(SHOP / "backend", code, ignore=shutil.ignore_patterns("__pycache__", "tests"))
            if file is not None:
                text = (code / file).read_text()
                self.assertEqual(1, text.count(before), f"{file} has changed; the breakage no longer applies")
                (code / file).write_text(text.replace(before, after))
            function = Function(code, self.backend.environment())
            self.addCleanup(function.close)
            suites = sorted((SHOP / "smoke").glob("*.yaml"))
            return [check for suite in suites for check in Suite(suite, function, self.backend).run()]

    def assert_red(self, checks, expected):
        red = {str(check): check.actual for check in checks if not check.ok}
        self.assertEqual(sorted(expected), sorted(red), json.dumps(red, indent=1, default=str))

    def test_whole_all_is_green_twice_and_nothing_is_left(self):
        before = self.backend.contents()
        for _ in range(2):
            checks = self.run_suites()
            self.assert_red(checks, [])
            self.assertGreater(len(checks), 120)
        self.assertEqual(before, self.backend.contents())

    def test_a_wrong_status(self):
        checks = self.run_suites(
            "app/routers/products.py", "status_code=201", "status_code=200"
        )
        self.assert_red(checks, ["products / an admin creates a product / status"])

    def test_a_missing_header(self):
        checks = self.run_suites(
            "app/correlation.py",
            "MutableHeaders(scope=message)[HEADER] = logs.correlation_id.get()",
            "pass",
        )
        steps = ["an id is echoed", "without one an id is made", "an unfit id is replaced", "a refusal has it too",
                 "a wrong path has it too"]  # fmt: skip
        self.assert_red(checks, [f"correlation / {step} / headers x-correlation-id" for step in steps])

    def test_the_admin_check_gone(self):
        before = self.backend.contents()
        checks = self.run_suites("app/dependencies.py", "if not caller.is_admin:", "if False:")
        steps = ["a user may not create a product", "a user may not replace one", "a user may not move an order",
                 "a user may not delete one"]  # fmt: skip
        expected = [f"roles / {step} / {name}" for step in steps for name in ("status", "json $.detail")]
        self.assert_red(checks, [*expected, "roles / the product is untouched / error"])
        self.assertEqual(before, self.backend.contents())

    def test_another_users_order_served(self):
        before = self.backend.contents()
        checks = self.run_suites(
            "app/services/orders.py", 'if order is None or order["user_id"] != owner.user_id:', "if order is None:"
        )
        steps = ["another user's order is not found", "not even by an admin", "it cannot be cancelled by another user"]
        expected = [f"ownership / {step} / {name}" for step in steps for name in ("status", "json $.detail")]
        self.assert_red(checks, [*expected, "ownership / the order is untouched / json $.status"])
        self.assertEqual(before, self.backend.contents())

    def test_an_expired_token_accepted(self):
        checks = self.run_suites(
            "app/security/tokens.py", '"verify_iat": False', '"verify_iat": False, "verify_exp": False'
        )
        steps = ["an expired token", "an expired token on a route for admins"]
        self.assert_red(checks, [f"tokens / {step} / {name}" for step in steps for name in ("status", "json $.detail")])

    def test_a_crash_at_import(self):
        before = self.backend.contents()
        checks = self.run_suites("app/lambda_handler.py", "import os", "import os\nimport no_such_module")
        of_handler = [check for check in checks if not check.is_item and check.name != "latency_ms"]
        self.assertEqual([], [str(check) for check in of_handler if check.ok])
        self.assertEqual(before, self.backend.contents())

    def test_a_seeded_user_logs_in_and_logs_carry_the_ids(self):
        function = Function(SHOP / "backend", self.backend.environment())
        self.addCleanup(function.close)
        body = json.dumps({"email": "admin@shop.example", "password": "demo-admin-change-me"})
        headers = {"content-type": "application/json", "x-correlation-id": "seeded-admin-1"}
        payload, failed, log = function.invoke(http_event("POST", urlsplit("/auth/login"), headers, body))
        self.assertFalse(failed, log)
        self.assertEqual(200, payload["statusCode"])
        lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
        [access] = [line for line in lines if line.get("path") == "/auth/login"]
        self.assertEqual("seeded-admin-1", access["correlation_id"])
        self.assertRegex(access["request_id"], "^[0-9a-f-]{36}$")
        self.assertNotIn("demo-admin-change-me", log)


if __name__ == "__main__":
    unittest.main()
