# SPDX-License-Identifier: Apache-2.0
"""`davit image lock`, `base pin|update`, `verify` and `diff`: an image that can be made again, and what differs when it cannot. Needs pip, and no
network: wheels and base are made here.

usage: image_lock_test.py DAVIT"""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

import oci_image
from local_aws import scrubbed_environment, skip

DAVIT = os.path.abspath(sys.argv[1])
MINOR = sys.version_info.minor
MACHINE = {"x86_64": "x86_64", "aarch64": "arm64"}[os.uname().machine]
OCI_NAME = {"x86_64": "amd64", "arm64": "arm64"}[MACHINE]
LIBC = b"GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n"


def wheel(folder, name, version="1.0", body="value = 1\n"):
    info = f"{name}-{version}.dist-info"
    files = {f"{name}.py": body, f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"}
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in files.items():
            archive.writestr(zipfile.ZipInfo(member), text)
    return path


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="davit-lock-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.wheels = self.folder / "wheels"
        wheel(self.wheels, "awslambdaric", "9.9")
        wheel(self.wheels, "lamp")
        self.base("one")
        self.write("davit.yaml", "name: demo\nregion: eu-central-1\nhandler: {kind: python, source: src, entry: app.handler, "
                   f'requirements: requirements.txt, base: "oci:base", architecture: {MACHINE}}}\n')
        self.write("src/app.py", "def handler(event, context):\n    return 1\n")
        self.write("requirements.txt", "awslambdaric\nlamp\n")
        self.settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}

    def base(self, marker):
        files = {f"usr/bin/python3.{MINOR}": (b"x", 0o755), "lib/libc.so.6": (LIBC, 0o755), "marker": marker.encode()}
        return oci_image.write_layout(str(self.folder / "base"), [oci_image.layer(files)], {}, architecture=OCI_NAME)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def davit(self, *arguments, code=0):
        finished = subprocess.run([DAVIT, "image", *arguments, "-o", "json"], cwd=self.folder, env=scrubbed_environment(self.settings), capture_output=True, text=True, timeout=120)
        self.assertEqual(finished.returncode, code, finished.stderr + finished.stdout)
        return json.loads(finished.stdout) if finished.stdout else finished.stderr

    def lock(self):
        return json.loads((self.folder / "davit.lock").read_text())

    def layer(self):
        return self.lock()["layers"][f"dependencies cp3{MINOR} {MACHINE} glibc2.36"]


class Lock(Case):
    def test_it_names_what_pip_chose(self):
        plan = self.davit("lock", "--dry-run")
        self.assertEqual([step["action"] for step in plan["steps"]], ["create", "create"])
        self.assertFalse((self.folder / "davit.lock").exists())
        self.assertTrue(self.davit("lock")["changed"])
        digests = {name: hashlib.sha256(next(self.wheels.glob(f"{name}-*")).read_bytes()).hexdigest() for name in ("awslambdaric", "lamp")}
        self.assertEqual({entry["name"]: entry["sha256"] for entry in self.layer()["wheels"]}, digests)
        text = (self.folder / "davit.lock").read_bytes()
        self.assertFalse(self.davit("lock")["changed"])
        self.assertEqual((self.folder / "davit.lock").read_bytes(), text)

    def test_a_build_takes_these_and_no_newer_ones(self):
        unlocked = self.davit("build")
        self.assertTrue(any("no exact version" in note for note in unlocked["notices"]))
        self.davit("lock")
        wheel(self.wheels, "lamp", "2.0")
        locked = self.davit("build")
        self.assertEqual((locked["digest"], locked["notices"]), (unlocked["digest"], []))
        self.davit("lock")
        self.assertEqual({entry["name"]: entry["version"] for entry in self.layer()["wheels"]}["lamp"], "2.0")
        self.assertNotEqual(self.davit("build")["digest"], unlocked["digest"])

    def test_a_wheel_that_was_exchanged_is_refused(self):
        self.davit("lock")
        wheel(self.wheels, "lamp", body="value = 'another'\n")
        shown = self.davit("build", code=1)
        self.assertIn("the wheel of lamp==1.0", shown)
        self.assertIn("has another hash", shown)

    def test_other_requirements_need_another_lock(self):
        self.davit("lock")
        self.write("requirements.txt", "awslambdaric\n# only a remark\nlamp\n")
        self.davit("build")
        self.write("requirements.txt", "awslambdaric\nlamp<9\n")
        self.assertIn("have changed since davit.lock was written", self.davit("build", code=2))
        self.davit("lock")
        self.davit("build")

    def test_wheels_by_path_and_options_of_the_file(self):
        wheel(self.folder / "more", "shade")
        own = wheel(self.folder / "own", "own")
        self.write("requirements.txt", f"--find-links more\nawslambdaric\nshade\n./own/{own.name}\n")
        self.davit("lock")
        self.assertEqual({entry["name"]: entry.get("source") for entry in self.layer()["wheels"]}, {"awslambdaric": None, "own": f"own/{own.name}", "shade": None})
        self.davit("build")

    def test_what_is_no_lock_file_is_refused(self):
        self.write("davit.lock", '{"version": 7}')
        self.assertIn("davit.lock is not a lock file of version 1", self.davit("build", code=2))


