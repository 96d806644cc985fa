# SPDX-License-Identifier: Apache-2.0
"""The way of an image, from a project whose image is built: through the gate, to Debian's docker-registry and the local ECR, back by tools that others
wrote, and from the ECR into the local Lambda, which answers over a function URL and `invoke`."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import urllib.request

from local_aws import scrubbed_environment
from registry_servers import DockerRegistry, check_whole

ROLE = "arn:aws:iam::000000000000:role/app"


class ImageJourney:
    """`davit` runs davit in the project's folder and gives its document; `client` makes boto3 clients of its local AWS, which `local` describes."""

    def __init__(self, case, davit, client, local):
        self.case, self.davit, self.client, self.local = case, davit, client, local

    def check(self):
        checked = self.davit("image", "check", "--env", "local")
        self.case.assertEqual([finding for finding in checked["findings"] if finding["severity"] == "error"], [])
        return checked

    def push_to_docker_registry(self, repository):
        registry = DockerRegistry()
        self.case.addCleanup(registry.close)
        push = ("image", "push", f"{registry.host}/{repository}:v1", "--image", "oci:.davit/image:local")
        pushed = self.davit(*push)
        self.case.assertTrue(pushed["changed"])
        self.case.assertFalse(self.davit(*push)["changed"])
        self.read_back(f"{registry.host}/{repository}:v1", None, pushed["digest"])
        return pushed["digest"]

    def push_to_ecr(self):
        """The reference by digest."""
        pushed = self.davit("image", "push", "--env", "local", "--create-repository")
        token = self.client("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]
        self.read_back(pushed["image"], base64.b64decode(token).decode(), pushed["digest"])
        self.case.assertTrue(pushed["image"].startswith(self.local["registry"] + "/"))
        return pushed["image"], pushed["digest"]

    def read_back(self, reference, login, digest):
        check_whole(reference, login, digest)
        folder = tempfile.mkdtemp(prefix="davit-read-")
        self.case.addCleanup(shutil.rmtree, folder, True)
        credentials = ["--src-creds", login] if login else []
        self.run("skopeo", "copy", "--src-tls-verify=false", *credentials, f"docker://{reference}", f"oci:{folder}/layout:v1")
        self.run("umoci", "unpack", "--rootless", "--image", f"{folder}/layout:v1", f"{folder}/bundle")
        self.case.assertTrue(os.listdir(f"{folder}/bundle/rootfs/var/task"))
        if shutil.which("crane"):
            self.read_back_with_crane(reference, login, digest, folder)

    def read_back_with_crane(self, reference, login, digest, folder):
        if login:
            encoded = base64.b64encode(login.encode()).decode()
            with open(f"{folder}/config.json", "w", encoding="utf-8") as file:
                json.dump({"auths": {reference.partition("/")[0]: {"auth": encoded}}}, file)
        self.case.assertEqual(self.run("crane", "digest", "--insecure", reference, DOCKER_CONFIG=folder).strip(), digest)
        self.run("crane", "validate", "--insecure", "--remote", reference, DOCKER_CONFIG=folder)

    def run(self, *command, **variables):
        finished = subprocess.run(command, env=scrubbed_environment(variables), capture_output=True, text=True, timeout=120)
        self.case.assertEqual(finished.returncode, 0, f"{' '.join(command)}: {finished.stderr}")
        return finished.stdout

    def run_in_lambda(self, name, image, digest, **settings):
        """A function of the image in the ECR, and its URL."""
        functions = self.client("lambda")
        functions.create_function(FunctionName=name, Role=ROLE, PackageType="Image", Code={"ImageUri": image}, **settings)
        self.case.addCleanup(functions.delete_function, FunctionName=name)
        self.case.assertTrue(functions.get_function(FunctionName=name)["Code"]["ResolvedImageUri"].endswith(digest))
        return functions.create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]

    def answers(self, name, url, path):
        """What `invoke` and each URL answer to one GET."""
        invoked = self.davit("invoke", name, "GET", path, "--env", "local")
        self.case.assertEqual((invoked["status"], invoked["functionError"]), (200, None))
        bodies = []
        for base in (url, self.local["gateway"]):
            with urllib.request.urlopen(base.rstrip("/") + path, timeout=60) as response:
                self.case.assertEqual(response.status, 200)
                bodies.append(json.loads(response.read()))
        return [invoked["payload"], *bodies]
