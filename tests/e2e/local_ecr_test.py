# SPDX-License-Identifier: Apache-2.0
"""The local ECR: its API by boto3, its registry by hand (the rules of the OCI distribution specification that others let pass), by skopeo, and by
the local Lambda, which starts what was pushed."""
import base64
import hashlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

from local_aws import LocalAwsCase, main, scrubbed_environment, use_tools

BOOTSTRAP = os.path.abspath(sys.argv[2])
use_tools()
sys.argv.pop(2)

import oci_image  # noqa: E402 (after the interpreter was chosen)

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


class Ecr(LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ecr = cls.aws.client("ecr")
        cls.registry = cls.aws.document["registry"]
        cls.token = cls.ecr.get_authorization_token()["authorizationData"][0]

    def setUp(self):
        self.name = "team/" + self.id().rpartition(".")[2].replace("_", "-")
        self.ecr.create_repository(repositoryName=self.name)

    def http(self, method, path, body=b"", headers=None, token=None):
        connection = http.client.HTTPConnection(self.registry, timeout=30)
        authorization = "Basic " + (self.token["authorizationToken"] if token is None else token)
        connection.request(method, path, body, {"Authorization": authorization, **(headers or {})})
        answer = connection.getresponse()
        answer.content = answer.read()
        connection.close()
        return answer

    def code(self, answer):
        return answer.status, json.loads(answer.content)["errors"][0]["code"]

    def begin(self):
        answer = self.http("POST", f"/v2/{self.name}/blobs/uploads/")
        self.assertEqual(answer.status, 202)
        return answer.headers["Location"]

    def put_blob(self, content):
        digest = digest_of(content)
        answer = self.http("PUT", f"{self.begin()}?digest={digest}", content)
        self.assertEqual((answer.status, answer.headers["Docker-Content-Digest"]), (201, digest))
        return digest

    def manifest_of(self, *layers, config=b"{}"):
        def descriptor(content, media_type):
            return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}

        return json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": descriptor(config, "application/vnd.oci.image.config.v1+json"),
                "layers": [descriptor(layer, "application/vnd.oci.image.layer.v1.tar+gzip") for layer in layers],
            }
        ).encode()

    def put_image(self, tag="v1", layer=b"layer"):
        self.put_blob(b"{}")
        self.put_blob(layer)
        manifest = self.manifest_of(layer)
        answer = self.http("PUT", f"/v2/{self.name}/manifests/{tag}", manifest, {"Content-Type": MANIFEST})
        self.assertEqual(answer.status, 201, answer.content)
        return digest_of(manifest)


