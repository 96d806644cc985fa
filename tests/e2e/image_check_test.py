# SPDX-License-Identifier: Apache-2.0
"""`davit image check`: images that Lambda would refuse, one mistake each, written without davit; and images that others' tools wrote.

usage: image_check_test.py DAVIT"""
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

import oci_image
from elf_file import elf
from local_aws import scrubbed_environment

DAVIT = os.path.abspath(sys.argv[1])
OCI, DOCKER = "application/vnd.oci.image.", "application/vnd.docker."
LIBC = b"GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n"
HANDLER = b"def handler(event, context):\n    return 1\n"


def python_files(**changes):
    """The files of a good Python image; a value of None takes one away."""
    files = {
        "usr/bin/python3.11": (elf(interpreter="/lib64/ld-linux-x86-64.so.2", needs=["libc.so.6"], glibc="GLIBC_2.34"), 0o755),
        "usr/bin/python3": "->python3.11",
        "lib64/ld-linux-x86-64.so.2": (elf(), 0o755),
        "lib/libc.so.6": (LIBC, 0o755),
        "var/task": None,
        "var/task/awslambdaric/__init__.py": b"",
        "var/task/runtime_client.cpython-311-x86_64-linux-gnu.so": (elf(needs=["libc.so.6"], glibc="GLIBC_2.17"), 0o755),
        "var/task/app.py": HANDLER,
    }
    for path, entry in changes.pop("files", {}).items():
        files[path] = entry
    return {path: entry for path, entry in files.items() if entry is not False}


GOOD = {"Entrypoint": ["/usr/bin/python3.11", "-m", "awslambdaric"], "Cmd": ["app.handler"], "WorkingDir": "/var/task"}


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="davit-check-"))
        self.addCleanup(shutil.rmtree, self.folder, True)

    def davit(self, *arguments):
        return subprocess.run([DAVIT, "image", "check", *arguments], cwd=self.folder, env=scrubbed_environment(), capture_output=True, text=True, timeout=60)

    def check(self, *arguments):
        finished = self.davit("oci:image", "-o", "json", *arguments)
        self.assertIn(finished.returncode, (0, 1), finished.stderr)
        document = json.loads(finished.stdout)
        self.assertEqual(document["refused"], finished.returncode == 1)
        for finding in document["findings"]:
            self.assertTrue(finding["message"] and finding["cure"], finding)
        return document["findings"]

    def ids(self, *arguments):
        return [(finding["severity"], finding["id"], finding["file"]) for finding in self.check(*arguments)]

    def write(self, files=None, config=None, layers=None, **options):
        shutil.rmtree(self.folder / "image", True)
        config = {key: value for key, value in {**GOOD, **(config or {})}.items() if value is not None}
        archives = layers or [oci_image.layer(python_files(files=files or {}))]
        return oci_image.write_layout(str(self.folder / "image"), archives, config, **options)

    def blob(self, digest):
        return self.folder / "image/blobs/sha256" / digest.removeprefix("sha256:")

    def put(self, content, media_type):
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        self.blob(digest).write_bytes(content)
        return {"mediaType": media_type, "digest": digest, "size": len(content)}

    def name(self, descriptor):
        index = self.folder / "image/index.json"
        descriptor = {**descriptor, "annotations": {"org.opencontainers.image.ref.name": "latest"}}
        index.write_text(json.dumps({"schemaVersion": 2, "manifests": [descriptor]}))

    def change_manifest(self, change, media_type=OCI + "manifest.v1+json"):
        digest = json.loads((self.folder / "image/index.json").read_text())["manifests"][0]["digest"]
        manifest = json.loads(self.blob(digest).read_text())
        change(manifest)
        manifest["mediaType"] = media_type
        self.name(self.put(json.dumps(manifest).encode(), media_type))