class Base(Case):
    def test_a_moved_tag_is_taken_on_purpose_only(self):
        first = self.davit("base", "pin")
        self.assertEqual([step["action"] for step in first["steps"]], ["create"])
        self.davit("build")
        moved = self.base("two")
        shown = self.davit("build", code=2)
        self.assertIn(f"the base 'oci:base' is now {moved}, but davit.lock pins", shown)
        self.assertIn("davit image base update", shown)
        self.davit("lock", code=2)
        self.davit("base", "pin", code=2)
        self.assertEqual(self.davit("base", "update", "--dry-run")["steps"][0]["action"], "update")
        self.davit("base", "update")
        self.assertEqual(self.lock()["bases"], {f"oci:base {MACHINE}": {"digest": moved}})
        self.davit("build")
        self.assertFalse(self.davit("base", "update")["changed"])


class Verify(Case):
    def test_the_same_sources_give_the_same_image(self):
        self.davit("lock")
        self.settings["SOURCE_DATE_EPOCH"] = "1700000000"
        built = self.davit("build")
        del self.settings["SOURCE_DATE_EPOCH"]
        verified = self.davit("verify")
        self.assertEqual((verified["same"], verified["rebuilt"], verified["files"]), (True, built["digest"], []))
        self.assertEqual(list((self.folder / ".davit/cache").glob("work-*")), [])

    def test_what_differs_is_listed(self):
        self.davit("lock")
        self.davit("build")
        self.write("src/app.py", "def handler(event, context):\n    return 2\n")
        verified = self.davit("verify", code=1)
        self.assertEqual([(file["path"], file["what"]) for file in verified["files"]], [("/var/task/__pycache__/app.cpython-3%d.pyc" % MINOR, ["content"]), ("/var/task/app.py", ["content"])])


