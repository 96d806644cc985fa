# SPDX-License-Identifier: Apache-2.0
"""davit image scan against moto_server's ECR, whose findings are set for each case."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest
import urllib.request

from local_aws import LocalAwsCase, main, scrubbed_environment, skip, use_tools

use_tools()

from table_servers import Moto, have_moto  # noqa: E402 (after the interpreter was chosen)

if not have_moto():
    skip("moto_server is not there (scripts/test-tools)")

MANIFEST = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 2, "digest": "sha256:" + "0" * 64},
    "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": 2, "digest": "sha256:" + "1" * 64}],
}


def finding(name, severity, package="openssl"):
    attributes = [{"key": "package_name", "value": package}, {"key": "package_version", "value": "1.0"}]
    return {"name": name, "severity": severity, "uri": "https://example.com/" + name, "attributes": attributes}


class Scan(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.moto = Moto()
        cls.addClassCleanup(cls.moto.close)

    def setUp(self):
        import boto3

        self.folder = tempfile.mkdtemp(prefix="davit-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        self.ecr = boto3.client("ecr", endpoint_url=self.moto.endpoint, **keys)
        self.name = self.id().rpartition(".")[2].replace("_", "-")
        self.ecr.create_repository(repositoryName=self.name)
        self.version = 0
        with open(os.path.join(self.folder, "davit.yaml"), "w", encoding="utf-8") as file:
            file.write(f"name: shop\nregion: us-east-1\nimage: {{repository: {self.name}}}\n")

    def found(self, *findings, status="COMPLETE", more=None):
        """A further image with these findings: moto keeps the first that it was told of each."""
        self.version += 1
        manifest = {**MANIFEST, "annotations": {"number": str(self.version)}}
        self.ecr.put_image(repositoryName=self.name, imageManifest=json.dumps(manifest), imageTag=f"v{self.version}")
        result = {
            "registryId": "000000000000",
            "repositoryName": self.name,
            "imageId": {"imageTag": f"v{self.version}"},
            "imageScanStatus": {"status": status, "description": "as the test says"},
            "imageScanFindings": {"findings": list(findings), "imageScanCompletedAt": 1700000000, **(more or {})},
        }
        body = json.dumps({"results": [result]}).encode()
        request = urllib.request.Request(self.moto.endpoint + "/moto-api/static/ecr/scan-finding-results", body, method="POST")
        urllib.request.urlopen(request).close()

    def allow(self, *lines):
        path = os.path.join(self.folder, "allow.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return path

    def scan(self, *flags, code=0):
        words = [LocalAwsCase.DAVIT, "image", "scan", f":v{self.version or 1}", *flags, "-o", "json", "--endpoint-url", self.moto.endpoint]
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        done = subprocess.run(words, cwd=self.folder, env=scrubbed_environment(keys), capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, (done.stdout, done.stderr))
        return (json.loads(done.stdout) if done.stdout else None), done.stderr

    def verdicts(self, document):
        return {each["id"]: each["verdict"] for each in document["findings"]}

    def test_gates_by_severity(self):
        self.found(finding("CVE-1", "LOW"), finding("CVE-2", "HIGH"), finding("CVE-3", "CRITICAL"), finding("CVE-4", "UNDEFINED"))
        planned, _ = self.scan("--dry-run")
        self.assertEqual(planned["steps"][0]["action"], "run")
        document, error = self.scan(code=1)
        self.assertEqual([each["id"] for each in document["findings"]], ["CVE-3", "CVE-2", "CVE-1", "CVE-4"])
        self.assertEqual((document["blocking"], document["counts"]["HIGH"]), (2, 1))
        self.assertEqual(document["findings"][0]["package"], "openssl")
        self.assertIn("has 2 findings of severity HIGH or worse", error)
        self.assertEqual(self.scan("--fail-on", "CRITICAL", code=1)[0]["blocking"], 1)
        self.assertEqual(self.scan("--fail-on", "LOW", code=1)[0]["blocking"], 4)
        self.assertEqual(self.scan("--fail-on", "NONE")[0]["blocking"], 0)
        self.assertEqual(self.scan("--dry-run")[0]["steps"][0]["action"], "skip")

    def test_allowances_end(self):
        self.found(finding("CVE-1", "HIGH"), finding("CVE-2", "HIGH", "zlib"), finding("CVE-3", "HIGH"))
        entries = [
            '- {id: CVE-1, reason: "no TLS is spoken", expires: 2999-12-31}',
            '- {id: CVE-2, reason: "not reached", expires: 2999-12-31, package: zlib}',
            '- {id: CVE-3, reason: "mended next week", expires: 2020-01-01}',
            '- {id: CVE-9, reason: "gone", expires: 2999-12-31}',
        ]
        document, _ = self.scan("--allow", self.allow(*entries), code=1)
        self.assertEqual(self.verdicts(document), {"CVE-1": "allowed", "CVE-2": "allowed", "CVE-3": "expired"})
        self.assertEqual(document["findings"][0]["allowance"]["reason"], "no TLS is spoken")
        self.assertEqual([each["id"] for each in document["unusedAllowances"]], ["CVE-9"])
        self.found(finding("CVE-1", "HIGH"), finding("CVE-2", "HIGH", "another"))
        document, _ = self.scan("--allow", self.allow(*entries), code=1)
        self.assertEqual(self.verdicts(document), {"CVE-1": "allowed", "CVE-2": "blocks"})

    def test_an_allow_list_explains_itself(self):
        wrong = self.allow("- {id: CVE-1, reason: x}", "- {id: CVE-2, expires: soon, reason: y}", "- {id: CVE-3, reason: z, expires: 2030-01-01, sinse: 1}", "- CVE-4")
        _, error = self.scan("--allow", wrong, code=2)
        problems = [f"{each['line']}: {each['message']}" for each in json.loads(error)["error"]["diagnostics"]]
        self.assertEqual(problems[0], "1: the entry has no expires")
        self.assertEqual(problems[1], '2: "soon" is no day')
        self.assertEqual(problems[2], '3: unknown key "sinse"')
        self.assertIn("4: an entry is a map of id, reason and expires", problems[3])

    def test_what_is_no_clean_image(self):
        self.found(status="FAILED")
        self.assertIn("was not scanned: FAILED, as the test says", self.scan(code=1)[1])
        self.found(status="IN_PROGRESS")
        self.assertIn("is not over: IN_PROGRESS", self.scan("--timeout", "200ms", code=6)[1])

    def test_findings_of_enhanced_scans(self):
        enhanced = {"severity": "HIGH", "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-7", "vulnerablePackages": [{"name": "pip", "version": "9"}]}}
        self.found(status="ACTIVE", more={"enhancedFindings": [enhanced]})
        document, _ = self.scan(code=1)
        self.assertEqual((document["findings"][0]["id"], document["findings"][0]["package"]), ("CVE-7", "pip"))


if __name__ == "__main__":
    main()