class Documents(Case):
    def test_a_good_image_has_no_finding(self):
        self.write()
        self.assertEqual(self.ids(), [])
        self.assertEqual(self.ids("--architecture", "x86_64"), [])

    def test_an_index(self):
        digest = self.write()
        manifest = {"mediaType": OCI + "manifest.v1+json", "digest": digest, "size": self.blob(digest).stat().st_size}
        entries = [{**manifest, "platform": {"os": "linux", "architecture": "amd64"}}, {**manifest, "platform": {"os": "unknown", "architecture": "unknown"}}]
        index = self.put(json.dumps({"schemaVersion": 2, "manifests": entries}).encode(), OCI + "index.v1+json")
        self.name(index)
        self.assertEqual(self.ids(), [("refusal", "manifest-index", index["digest"])])
        self.assertIn("--provenance=false", self.check()[0]["cure"])

    def test_layer_media_types(self):
        for suffix in ("layer.v1.tar+zstd", "layer.v1.tar", "layer.nondistributable.v1.tar+gzip"):
            self.write()
            self.change_manifest(lambda manifest: manifest["layers"][0].update(mediaType=OCI + suffix))
            if suffix == "layer.v1.tar":
                # Lambda refuses it; what is in it is looked at all the same.
                self.change_manifest(lambda manifest: manifest["layers"].__setitem__(0, self.put(gzip.decompress(self.blob(manifest["layers"][0]["digest"]).read_bytes()), OCI + suffix)))
            self.assertEqual([entry[:2] for entry in self.ids()], [("refusal", "layer-media-type")], suffix)

    def test_dockers_family_throughout_is_taken_and_a_mix_is_not(self):
        self.write()

        def docker(manifest):
            manifest["config"]["mediaType"] = DOCKER + "container.image.v1+json"
            manifest["layers"][0]["mediaType"] = DOCKER + "image.rootfs.diff.tar.gzip"

        self.change_manifest(docker, DOCKER + "distribution.manifest.v2+json")
        self.assertEqual(self.ids(), [])
        self.change_manifest(docker)
        self.assertEqual([entry[1] for entry in self.ids()], ["media-type-family"])

    def test_other_artifacts(self):
        self.write()
        self.change_manifest(lambda manifest: manifest["config"].update(mediaType="application/vnd.cncf.helm.config.v1+json"))
        self.assertEqual([entry[1] for entry in self.ids()], ["config-media-type"])
        self.write()
        self.change_manifest(lambda manifest: None, DOCKER + "distribution.manifest.v1+prettyjws")
        self.assertEqual([entry[1] for entry in self.ids()], ["manifest-media-type"])

    def test_platforms(self):
        self.write(architecture="riscv64")
        self.assertEqual(self.ids()[0][:2], ("refusal", "architecture"))
        self.write()
        self.assertEqual(self.ids("--architecture", "arm64")[0][:2], ("refusal", "architecture"))

    def test_more_layers_than_can_be_mounted(self):
        empty = oci_image.layer({})
        self.write(layers=[oci_image.layer(python_files())] + [empty] * 127)
        self.assertEqual([entry[1] for entry in self.ids()], ["layer-count"])

    def test_settings_that_lambda_reads_past(self):
        self.write(config={"User": "app", "Healthcheck": {"Test": ["CMD", "true"]}})
        self.assertEqual([entry[:2] for entry in self.ids()], [("warning", "setting-ignored")] * 2)

    def test_damage_is_an_error_of_its_own(self):
        digest = self.write()
        layer = json.loads(self.blob(digest).read_text())["layers"][0]["digest"]
        self.blob(layer).write_bytes(b"x")
        finished = self.davit("oci:image")
        self.assertEqual((finished.returncode, finished.stdout), (1, ""))
        self.assertIn(f"blob {layer}", finished.stderr)
        self.assertEqual(self.davit("oci:nothing").returncode, 3)


