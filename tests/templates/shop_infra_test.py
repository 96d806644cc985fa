# SPDX-License-Identifier: Apache-2.0
"""The Terraform module of templates/shop: formatted, valid, and right by its own tests.

Needs terraform and a provider mirror, a folder that holds `registry.terraform.io`, in one of
Terraform's implied mirror directories or near the root of the file system. Skipped without them
even where CI=true, because no script of this project can install them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from conditions import ROOT

INFRA = ROOT / "templates" / "shop" / "infra"
REGISTRY = "registry.terraform.io"
AWS = Path(REGISTRY) / "hashicorp" / "aws"


def skip(reason):
    print(f"SKIP: {reason}")
    sys.exit(77)


def mirror():
    """https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories"""
    home, data = Path.home(), os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")
    shared = [Path(folder) for folder in (data, "/usr/local/share", "/usr/share")]
    implied = [home / ".terraform.d" / "plugins", *(folder / "terraform" / "plugins" for folder in shared)]
    near_root = [found.parent for depth in ("*", "*/*") for found in sorted(Path("/").glob(f"{depth}/{REGISTRY}"))]
    return next((folder for folder in [*implied, *near_root] if (folder / AWS).is_dir()), None)


def main():
    terraform, plugins = shutil.which("terraform"), mirror()
    if terraform is None:
        skip("terraform is not installed")
    if plugins is None:
        skip(f"no provider mirror with {AWS} is here")
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder) / "infra"
        shutil.copytree(INFRA, module, ignore=shutil.ignore_patterns(".terraform*"))
        configuration = Path(folder) / "terraform.rc"
        configuration.write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{plugins}" }}\n}}\n')
        sys.exit(check(terraform, module, configuration))


def check(terraform, module, configuration):
    """0 when every step passes; the first that does not says why."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    environment |= {"TF_CLI_CONFIG_FILE": str(configuration), "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
    steps = (
        ["fmt", "-check", "-recursive", "-diff"],
        ["init", "-backend=false", "-input=false"],
        ["validate"],
        ["test"],
    )
    for step in steps:
        print(f"terraform {' '.join(step)}", flush=True)
        color = [] if step[0] == "fmt" else ["-no-color"]
        result = subprocess.run([terraform, *step, *color], cwd=module, env=environment)
        if result.returncode != 0:
            return 1
    return 0


if __name__ == "__main__":
    main()
