# SPDX-License-Identifier: Apache-2.0
"""What a test of the templates needs of the machine, and what happens where it is not there."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def skip(reason):
    """Ends the run: with a failure where CI=true promises that everything can be had."""
    if os.environ.get("CI") == "true":
        sys.exit(f"CI must be able to run this: {reason}")
    print(f"SKIP: {reason}")
    sys.exit(77)


def python_with(*modules):
    """The interpreter that scripts/test-tools gave the template's own requirements."""
    tools = Path(os.environ.get("DAVIT_TEST_TOOLS") or ROOT / "build" / "tools")
    python = tools / "backend" / "bin" / "python"
    command = [python, "-c", f"import {', '.join(modules)}"]
    if not python.exists() or subprocess.run(command, capture_output=True).returncode != 0:
        skip(f"{', '.join(modules)} are not installed (scripts/test-tools)")
    return python