class Start(Case):
    def only(self, identity, file=None, **options):
        self.write(**options)
        found = self.ids()
        self.assertEqual([entry[:2] for entry in found], [("refusal", identity)])
        if file:
            self.assertEqual(found[0][2], file)

    def test_programs_that_do_not_start(self):
        def entry(path):
            return {"Entrypoint": [path]}

        self.only("entrypoint-missing", config={"Entrypoint": None, "Cmd": None})
        self.only("entrypoint-relative", config=entry("python3.11"))
        self.only("entrypoint-missing", "/usr/bin/python4", config=entry("/usr/bin/python4"))
        self.only("entrypoint-missing", "/var", config=entry("/var"), files={"var": None})
        self.only("entrypoint-permission", "/start", config=entry("/start"), files={"start": (b"#!/usr/bin/python3.11\n", 0o644)})
        self.only("entrypoint-format", "/start", config=entry("/start"), files={"start": (b"echo\n", 0o755)})
        self.only("entrypoint-interpreter", "/start", config=entry("/start"), files={"start": (b"#!/bin/sh\n", 0o755)})
        self.only("entrypoint-interpreter", "/start", config=entry("/start"), files={"start": (b"#!/usr/bin/python3.11\r\n", 0o755)})
        self.only("elf-machine", "/start", config=entry("/start"), files={"start": (elf(machine=183), 0o755)})
        self.only("elf-machine", "/start", config=entry("/start"), files={"start": (elf(bits=32), 0o755)})
        self.only("loader-missing", "/start", config=entry("/start"), files={"start": (elf(interpreter="/lib/ld-musl-x86_64.so.1"), 0o755)})
        self.only("glibc-version", "/start", config=entry("/start"), files={"start": (elf(glibc="GLIBC_2.38"), 0o755)})
        self.only("working-directory", "/srv", config={**entry("/usr/bin/python3.11"), "WorkingDir": "/srv"})

    def test_a_link(self):
        archive = oci_image.layer({"usr/bin/python3": "->python3.11"})
        self.write(layers=[oci_image.layer(python_files()), archive], config={"Entrypoint": ["/usr/bin/python3", "-m", "awslambdaric"]})
        [finding] = self.check()
        self.assertEqual((finding["id"], finding["file"]), ("entrypoint-symlink", "/usr/bin/python3"))
        self.assertEqual(finding["cure"], "name the program itself: /usr/bin/python3.11")

    def test_layers_hide_what_is_below(self):
        base = oci_image.layer(python_files())
        self.write(layers=[base, oci_image.layer({"usr/bin/.wh.python3.11": b""})])
        self.assertIn(("refusal", "entrypoint-missing", "/usr/bin/python3.11"), self.ids())
        self.write(layers=[base, oci_image.layer({"var/task/.wh..wh..opq": b"", "var/task/other.py": HANDLER})])
        self.assertEqual([entry[1] for entry in self.ids()], ["runtime-client-missing", "handler-module"])
        self.write(layers=[base, oci_image.layer({"var/task/.wh.app.py": b""}), oci_image.layer({"var/task/app.py": HANDLER})])
        self.assertEqual(self.ids(), [])

    def test_aws_bases(self):
        files = {
            "lambda-entrypoint.sh": (b"#!/bin/sh\n", 0o755),
            "bin/sh": (elf(), 0o755),
            "var/runtime/bootstrap": (b"#!/bin/bash\n", 0o755),
            "var/lang/bin/python3.12": (elf(), 0o755),
            "lib64/libc.so.6": (LIBC, 0o755),
            "var/task/app.py": HANDLER,
        }
        config = {"Entrypoint": ["/lambda-entrypoint.sh"], "Cmd": ["app.handler"], "WorkingDir": "/var/task"}
        self.write(layers=[oci_image.layer(files)], config=config)
        self.assertEqual(self.ids(), [])
        self.write(layers=[oci_image.layer(files)], config={**config, "Cmd": None})
        self.assertEqual([entry[1] for entry in self.ids()], ["handler-missing"])
        self.write(layers=[oci_image.layer(files)], config={**config, "Cmd": ["app.lambda_handler"]})
        self.assertEqual([(entry[1], entry[2]) for entry in self.ids()], [("handler-function", "/var/task/app.py")])
        del files["var/runtime/bootstrap"]
        self.write(layers=[oci_image.layer(files)], config=config)
        self.assertEqual([entry[1] for entry in self.ids()], ["bootstrap-missing"])


class Handler(Case):
    def findings(self, **options):
        self.write(**options)
        return [(finding["id"], finding["file"], finding["cure"]) for finding in self.check()]

    def test_handlers(self):
        missing, form = self.findings(config={"Cmd": None}), self.findings(config={"Cmd": ["app"]})
        self.assertEqual([entry[0] for entry in missing + form], ["handler-missing", "handler-form"])
        self.assertEqual(self.findings(config={"Cmd": ["ap.handler"]}), [("handler-module", "/var/task/ap.py", "did you mean app.handler?")])
        self.assertEqual(self.findings(config={"Cmd": ["app.handlr"]}), [("handler-function", "/var/task/app.py", "did you mean handler?")])
        for path in ("var/task/api/main.py", "var/task/api/main/__init__.py", "var/task/api/main.pyc", "var/task/api/main.abi3.so"):
            content = elf() if path.endswith(".so") else HANDLER
            self.assertEqual(self.findings(config={"Cmd": ["api.main.handler"]}, files={path: content}), [], path)
        self.assertEqual(self.findings(config={"Cmd": ["api/main.handler"]}, files={"var/task/api/main.py": HANDLER}), [])
        self.assertEqual(self.findings(config={"Cmd": ["lib.handler"], "Env": ["PYTHONPATH=/srv/a:/srv/b"]}, files={"srv/b/lib.py": HANDLER}), [])

    def test_the_runtime_client(self):
        none = self.findings(files={"var/task/awslambdaric/__init__.py": False})
        self.assertEqual([entry[0] for entry in none], ["runtime-client-missing"])
        self.assertEqual(self.findings(files={"var/task/awslambdaric/__init__.py": False, "usr/lib/python3/dist-packages/awslambdaric/__init__.py": b""}), [])
        library = "var/task/runtime_client.cpython-3{}-x86_64-linux-gnu.so"
        other = self.findings(files={library.format(11): False, library.format(12): (elf(), 0o755)})
        self.assertEqual([entry[0] for entry in other], ["runtime-client-abi", "extension-abi"])


