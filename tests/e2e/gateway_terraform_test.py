# SPDX-License-Identifier: Apache-2.0
"""Terraform's AWS provider makes, changes and destroys APIs of the local AWS, sees no difference in between, and they answer.

Needs terraform and a provider mirror (tests/templates/shop_infra_test.py says where). Skipped without them even where CI=true, because no
script of this project can install them."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import local_aws

local_aws.use_tools()  # starts this script anew, with all its arguments
import gateway_case

gateway_case.GatewayCase.BOOTSTRAP = os.path.abspath(sys.argv.pop(2))
MODULE = Path(__file__).resolve().parent / "gateway_terraform" / "main.tf"
AWS = Path("registry.terraform.io") / "hashicorp" / "aws"
POOL = "us-east-1_Ab12Cd34E"


def mirror():
    implied = [Path.home() / ".terraform.d" / "plugins", *(Path(folder) / "terraform" / "plugins" for folder in ("/usr/local/share", "/usr/share"))]
    near_root = [found.parent for depth in ("*", "*/*") for found in sorted(Path("/").glob(f"{depth}/registry.terraform.io"))]
    return next((folder for folder in [*implied, *near_root] if (folder / AWS).is_dir()), None)


class Terraform(gateway_case.GatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix="davit-terraform-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        shutil.copy(MODULE, cls.folder)
        (cls.folder / "rc").write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{mirror()}" }}\n}}\n')
        cls.terraform("init", "-input=false")
        cls.rest = cls.aws.client("apigateway")

    @classmethod
    def terraform(cls, verb, *flags):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
        environment |= {"TF_CLI_CONFIG_FILE": str(cls.folder / "rc"), "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
        if verb != "init":
            environment |= {"TF_VAR_endpoint": cls.aws.document["endpoint"], "TF_VAR_function_arn": cls.arn}
        finished = subprocess.run(["terraform", verb, "-no-color", *flags], cwd=cls.folder, env=environment, capture_output=True, text=True)
        if finished.returncode != 0:
            raise AssertionError(f"terraform {verb} {flags}: {finished.returncode}\n{finished.stdout[-3000:]}{finished.stderr[-3000:]}")

    def mint(self, **claims):
        now = int(time.time())
        usual = {"sub": "u-1", "iss": f"https://cognito-idp.us-east-1.amazonaws.com/{POOL}", "iat": now, "exp": now + 600}
        command = [self.DAVIT, "jwt", "mint", "--key", os.path.join(self.aws.document["state"], "user-pools", f"{POOL}.jwk"), "--claims", "-"]
        return subprocess.run(command, input=json.dumps({**usual, **claims}), capture_output=True, text=True, check=True).stdout.strip()

    def assert_answers(self, colour):
        """The REST API at the gateway's own port, where it was made first or found by its id."""
        api = self.rest.get_rest_apis()["items"][0]
        host = f"{api['id']}.execute-api.localhost"
        ask = lambda method, path, *headers: self.call(method, path, headers=list(headers), host=host)
        status, headers, body = ask("OPTIONS", f"/prod/items-{colour}")
        self.assertEqual((status, dict(headers)["access-control-allow-origin"], body), (200, f"https://{colour}.example", b""))
        status, headers, body = ask("GET", f"/prod/items-{colour}")
        self.assertEqual((status, dict(headers)["access-control-allow-origin"], body), (401, "*", b'{"error":"Unauthorized"}'))
        token = self.mint(token_use="access", client_id="c", scope=f"shop/{colour}")
        status, _, body = ask("GET", f"/prod/items-{colour}", ("Authorization", token), ("X-Wrap", "1"))
        self.assertEqual((status, json.loads(body)["requestContext"]["authorizer"]["claims"]["sub"]), (200, "u-1"))
        status, _, body = ask("POST", f"/prod/items-{colour}/a/b", ("X-Wrap", "1"))
        event = json.loads(body)
        self.assertEqual((status, event["pathParameters"], event["stageVariables"]), (200, {"proxy": "a/b"}, {"colour": colour}))
        http_api = self.apis.get_apis()["Items"][0]["ApiId"]
        bearer = ("Authorization", f"Bearer {self.mint(aud=colour)}")
        status, _, body = self.call("GET", f"/{colour}", headers=[bearer], host=f"{http_api}.execute-api.localhost")
        self.assertEqual(status, 200, body)

    def test_a_life(self):
        for colour in ("blue", "green"):
            variables = ("-input=false", "-var", f"colour={colour}")
            self.terraform("apply", "-auto-approve", *variables)
            self.terraform("plan", "-detailed-exitcode", *variables)
            self.assert_answers(colour)
        self.terraform("destroy", "-auto-approve", *variables)
        self.assertEqual((self.rest.get_rest_apis()["items"], self.apis.get_apis()["Items"]), ([], []))


if __name__ == "__main__":
    if shutil.which("terraform") is None or mirror() is None:
        print(f"SKIP: terraform, or a provider mirror with {AWS}, is not here")
        sys.exit(77)
    local_aws.main()
