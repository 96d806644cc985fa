# SPDX-License-Identifier: Apache-2.0
"""A Python handler built into an image: the same digest under changed conditions, read by tools that others wrote, and run.

Takes the path of davit and a folder for the base image, which is kept between runs.
"""
import contextlib
import hashlib
import importlib.util
import json
import marshal
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest

from local_aws import skip

DAVIT = os.path.abspath(sys.argv[1])
BASE = pathlib.Path(sys.argv[2])
ROOT = pathlib.Path(__file__).resolve().parents[2]
REQUIREMENTS = "six==1.17.0\nmarkupsafe==3.0.3\n"
HANDLER = "import markupsafe, six\n\n\ndef handler(event, context):\n    return {'escaped': str(markupsafe.escape('<b>'))}\n"


def run(arguments, **options):
    return subprocess.run(arguments, capture_output=True, text=True, timeout=240, **options)


def need_base():
    made = run([str(ROOT / "scripts" / "python-base"), str(BASE)])
    if made.returncode != 0:
        skip(f"no base image can be assembled here: {made.stderr.strip().splitlines()[-1]}")


def need_wheels():
    with tempfile.TemporaryDirectory() as folder:
        if run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, "six==1.17.0"]).returncode != 0:
            skip("pip reaches no package index")


def write_project(folder, requirements=REQUIREMENTS, order=1):
    folder = pathlib.Path(folder)
    files = {
        "davit.yaml": f'name: demo\nregion: eu-central-1\nhandler: {{kind: python, source: src, entry: app.main.handler, requirements: requirements.txt, base: "oci:{BASE}"}}\n',
        "requirements.txt": requirements,
        "src/app/__init__.py": "",
        "src/app/main.py": HANDLER,
        "src/data/table.csv": "a,b\n",
    }
    for name in sorted(files)[::order]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[name])
    return folder


def build(folder, *flags, prefix=(), **options):
    finished = run([*prefix, DAVIT, "image", "build", "-o", "json", *flags], cwd=folder, **options)
    if finished.returncode != 0:
        raise AssertionError(f"exit {finished.returncode}: {finished.stderr}")
    return json.loads(finished.stdout)


