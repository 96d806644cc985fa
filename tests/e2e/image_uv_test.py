# SPDX-License-Identifier: Apache-2.0
"""Wheels by uv in place of pip: the same layer, the target's platform and Python, uv's own settings, and its failures in davit's words. Needs uv
(scripts/test-tools) and no network: wheels are made here.

usage: image_uv_test.py DAVIT"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

from local_aws import TOOLS, scrubbed_environment, skip

DAVIT = os.path.abspath(sys.argv[1])
MACHINE = {"x86_64": "x86_64", "aarch64": "arm64"}[os.uname().machine]
TAG = "{}-manylinux_2_{}_" + os.uname().machine


def find_uv():
    path = os.pathsep.join([os.path.join(TOOLS, "venv", "bin"), os.environ["PATH"]])
    return shutil.which("uv", path=path) or skip("uv is not installed (scripts/test-tools)")


UV = find_uv()


def wheel(folder, name, version="1.0", tag="py3-none-any", requires=(), body="value = 1\n"):
    info = f"{name}-{version}.dist-info"
    files = {f"{name}/__init__.py": body, f"{name}/data.txt": "x", f"{name}-{version}.data/scripts/{name}-script": "#!python\nprint(1)\n"}
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + "".join(f"Requires-Dist: {r}\n" for r in requires)
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n"
    files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{name}-run = {name}:main.run\n{name}-x = {name}:x [extra]\n[other]\nno = {name}:no\n"
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in files.items():
            archive.writestr(zipfile.ZipInfo(member), text)
    return path


class Uv(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="davit-uv-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.wheels = self.folder / "wheels"
        wheel(self.wheels, "lamp", requires=["bulb"])
        wheel(self.wheels, "bulb")
        self.write("src/app.py", "def handler(event, context):\n    return 1\n")
        self.require("lamp")
        self.write("uv.toml", "no-index = true\n")
        self.environment = {"UV_FIND_LINKS": str(self.wheels), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels),
                            "UV_CACHE_DIR": str(self.folder / "uv-cache"), "PATH": os.pathsep.join([os.path.dirname(UV), os.environ["PATH"]])}

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def require(self, *lines, runtime="python3.12"):
        self.write("requirements.txt", "".join(line + "\n" for line in lines))
        self.write("davit.yaml", f"name: demo\nregion: eu-central-1\nhandler: {{package: zip, source: src, entry: app.handler, architecture: {MACHINE}, "
                                 f"requirements: requirements.txt, runtime: {runtime}}}\n")

    def davit(self, *arguments, **environment):
        return subprocess.run([DAVIT, "image", *arguments, "-o", "json"], cwd=self.folder, env=scrubbed_environment({**self.environment, **environment}),
                              capture_output=True, text=True, timeout=120)

    def build(self, *flags, **environment):
        finished = self.davit("build", *flags, **environment)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return json.loads(finished.stdout)

    def refused(self, *flags, code, **environment):
        finished = self.davit("build", *flags, **environment)
        self.assertEqual(finished.returncode, code, finished.stderr)
        return finished.stderr

    def layer(self):
        with zipfile.ZipFile(self.folder / ".davit/zip/latest/layer.zip") as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def test_gives_the_same_layer_as_pip(self):
        by_pip = self.build("--installer", "pip")
        files = self.layer()
        by_uv = self.build("--installer", "uv", "--refresh")
        self.assertEqual(self.layer(), files)
        self.assertEqual(by_uv["digest"], by_pip["digest"])
        self.assertIn(b"from bulb import main\n", files["python/bin/bulb-run"])
        self.assertIn(b"sys.exit(main.run())", files["python/bin/bulb-run"])
        self.assertTrue(files["python/bin/bulb-script"].startswith(b"#!/var/lang/bin/python3.12\n"))
        self.assertFalse([name for name in files if "INSTALLER" in name or "uv_cache" in name or ".lock" in name or "REQUESTED" in name])

    def test_gives_the_same_layer_from_a_lock(self):
        self.assertEqual(self.davit("lock").returncode, 0)
        wheel(self.wheels, "bulb", "2.0")
        by_uv = self.build("--installer", "uv")
        self.assertIn("python/bulb-1.0.dist-info/METADATA", self.layer())
        self.assertEqual(self.build("--installer", "pip", "--refresh")["digest"], by_uv["digest"])
        wheel(self.wheels, "bulb", body="evil = 1\n")
        # What uv has kept under the right hash is right.
        said = self.refused("--installer", "uv", "--refresh", code=1, UV_CACHE_DIR=str(self.folder / "another-cache"))
        self.assertIn("the wheel of bulb==1.0 has another hash", said)

    def test_takes_the_wheels_of_the_target(self):
        for runtime, python, right, wrong in (("python3.12", "cp312", 34, 35), ("python3.11", "cp311", 17, 28)):
            wheel(self.wheels, "native", "1.0", tag=f"{python}-{TAG.format(python, right)}")
            wheel(self.wheels, "native", "2.0", tag=f"{python}-{TAG.format(python, wrong)}")
            wheel(self.wheels, "native", "3.0", tag=f"cp39-{TAG.format('cp39', 17)}")
            self.require("native", runtime=runtime)
            self.build("--installer", "uv")
            self.assertIn("python/native-1.0.dist-info/METADATA", self.layer(), runtime)

    def test_markers_are_answered_for_the_target(self):
        self.require("bulb; python_version == '3.14'", "lamp; python_version < '3.14'", runtime="python3.14")
        built = self.build("--installer", "uv")
        self.assertNotIn("python/lamp/__init__.py", self.layer())
        self.assertNotIn("markers were judged", " ".join(built["notices"]))

    def test_a_variable_chooses_as_the_flag_does(self):
        self.assertEqual(self.davit("build", "--dry-run", DAVIT_INSTALLER="uv").returncode, 0)
        self.assertIn("install wheels with uv", self.davit("build", "--dry-run", DAVIT_INSTALLER="uv").stdout)
        self.assertIn("install wheels with pip", self.davit("build", "--dry-run", "--installer", "pip", DAVIT_INSTALLER="uv").stdout)
        self.assertIn("expected pip or uv", self.refused(DAVIT_INSTALLER="conda", code=2))
        self.build(DAVIT_INSTALLER="uv", PIP_FIND_LINKS="/nowhere")

    def test_takes_the_place_of_a_pip_that_is_not_here(self):
        only = self.folder / "bin"
        only.mkdir()
        (only / "uv").symlink_to(UV)
        fake = only / "python3"
        fake.write_text(f'#!/bin/sh\n[ "$1 $2" = "-m pip" ] && exit 1\nexec {os.path.realpath(sys.executable)} "$@"\n')
        fake.chmod(0o755)
        self.build(PATH=str(only))
        self.assertIn("python/lamp/__init__.py", self.layer())
        (only / "uv").unlink()
        self.assertIn("pip was not found", self.refused("--refresh", PATH=str(only), code=2))
        self.assertIn("uv was not found", self.refused("--refresh", "--installer", "uv", PATH=str(only), code=2))

    def test_a_wheel_that_is_not_there(self):
        self.require("nosuch")
        said = self.refused("--installer", "uv", code=1)
        self.assertIn("uv found no wheels for Python 3.12", said)
        self.assertIn("nosuch", said)

    def test_no_network(self):
        secret = "hunter2"
        index = f"https://user:{secret}@127.0.0.1:9/simple"
        (self.folder / "uv.toml").unlink()
        said = self.refused("--installer", "uv", code=6, UV_DEFAULT_INDEX=index, UV_HTTP_RETRIES="0")
        self.assertIn("uv cannot reach the package index", said)
        self.assertNotIn(secret, said)
        for file in (self.folder / ".davit").rglob("*"):
            if file.is_file():
                self.assertNotIn(secret.encode(), file.read_bytes(), file)

    def test_passwords_do_not_choose_and_settings_do(self):
        self.build("--installer", "uv", UV_INDEX="https://a:one@index.example/simple")
        self.assertTrue(self.build("--installer", "uv", UV_INDEX="https://a:two@index.example/simple")["layers"][0]["cached"])
        self.assertFalse(self.build("--installer", "uv", UV_INDEX="https://other.example/simple")["layers"][0]["cached"])
        self.write("uv.toml", "no-index = true\n[pip]\nprerelease = 'allow'\n")
        self.assertFalse(self.build("--installer", "uv", UV_INDEX="https://other.example/simple")["layers"][0]["cached"])
        wheel(self.wheels, "bulb", body="value = 2\n")
        self.assertFalse(self.build("--installer", "uv", UV_INDEX="https://other.example/simple")["layers"][0]["cached"])

    def test_relative_links_start_where_davit_does(self):
        self.write("backend/requirements.txt", "lamp\n")
        text = (self.folder / "davit.yaml").read_text().replace("requirements: requirements.txt", "requirements: backend/requirements.txt")
        self.write("davit.yaml", text)
        self.build("--installer", "uv", UV_FIND_LINKS="wheels")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