class Repositories(Ecr):
    def test_are_created_described_and_deleted(self):
        code, message, _ = self.refused(self.ecr.create_repository, repositoryName=self.name)
        self.assertEqual(code, "RepositoryAlreadyExistsException")
        self.assertEqual(message, f"The repository with name '{self.name}' already exists in the registry with id '000000000000'")
        described = self.ecr.describe_repositories(repositoryNames=[self.name])["repositories"][0]
        self.assertEqual(described["repositoryUri"], f"{self.registry}/{self.name}")
        self.put_image()
        self.assertEqual(self.refused(self.ecr.delete_repository, repositoryName=self.name)[0], "RepositoryNotEmptyException")
        self.ecr.delete_repository(repositoryName=self.name, force=True)
        code, message, _ = self.refused(self.ecr.describe_images, repositoryName=self.name)
        self.assertEqual(code, "RepositoryNotFoundException")
        self.assertEqual(self.code(self.http("GET", f"/v2/{self.name}/tags/list")), (404, "NAME_UNKNOWN"))

    def test_live_by_account_and_region(self):
        self.assertEqual(self.aws.client("ecr", region="eu-west-1").describe_repositories()["repositories"], [])
        elsewhere = self.aws.client("ecr", region="eu-west-1").get_authorization_token()["authorizationData"][0]["authorizationToken"]
        self.assertEqual(self.code(self.http("GET", f"/v2/{self.name}/tags/list", token=elsewhere)), (404, "NAME_UNKNOWN"))

    def test_pages_follow_each_other(self):
        for number in range(3):
            self.ecr.create_repository(repositoryName=f"page-{number}")
        pages = list(self.ecr.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 2}))
        names = [entry["repositoryName"] for page in pages for entry in page["repositories"]]
        self.assertGreater(len(pages), 1)
        self.assertEqual(names, sorted(names))
        self.assertIn("page-2", names)

    def test_settings_and_policies_are_kept(self):
        self.ecr.put_image_scanning_configuration(repositoryName=self.name, imageScanningConfiguration={"scanOnPush": True})
        self.ecr.tag_resource(resourceArn=self.arn(), tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
        self.ecr.untag_resource(resourceArn=self.arn(), tagKeys=["a"])
        self.assertEqual(self.ecr.list_tags_for_resource(resourceArn=self.arn())["tags"], [{"Key": "b", "Value": "2"}])
        self.assertEqual(self.refused(self.ecr.get_lifecycle_policy, repositoryName=self.name)[0], "LifecyclePolicyNotFoundException")
        selection = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14}
        policy = json.dumps({"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]})
        self.ecr.put_lifecycle_policy(repositoryName=self.name, lifecyclePolicyText=policy)
        self.assertEqual(self.ecr.get_lifecycle_policy(repositoryName=self.name)["lifecyclePolicyText"], policy)
        self.assertEqual(self.refused(self.ecr.get_repository_policy, repositoryName=self.name)[0], "RepositoryPolicyNotFoundException")
        self.ecr.set_repository_policy(repositoryName=self.name, policyText='{"Version":"2012-10-17","Statement":[]}')
        self.ecr.delete_repository_policy(repositoryName=self.name)
        described = self.ecr.describe_repositories(repositoryNames=[self.name])["repositories"][0]
        self.assertTrue(described["imageScanningConfiguration"]["scanOnPush"])

    def arn(self):
        return f"arn:aws:ecr:us-east-1:000000000000:repository/{self.name}"

    def test_what_is_not_served_is_refused_by_name(self):
        code, message, _ = self.refused(self.ecr.start_image_scan, repositoryName=self.name, imageId={"imageTag": "v1"})
        self.assertEqual((code, message), ("UnknownOperationException", "The local AWS does not serve ecr StartImageScan"))


class Images(Ecr):
    def test_immutable_tags_stay(self):
        digest = self.put_image()
        self.ecr.put_image_tag_mutability(repositoryName=self.name, imageTagMutability="IMMUTABLE")
        self.put_blob(b"other")
        other = self.manifest_of(b"other")
        answer = self.http("PUT", f"/v2/{self.name}/manifests/v1", other, {"Content-Type": MANIFEST})
        self.assertEqual(self.code(answer), (400, "TAG_INVALID"))
        code, _, _ = self.refused(self.ecr.put_image, repositoryName=self.name, imageManifest=other.decode(), imageTag="v1")
        self.assertEqual(code, "ImageTagAlreadyExistsException")
        self.assertEqual(self.ecr.describe_images(repositoryName=self.name)["imageDetails"][0]["imageDigest"], digest)
        filters = [{"filterType": "WILDCARD", "filter": "v*"}]
        self.ecr.put_image_tag_mutability(
            repositoryName=self.name, imageTagMutability="IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters=filters
        )
        self.assertEqual(self.http("PUT", f"/v2/{self.name}/manifests/v1", other, {"Content-Type": MANIFEST}).status, 201)

    def test_are_put_got_and_deleted_by_the_api(self):
        self.put_image()
        batch = self.ecr.batch_get_image(repositoryName=self.name, imageIds=[{"imageTag": "v1"}, {"imageTag": "no"}, {}])
        self.assertEqual([failure["failureCode"] for failure in batch["failures"]], ["ImageNotFound", "MissingDigestAndTag"])
        image = batch["images"][0]
        put = {"repositoryName": self.name, "imageManifest": image["imageManifest"]}
        self.ecr.put_image(**put, imageTag="v2")
        self.assertEqual(self.refused(self.ecr.put_image, **put, imageTag="v2")[0], "ImageAlreadyExistsException")
        wrong = digest_of(b"wrong")
        self.assertEqual(self.refused(self.ecr.put_image, **put, imageDigest=wrong)[0], "ImageDigestDoesNotMatchException")
        deleted = self.ecr.batch_delete_image(repositoryName=self.name, imageIds=[{"imageTag": "v1"}])
        self.assertEqual([entry["imageTag"] for entry in deleted["imageIds"]], ["v1"])
        self.assertEqual(self.ecr.describe_images(repositoryName=self.name)["imageDetails"][0]["imageTags"], ["v2"])
        self.ecr.batch_delete_image(repositoryName=self.name, imageIds=[{"imageDigest": image["imageId"]["imageDigest"]}])
        self.assertEqual(self.ecr.list_images(repositoryName=self.name)["imageIds"], [])
        code, message, _ = self.refused(self.ecr.describe_images, repositoryName=self.name, imageIds=[{"imageTag": "v2"}])
        self.assertEqual(code, "ImageNotFoundException")
        self.assertIn("{imageDigest:'null', imageTag:'v2'}", message)

    def test_need_every_blob_and_true_documents(self):
        path = f"/v2/{self.name}/manifests/v1"
        missing = self.manifest_of(b"is not there")
        self.assertEqual(self.code(self.http("PUT", path, missing, {"Content-Type": MANIFEST})), (400, "MANIFEST_BLOB_UNKNOWN"))
        code, message, _ = self.refused(self.ecr.put_image, repositoryName=self.name, imageManifest=missing.decode())
        self.assertEqual(code, "LayersNotFoundException")
        self.assertIn(digest_of(b"is not there"), message)
        self.assertEqual(self.code(self.http("PUT", path, b"{", {"Content-Type": MANIFEST})), (400, "MANIFEST_INVALID"))
        other_type = {"Content-Type": "application/vnd.docker.distribution.manifest.v2+json"}
        self.put_image()
        self.assertEqual(self.code(self.http("PUT", path, self.manifest_of(b"layer"), other_type)), (400, "MANIFEST_INVALID"))
        by_digest = f"/v2/{self.name}/manifests/{digest_of(b'another')}"
        answer = self.http("PUT", by_digest, self.manifest_of(b"layer"), {"Content-Type": MANIFEST})
        self.assertEqual(self.code(answer), (400, "DIGEST_INVALID"))
        index = json.dumps({"schemaVersion": 2, "manifests": [{"digest": digest_of(b"x"), "size": 1}]}).encode()
        answer = self.http("PUT", path, index, {"Content-Type": "application/vnd.oci.image.index.v1+json"})
        self.assertEqual(self.code(answer), (400, "MANIFEST_BLOB_UNKNOWN"))

    def test_are_read_by_tag_and_by_digest(self):
        digest = self.put_image()
        for version in ("v1", digest):
            answer = self.http("GET", f"/v2/{self.name}/manifests/{version}")
            self.assertEqual((digest_of(answer.content), answer.headers["Content-Type"]), (digest, MANIFEST))
            head = self.http("HEAD", f"/v2/{self.name}/manifests/{version}")
            self.assertEqual((head.headers["Docker-Content-Digest"], head.headers["Content-Length"]), (digest, str(len(answer.content))))
        self.assertEqual(self.code(self.http("GET", f"/v2/{self.name}/manifests/none")), (404, "MANIFEST_UNKNOWN"))
        for tag in ("b", "a", "c"):
            self.http("PUT", f"/v2/{self.name}/manifests/{tag}", self.manifest_of(b"layer"), {"Content-Type": MANIFEST})
        listed = self.http("GET", f"/v2/{self.name}/tags/list?n=2")
        self.assertEqual(json.loads(listed.content)["tags"], ["a", "b"])
        following = listed.headers["Link"].partition(">")[0].strip("<")
        self.assertEqual(json.loads(self.http("GET", following).content)["tags"], ["c", "v1"])


    def test_referrers_are_listed_by_their_subject(self):
        digest = self.put_image()
        manifest = json.loads(self.manifest_of(b"layer"))
        manifest["artifactType"] = "application/vnd.example.sbom"
        manifest["subject"] = {"mediaType": MANIFEST, "digest": digest, "size": 1}
        content = json.dumps(manifest).encode()
        put = self.http("PUT", f"/v2/{self.name}/manifests/{digest_of(content)}", content, {"Content-Type": MANIFEST})
        self.assertEqual((put.status, put.headers["OCI-Subject"]), (201, digest))
        listed = json.loads(self.http("GET", f"/v2/{self.name}/referrers/{digest}").content)
        self.assertEqual([(each["digest"], each["artifactType"]) for each in listed["manifests"]], [(digest_of(content), manifest["artifactType"])])
        other = self.http("GET", f"/v2/{self.name}/referrers/{digest}?artifactType=application/vnd.example.other")
        self.assertEqual((json.loads(other.content)["manifests"], other.headers["OCI-Filters-Applied"]), ([], "artifactType"))
        self.assertEqual(json.loads(self.http("GET", f"/v2/{self.name}/referrers/{digest_of(b'none')}").content)["manifests"], [])


class Uploads(Ecr):
    def test_chunks_come_in_order_and_are_counted(self):
        location = self.begin()
        content = bytes(range(256)) * 40
        first = self.http("PATCH", location, content[:1000], {"Content-Range": "0-999"})
        self.assertEqual((first.status, first.headers["Range"]), (202, "0-999"))
        for wrong in ("0-999", "1001-1002", "999-1000", "bytes 1000-1001", "x"):
            with self.subTest(wrong):
                refused = self.http("PATCH", location, b"xx", {"Content-Range": wrong})
                self.assertEqual((refused.status, refused.headers["Range"]), (416, "0-999"))
        status = self.http("GET", location)
        self.assertEqual((status.status, status.headers["Range"]), (204, "0-999"))
        rest = {"Content-Range": f"1000-{len(content) - 1}"}
        done = self.http("PUT", f"{location}?digest={digest_of(content)}", content[1000:], rest)
        self.assertEqual(done.status, 201, done.content)
        self.assertEqual(self.code(self.http("GET", location)), (404, "BLOB_UPLOAD_UNKNOWN"))
        path = f"/v2/{self.name}/blobs/{digest_of(content)}"
        self.assertEqual(self.http("GET", path).content, content)
        part = self.http("GET", path, headers={"Range": "bytes=10-19"})
        self.assertEqual((part.status, part.headers["Content-Range"], part.content), (206, f"bytes 10-19/{len(content)}", content[10:20]))
        self.assertEqual(self.http("GET", path, headers={"Range": "bytes=99999999-"}).status, 416)
        self.assertEqual(self.http("HEAD", path).headers["Content-Length"], str(len(content)))

    def test_what_a_lost_connection_brought_is_kept(self):
        location = self.begin()
        connection = http.client.HTTPConnection(self.registry)
        connection.putrequest("PUT", f"{location}?digest={digest_of(b'x' * 5000)}")
        connection.putheader("Authorization", "Basic " + self.token["authorizationToken"])
        connection.putheader("Content-Length", "5000")
        connection.endheaders(b"x" * 3000)
        connection.close()
        deadline = time.monotonic() + 30
        while self.http("GET", location).headers["Range"] != "0-2999":
            self.assertLess(time.monotonic(), deadline)
        done = self.http("PUT", f"{location}?digest={digest_of(b'x' * 5000)}", b"x" * 2000, {"Content-Range": "3000-4999"})
        self.assertEqual(done.status, 201)

    def test_a_wrong_digest_is_refused_and_leaves_nothing(self):
        location = self.begin()
        self.assertEqual(self.code(self.http("PUT", f"{location}?digest={digest_of(b'other')}", b"bytes")), (400, "DIGEST_INVALID"))
        self.assertEqual(self.code(self.http("PUT", f"{self.begin()}?digest=sha512:00", b"bytes")), (400, "DIGEST_INVALID"))
        self.assertEqual(self.http("HEAD", f"/v2/{self.name}/blobs/{digest_of(b'other')}").status, 404)
        self.assertEqual(self.code(self.http("GET", location)), (404, "BLOB_UPLOAD_UNKNOWN"))

    def test_one_request_and_cancelling(self):
        content = b"at once"
        answer = self.http("POST", f"/v2/{self.name}/blobs/uploads/?digest={digest_of(content)}", content)
        self.assertEqual(answer.status, 201)
        location = self.begin()
        self.assertEqual(self.http("DELETE", location).status, 204)
        self.assertEqual(self.http("GET", location).status, 404)

    def test_a_mount_needs_the_setting_and_an_image(self):
        source, self.name = self.name, self.name + "/copy"
        self.ecr.create_repository(repositoryName=self.name)
        copy, self.name = self.name, source
        self.put_blob(b"loose")
        self.put_image(layer=b"held")

        def mounted(content):
            return self.http("POST", f"/v2/{copy}/blobs/uploads/?mount={digest_of(content)}&from={source}").status

        self.assertEqual(self.ecr.get_account_setting(name="BLOB_MOUNTING")["value"], "DISABLED")
        self.assertEqual(mounted(b"held"), 202)
        self.ecr.put_account_setting(name="BLOB_MOUNTING", value="ENABLED")
        self.addCleanup(self.ecr.put_account_setting, name="BLOB_MOUNTING", value="DISABLED")
        self.assertEqual((mounted(b"held"), mounted(b"loose")), (201, 202))
        self.assertEqual(self.http("HEAD", f"/v2/{copy}/blobs/{digest_of(b'held')}").status, 200)

    def test_parts_by_the_api(self):
        first, second = os.urandom(5 << 20), b"the end"
        upload = self.ecr.initiate_layer_upload(repositoryName=self.name)
        part = {"repositoryName": self.name, "uploadId": upload["uploadId"]}
        last = len(first) - 1
        self.ecr.upload_layer_part(**part, partFirstByte=0, partLastByte=last, layerPartBlob=first)
        code, message, _ = self.refused(self.ecr.upload_layer_part, **part, partFirstByte=0, partLastByte=last, layerPartBlob=first)
        self.assertEqual(code, "InvalidLayerPartException")
        self.assertIn(str(len(first)), message)
        received = self.ecr.upload_layer_part(
            **part, partFirstByte=len(first), partLastByte=len(first) + len(second) - 1, layerPartBlob=second
        )
        self.assertEqual(received["lastByteReceived"], len(first) + len(second) - 1)
        digest = digest_of(first + second)
        self.assertEqual(self.ecr.complete_layer_upload(**part, layerDigests=[digest])["layerDigest"], digest)
        checked = self.ecr.batch_check_layer_availability(repositoryName=self.name, layerDigests=[digest, digest_of(b"no"), "bad"])
        self.assertEqual([layer["layerAvailability"] for layer in checked["layers"]], ["AVAILABLE", "UNAVAILABLE"])
        self.assertEqual(checked["failures"][0]["failureCode"], "InvalidLayerDigest")
        url = self.ecr.get_download_url_for_layer(repositoryName=self.name, layerDigest=digest)["downloadUrl"]
        with urllib.request.urlopen(url) as answer:
            self.assertEqual(digest_of(answer.read()), digest)


class Doors(Ecr):
    def test_only_a_token_of_this_ecr_opens(self):
        for token in ("", base64.b64encode(b"AWS:wrong").decode(), base64.b64encode(b"test:test").decode()):
            answer = self.http("GET", "/v2/", token=token)
            self.assertEqual(answer.status, 401)
            self.assertTrue(answer.headers["WWW-Authenticate"].startswith("Basic realm="))
        self.assertEqual(self.http("GET", "/v2/").status, 200)

    def test_what_was_pushed_outlives_a_restart(self):
        digest = self.put_image()
        location = self.begin()
        self.http("PATCH", location, b"half of ")
        self.aws.down()
        self.aws.up()
        type(self).registry = self.aws.document["registry"]
        type(self).ecr = self.aws.client("ecr")
        self.assertEqual(self.http("HEAD", f"/v2/{self.name}/manifests/v1").headers["Docker-Content-Digest"], digest)
        self.assertEqual(self.http("PUT", f"{location}?digest={digest_of(b'half of it')}", b"it").status, 201)

    def test_skopeo_copies_both_families_in_and_out(self):
        if not shutil.which("skopeo"):
            self.skipTest("skopeo is not installed")
        folder = tempfile.mkdtemp(prefix="davit-test-")
        self.addCleanup(shutil.rmtree, folder)
        oci_image.write_layout(folder + "/in", [oci_image.layer({"a": os.urandom(200_000)})], {"Entrypoint": ["/a"]})
        login = "AWS:" + base64.b64decode(self.token["authorizationToken"]).decode().partition(":")[2]

        def skopeo(*arguments):
            done = subprocess.run(["skopeo", *arguments], env=scrubbed_environment(), capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)

        for form in ("oci", "v2s2"):
            image = f"docker://{self.registry}/{self.name}:{form}"
            skopeo("copy", "--format", form, "--dest-tls-verify=false", "--dest-creds", login, f"oci:{folder}/in:latest", image)
            skopeo("copy", "--src-tls-verify=false", "--src-creds", login, image, f"dir:{folder}/{form}")

    def test_lambda_starts_what_was_pushed(self):
        folder = tempfile.mkdtemp(prefix="davit-test-")
        self.addCleanup(shutil.rmtree, folder)
        digest = oci_image.bootstrap_image(folder, BOOTSTRAP)

        def read(name):
            with open(os.path.join(folder, "blobs", "sha256", name[7:]), "rb") as file:
                return file.read()

        manifest = read(digest)
        document = json.loads(manifest)
        for blob in (document["config"], *document["layers"]):
            self.put_blob(read(blob["digest"]))
        self.http("PUT", f"/v2/{self.name}/manifests/v1", manifest, {"Content-Type": MANIFEST})
        functions = self.aws.client("lambda")
        uri = f"{self.registry}/{self.name}:v1"
        settings = {"PackageType": "Image", "Role": "arn:aws:iam::000000000000:role/r", "FunctionName": "pushed"}
        functions.create_function(Code={"ImageUri": uri}, **settings)
        code = functions.get_function(FunctionName="pushed")["Code"]
        self.assertEqual(code["ImageUri"], uri)
        self.assertEqual(code["ResolvedImageUri"], f"{self.registry}/{self.name}@{digest}")
        self.assertEqual(functions.invoke(FunctionName="pushed", Payload=b"{}")["StatusCode"], 200)
        functions.update_function_code(FunctionName="pushed", ImageUri=f"{self.registry}/{self.name}@{digest}")
        for wrong in (f"{self.registry}/{self.name}:none", "docker.io/library/nginx:1"):
            code, message, _ = self.refused(functions.update_function_code, FunctionName="pushed", ImageUri=wrong)
            self.assertEqual(code, "InvalidParameterValueException")
            self.assertIn(f"Source image {wrong}", message)


if __name__ == "__main__":
    main()