class Files(Case):
    def test_permissions(self):
        private = oci_image.layer({"var/task/app.py": (HANDLER, 0o600), "etc/shadow": (b"", 0o600)})
        self.write(layers=[oci_image.layer(python_files()), private])
        self.assertEqual(self.ids(), [("refusal", "file-permission", "/var/task/app.py")])

    def test_many_of_a_kind_are_counted(self):
        files = {f"var/task/data/{number}": (b"", 0o600) for number in range(30)}
        self.write(files=files)
        found = self.check()
        self.assertEqual(len(found), 5)
        self.assertTrue(found[-1]["message"].endswith("(and 25 more like it)"), found[-1])

    def test_libraries(self):
        module = "var/task/_x.cpython-311-x86_64-linux-gnu.so"
        cases = {
            "elf-machine": ("refusal", module, elf(machine=183)),
            "glibc-version": ("refusal", module, elf(glibc="GLIBC_2.38")),
            "library-missing": ("warning", module, elf(needs=["libnowhere.so.1"])),
            "extension-abi": ("warning", "var/task/_y.cpython-39-x86_64-linux-gnu.so", elf()),
        }
        for identity, (severity, path, content) in cases.items():
            self.write(files={path: (content, 0o755)})
            self.assertEqual(self.ids(), [(severity, identity, "/" + path)])
        self.write(files={"var/task/vendor/helper.so": (elf(machine=183), 0o755)})
        self.assertEqual(self.ids(), [("warning", "elf-machine", "/var/task/vendor/helper.so")])
        self.write(files={module: (elf(needs=["libfound.so.1"]), 0o755), "var/task/x.libs/libfound.so.1": (elf(), 0o644)})
        self.assertEqual(self.ids(), [])

    def test_wheels_and_bytecode(self):
        stale = (3495).to_bytes(2, "little") + b"\r\n" + struct.pack("<III", 0, 1700000000, len(HANDLER)) + b"code"
        self.write(files={"var/task/wrapt-2.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n", "var/task/__pycache__/app.cpython-311.pyc": stale})
        self.assertEqual([entry[:2] for entry in self.ids()], [("warning", "pure-python-wheel"), ("warning", "bytecode-stale")])


class Others(Case):
    def test_what_umoci_and_skopeo_write(self):
        for tool in ("umoci", "skopeo"):
            if not shutil.which(tool):
                self.assertNotEqual(os.environ.get("CI"), "true", f"CI must have {tool}")
                self.skipTest(f"{tool} is not installed")

        def run(*arguments):
            finished = subprocess.run(arguments, cwd=self.folder, capture_output=True, text=True, timeout=60)
            self.assertEqual(finished.returncode, 0, finished.stderr)

        source = self.folder / "task"
        source.mkdir()
        (source / "bootstrap").write_bytes(elf())
        os.chmod(source / "bootstrap", 0o700)
        run("umoci", "init", "--layout", "made")
        run("umoci", "new", "--image", "made:v1")
        run("umoci", "insert", "--rootless", "--image", "made:v1", "task", "/var/task")
        run("umoci", "config", "--image", "made:v1", "--config.entrypoint", "/var/task/bootstrap", "--architecture", "amd64", "--os", "linux")
        run("skopeo", "copy", "--insecure-policy", "oci:made:v1", "oci:image:latest")
        self.assertEqual([entry[1:] for entry in self.ids()], [("entrypoint-permission", "/var/task/bootstrap"), ("file-permission", "/var/task/bootstrap")])
        os.chmod(source / "bootstrap", 0o755)
        run("umoci", "insert", "--rootless", "--image", "made:v1", "task", "/var/task")
        run("skopeo", "copy", "--insecure-policy", "oci:made:v1", "oci:image:latest")
        self.assertEqual(self.ids(), [])


unittest.main(argv=sys.argv[:1], verbosity=2)
