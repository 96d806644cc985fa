# SPDX-License-Identifier: Apache-2.0
"""The backend of templates/shop: its own unit tests, then its smoke suites against the handler run
by AWS's own runtime client, over moto's server."""

import os
import subprocess
import sys

from conditions import ROOT, python_with

HERE = os.path.dirname(os.path.abspath(__file__))
BACKEND = ROOT / "templates" / "shop" / "backend"


def run(python, arguments, folder):
    """No bytecode and no cache: nothing may be left in the template's folder."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": HERE}
    return subprocess.run([python, *arguments], cwd=folder, env=environment).returncode


def main():
    python = python_with("awslambdaric", "fastapi", "flask", "mangum", "moto", "pytest", "yaml")
    unit = run(python, ["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"], BACKEND)
    smoke = run(python, ["-m", "unittest", "shop_handler.run_test"], HERE)
    sys.exit(1 if unit or smoke else 0)


if __name__ == "__main__":
    main()