@contextlib.contextmanager
def project(**options):
    with tempfile.TemporaryDirectory(prefix="davit-image-") as folder:
        yield write_project(folder, **options)


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = write_project(tempfile.mkdtemp(prefix="davit-image-"))
        cls.built = build(cls.folder)
        cls.layout = cls.built["layout"].rsplit(":", 1)[0]

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def blob(self, digest):
        return pathlib.Path(self.layout, "blobs", "sha256", digest.split(":")[1])

    def unpacked(self):
        if not shutil.which("umoci"):
            self.need("umoci")
        root = pathlib.Path(tempfile.mkdtemp(prefix="davit-image-"))
        self.addCleanup(shutil.rmtree, root, True)
        finished = run(["umoci", "unpack", "--rootless", "--image", self.built["layout"], str(root / "bundle")])
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return root / "bundle" / "rootfs"

    def need(self, program):
        if os.environ.get("CI") == "true":
            self.fail(f"CI must have {program}")
        self.skipTest(f"{program} is not installed")

    def assert_same_digest(self, **options):
        with project() as folder:
            self.assertEqual(build(folder, **options)["digest"], self.built["digest"])

    def test_layers(self):
        self.assertEqual([layer["kind"] for layer in self.built["layers"]], ["base", "runtime", "dependencies", "application"])
        for layer in self.built["layers"]:
            content = self.blob(layer["digest"]).read_bytes()
            self.assertEqual(len(content), layer["size"])
            self.assertEqual("sha256:" + hashlib.sha256(content).hexdigest(), layer["digest"])

    def test_same_digest_in_another_folder(self):
        self.assert_same_digest()

    def test_same_digest_in_another_time_zone_and_language(self):
        self.assert_same_digest(env={**os.environ, "TZ": "Asia/Kathmandu", "LC_ALL": "C"})

    def test_same_digest_with_another_umask(self):
        previous = os.umask(0o077)
        self.addCleanup(os.umask, previous)
        self.assert_same_digest()

    def test_same_digest_on_one_processor(self):
        self.assert_same_digest(prefix=["taskset", "-c", "0"])

    def test_same_digest_in_another_directory_order(self):
        with project(order=-1) as folder:
            self.assertEqual(build(folder)["digest"], self.built["digest"])

    def test_same_digest_for_another_user(self):
        if os.geteuid() != 0:
            self.need("root, to become somebody else")
        nobody = pwd.getpwnam("nobody")
        with project() as folder:
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            home = folder / "home"
            home.mkdir(mode=0o777)
            os.chown(home, nobody.pw_uid, nobody.pw_gid)
            prefix = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
            interpreter = shutil.which("python3")
            if run([*prefix, interpreter, "-m", "pip", "--version"]).returncode != 0:
                interpreter = "/usr/bin/python3"
                if run([*prefix, interpreter, "-m", "pip", "--version"]).returncode != 0:
                    self.need("a Python with pip that every user may run")
            # The interpreter of this test may lie in a folder that only root enters.
            path = f"{os.path.dirname(interpreter)}:/usr/bin:/bin"
            self.assertEqual(build(folder, prefix=prefix, env={**os.environ, "HOME": str(home), "PATH": path})["digest"], self.built["digest"])

    def test_unchanged_dependencies_need_not_even_pip(self):
        with tempfile.TemporaryDirectory() as empty:
            again = build(self.folder, env={**os.environ, "PATH": empty})
        self.assertTrue(all(layer["cached"] for layer in again["layers"]))
        self.assertFalse(again["changed"])

    def test_changed_code_keeps_the_dependencies(self):
        with project() as folder:
            build(folder)
            (folder / "src/app/main.py").write_text(HANDLER + "# changed\n")
            with tempfile.TemporaryDirectory() as empty:
                changed = build(folder, env={**os.environ, "PATH": empty})
        self.assertEqual([layer["cached"] for layer in changed["layers"]], [True, True, True, False])

    def test_other_tools_list_the_layers(self):
        for layer in self.built["layers"][1:]:
            blob = str(self.blob(layer["digest"]))
            with tarfile.open(blob, "r:gz") as archive:
                members = archive.getmembers()
            with tarfile.open(blob, "r|gz") as stream:
                self.assertEqual([member.name for member in stream], [member.name for member in members])
            self.assertEqual(len(members), len({member.name for member in members}))
            for member in members:
                self.assertEqual((member.uid, member.gid, member.uname, member.gname, member.mtime), (0, 0, "", "", 0), member.name)
                self.assertIn(member.mode, (0o755, 0o644) if not member.issym() else (0o777,), member.name)
            gnu = run(["tar", "-tzf", blob])
            self.assertEqual(([name.rstrip("/") for name in gnu.stdout.splitlines()], gnu.stderr), ([member.name for member in members], ""))

    def test_bsdtar_lists_the_layers(self):
        if not shutil.which("bsdtar"):
            self.need("bsdtar")
        for layer in self.built["layers"][1:]:
            blob = str(self.blob(layer["digest"]))
            with tarfile.open(blob, "r:gz") as archive:
                names = archive.getnames()
            bsd = run(["bsdtar", "-tf", blob], env={**os.environ, "LC_ALL": "C.UTF-8"})
            self.assertEqual([name.rstrip("/") for name in bsd.stdout.splitlines()], names, bsd.stderr)

    def test_nothing_names_this_machine(self):
        # Debian's own Python is where every Debian has it; that of a virtual environment or a home directory is this machine's.
        places = [str(self.folder)] + ([] if sys.prefix == "/usr" else [sys.prefix + "/"])
        for layer in self.built["layers"][1:]:
            with tarfile.open(self.blob(layer["digest"]), "r:gz") as archive:
                for member in archive:
                    self.assertFalse(member.name.endswith(("INSTALLER", "direct_url.json", "REQUESTED")), member.name)
                    if member.isfile():
                        content = archive.extractfile(member).read()
                        self.assertEqual([place for place in places if place.encode() in content], [], member.name)

    def test_skopeo_reads_it(self):
        if not shutil.which("skopeo"):
            self.need("skopeo")
        with tempfile.TemporaryDirectory() as folder:
            finished = run(["skopeo", "copy", "--insecure-policy", f"oci:{self.built['layout']}", f"dir:{folder}/copy"])
            self.assertEqual(finished.returncode, 0, finished.stderr)
            manifest = pathlib.Path(folder, "copy", "manifest.json").read_bytes()
        self.assertEqual("sha256:" + hashlib.sha256(manifest).hexdigest(), self.built["digest"])

    def test_lambda_would_take_it(self):
        checked = run([DAVIT, "image", "check", "-o", "json"], cwd=self.folder)
        self.assertEqual((checked.returncode, json.loads(checked.stdout)["findings"]), (0, []), checked.stderr)

    def test_umoci_unpacks_it(self):
        root = self.unpacked()
        self.assertEqual((root / "var/task/app/main.py").read_text(), HANDLER)
        self.assertTrue((root / "var/task/awslambdaric/__main__.py").exists())
        self.assertTrue((root / "var/task/markupsafe").is_dir())

    def test_the_handler_runs_in_its_own_root(self):
        root = self.unpacked()
        inspected = json.loads(run([DAVIT, "image", "inspect", f"oci:{self.built['layout']}", "-o", "json"]).stdout)
        program = "import awslambdaric, runtime_client, app.main; print(app.main.handler({}, None))"
        interpreter = inspected["entrypoint"][0]
        path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
        chroot = shutil.which("chroot", path=path)
        enter = [chroot] if os.geteuid() == 0 else [shutil.which("unshare"), "--map-root-user", chroot]
        command = [*enter, str(root), "/bin/sh", "-c", f'cd {inspected["workingDirectory"]} && exec {interpreter} -B -c "{program}"']
        finished = run(command, env=inspected["environment"])
        if finished.returncode != 0 and "unshare" in finished.stderr:
            self.need("root or user namespaces")
        self.assertEqual((finished.stdout, finished.stderr), ("{'escaped': '&lt;b&gt;'}\n", ""))

    def test_bytecode_is_that_of_the_sources_and_needs_no_times(self):
        root = self.unpacked()
        sources = [path for path in (root / "var/task").rglob("*.py") if path.parent.name != "bin"]
        self.assertIn(root / "var/task/app/main.py", sources)
        for source in sources:
            compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-311.pyc"
            header = compiled.read_bytes()[:16]
            self.assertEqual(header[:8], (3495).to_bytes(2, "little") + b"\r\n" + b"\1\0\0\0", compiled)
            if sys.version_info[:2] == (3, 11):
                self.assertEqual(header[8:], importlib.util.source_hash(source.read_bytes()), compiled)
                code = marshal.loads(compiled.read_bytes()[16:])
                self.assertEqual(code.co_filename, "/" + str(source.relative_to(root)))

    def test_bytecode_is_the_same_without_a_python_of_this_machine(self):
        with project() as folder, tempfile.TemporaryDirectory() as empty:
            shutil.copytree(self.folder / ".davit/cache", folder / ".davit/cache")
            shutil.rmtree(next((folder / ".davit/cache").glob("python-*")))
            again = build(folder, env={**os.environ, "PATH": empty})
        self.assertEqual(([layer["cached"] for layer in again["layers"]], again["digest"]), ([True, True, True, False], self.built["digest"]))

    def test_a_wheel_that_does_not_exist_is_named(self):
        with project(requirements="six==0.0.99\n") as folder:
            finished = run([DAVIT, "image", "build"], cwd=folder)
            self.assert_nothing_left(folder)
        self.assertEqual(finished.returncode, 1, finished.stderr)
        self.assertIn("building the dependencies layer: there is no wheel of six==0.0.99 for Python 3.11 on", finished.stderr)
        self.assertIn("hint: choose a version that has one", finished.stderr)

    def test_no_network_is_worth_another_try(self):
        with project(requirements="six==1.16.0\n") as folder:
            unreachable = {"PIP_INDEX_URL": "http://127.0.0.1:1/simple", "PIP_RETRIES": "1", "PIP_NO_CACHE_DIR": "1", "PIP_FIND_LINKS": ""}
            shutil.copytree(self.folder / ".davit", folder / ".davit")
            finished = run([DAVIT, "image", "build"], cwd=folder, env={**os.environ, **unreachable})
        self.assertEqual(finished.returncode, 6, finished.stderr)
        self.assertIn("pip cannot reach the package index", finished.stderr)

    def test_settings_of_the_users_pip_cannot_divert_wheels(self):
        diverted = {"PIP_TARGET": "/nonexistent/target", "PIP_USER": "1", "PIP_NO_DEPS": "1", "PIP_PLATFORM": "win_amd64"}
        self.assert_same_digest(env={**os.environ, **diverted})

    def assert_nothing_left(self, folder):
        left = [path.name for path in (folder / ".davit").rglob("*") if path.name.startswith(("work-", ".scratch-"))]
        self.assertEqual(left, [])
        index = folder / ".davit" / "image" / "index.json"
        self.assertTrue(not index.exists() or json.loads(index.read_text())["manifests"] == [])

    def test_interrupted_it_leaves_no_half_image(self):
        with project() as folder:
            process = subprocess.Popen([DAVIT, "image", "build"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            deadline = time.monotonic() + 60
            while not list((folder / ".davit" / "cache").glob("work-*/site")) and time.monotonic() < deadline:
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
            self.assert_nothing_left(folder)
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("interrupted", errors)


need_base()
need_wheels()
unittest.main(argv=sys.argv[:1], verbosity=2)