class Outputs(Case):
    def test_a_docker_archive_is_what_docker_save_writes(self):
        built = self.davit("build", "--docker-archive", "image.tar", "--tag", "v1")
        with tarfile.open(self.folder / "image.tar") as archive:
            names = archive.getnames()
            [entry] = json.load(archive.extractfile("manifest.json"))
            config = archive.extractfile(entry["Config"]).read()
            diff_ids = json.loads(config)["rootfs"]["diff_ids"]
            layers = [archive.extractfile(name).read() for name in entry["Layers"]]
        self.assertEqual((entry["RepoTags"], entry["Config"]), (["demo:v1"], hashlib.sha256(config).hexdigest() + ".json"))
        self.assertEqual(["sha256:" + hashlib.sha256(layer).hexdigest() for layer in layers], diff_ids)
        self.assertEqual(names, ["manifest.json", entry["Config"], *entry["Layers"]])
        first = (self.folder / "image.tar").read_bytes()
        self.davit("build", "--docker-archive", "image.tar", "--tag", "v1")
        self.assertEqual((self.folder / "image.tar").read_bytes(), first)
        if not shutil.which("skopeo"):
            self.assertNotEqual(os.environ.get("CI"), "true", "CI must have skopeo")
            self.skipTest("skopeo is not installed")
        copied = subprocess.run(["skopeo", "copy", "--insecure-policy", "docker-archive:image.tar:demo:v1", "oci:copied:v1"], cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(copied.returncode, 0, copied.stderr)
        found = self.davit("diff", built["layout"], "oci:copied:v1")
        self.assertEqual((found["files"], found["config"]), ([], []))

    def test_a_bill_of_materials(self):
        status = "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9+deb12u1\nMaintainer: GNU\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\nArchitecture: all\n"
        files = {f"usr/bin/python3.{MINOR}": (b"x", 0o755), "lib/libc.so.6": (LIBC, 0o755), "var/lib/dpkg/status": status.encode()}
        oci_image.write_layout(str(self.folder / "base"), [oci_image.layer(files)], {}, architecture=OCI_NAME)
        built = self.davit("build", "--sbom", "image.cdx.json")
        text = (self.folder / "image.cdx.json").read_bytes()
        document = json.loads(text)
        self.assertEqual((document["bomFormat"], document["specVersion"]), ("CycloneDX", "1.6"))
        self.assertEqual(document["metadata"]["component"]["version"], built["digest"])
        purls = [component["purl"] for component in document["components"]]
        self.assertEqual(purls, ["pkg:deb/debian/libc6@2.36-9%2Bdeb12u1?arch=amd64", "pkg:pypi/awslambdaric@9.9", "pkg:pypi/lamp@1.0"])
        self.assertEqual(document["dependencies"], [{"ref": built["digest"], "dependsOn": purls}])
        self.davit("build", "--sbom", "image.cdx.json")
        self.assertEqual((self.folder / "image.cdx.json").read_bytes(), text)
        plan = self.davit("build", "--dry-run", "--sbom", "other.json")
        self.assertEqual(plan["steps"][-1]["target"], "other.json")
        self.assertFalse((self.folder / "other.json").exists())


class Diff(Case):
    def images(self, before, after, first=None, second=None):
        for name, layers, config in (("a", before, first or {}), ("b", after, second or {})):
            shutil.rmtree(self.folder / name, True)
            oci_image.write_layout(str(self.folder / name), [oci_image.layer(files) for files in layers], config)

    def test_files_and_settings(self):
        self.images([{"same": b"1", "gone": b"22", "mode": (b"", 0o644), "link": "->same", "kind": b"", "text": b"1"}],
                    [{"same": b"1", "gone": b"", "mode": (b"", 0o755), "link": "->mode", "kind": None, "text": b"2"}, {".wh.gone": b"", "new": b"333"}],
                    {"Cmd": ["a"], "Env": ["X=1"]}, {"Cmd": ["b"], "User": "app"})
        found = self.davit("diff", "oci:a", "oci:b", "--exit-code", code=8)
        changes = {file["path"]: (file["change"], file["what"]) for file in found["files"]}
        self.assertEqual(changes, {"/gone": ("removed", []), "/kind": ("changed", ["type", "mode"]), "/link": ("changed", ["target"]),
                                   "/mode": ("changed", ["mode"]), "/new": ("added", []), "/text": ("changed", ["content"])})
        files = {file["path"]: file for file in found["files"]}
        self.assertEqual(files["/gone"]["before"], {"type": "file", "size": 2, "mode": "0644"})
        self.assertEqual(files["/mode"]["after"]["mode"], "0755")
        self.assertEqual({entry["member"]: (entry["before"], entry["after"]) for entry in found["config"]},
                         {"/config/Cmd/0": ("a", "b"), "/config/Env/0": ("X=1", None), "/config/User": (None, "app")})

    def test_the_same_files_in_other_layers(self):
        self.images([{"x": b"1"}, {"y": b"2"}], [{"x": b"1", "y": b"2"}])
        found = self.davit("diff", "oci:a", "oci:b")
        self.assertEqual((found["same"], found["files"], found["config"]), (False, [], []))
        self.assertEqual(self.davit("diff", "oci:a", "oci:a", "--exit-code")["same"], True)


if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode != 0:
    skip("pip is not installed")
unittest.main(argv=sys.argv[:1], verbosity=2)
