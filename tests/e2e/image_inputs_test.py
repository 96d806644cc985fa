# SPDX-License-Identifier: Apache-2.0
"""What `davit image build` is given, right and wrong: odd files, requirements of every kind, pip's own settings, full disks, builds at the same
time. Needs pip, and no network: wheels and base are made here.

usage: image_inputs_test.py DAVIT"""
import base64
import contextlib
import hashlib
import importlib.util
import json
import os
import pathlib
import py_compile
import random
import shutil
import signal
import socket
import stat
import struct
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
ARCHITECTURE = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]
PROGRAM = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack("<HH", 2, {"amd64": 62, "arm64": 183}[ARCHITECTURE]) + bytes(44)


def wheel(folder, name, version="1.0", tag="py3-none-any", body="value = 1\n"):
    """A wheel of one module (packaging.python.org, "Binary distribution format")."""
    info = f"{name}-{version}.dist-info"
    files = {f"{name}.py": body, f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"}
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n"
    digests = {path: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode() for path, text in files.items()}
    record = [f"{path},sha256={digests[path]},{len(text)}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""])
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in files.items():
            archive.writestr(zipfile.ZipInfo(member), text)
    return path


def write_base(folder, marker="one"):
    """What davit takes for a Debian with Python, as far as files tell."""
    libc = b"GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n"
    files = {f"usr/bin/python3.{MINOR}": (b"x", 0o755), "lib/libc.so.6": (libc, 0o755), "marker": marker.encode()}
    return oci_image.write_layout(str(folder), [oci_image.layer(files)], {}, architecture=ARCHITECTURE)


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="davit-image-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.settings = {}

    def need(self, program):
        if not shutil.which(program):
            self.assertNotEqual(os.environ.get("CI"), "true", f"CI must have {program}")
            self.skipTest(f"{program} is not installed")

    def write(self, name, content=""):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def davit(self, *arguments, prefix=(), **options):
        environment = scrubbed_environment({"XDG_CONFIG_HOME": str(self.folder / "config"), **self.settings})
        return subprocess.run([*prefix, DAVIT, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120, **options)

    def build(self, *flags):
        finished = self.davit("image", "build", "-o", "json", *flags)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return json.loads(finished.stdout)

    def refusal(self, code, **options):
        finished = self.davit("image", "build", **options)
        self.assertEqual(finished.returncode, code, finished.stderr)
        self.assertEqual(finished.stdout, "")
        return finished.stderr

    def inspect(self, *arguments):
        finished = self.davit("image", "inspect", *arguments, "-o", "json")
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return json.loads(finished.stdout)

    def left_behind(self):
        return [str(path) for path in (self.folder / ".davit").rglob("*") if path.name.startswith(("work-", ".scratch-"))]


class Sources(Case):
    """A native handler on `scratch`: nothing but the files of the source folder."""

    def setUp(self):
        super().setUp()
        architecture = {"amd64": "x86_64", "arm64": "arm64"}[ARCHITECTURE]
        handler = f"{{kind: native, source: out, entry: bootstrap, base: scratch, architecture: {architecture}}}"
        self.write("davit.yaml", f"name: demo\nregion: eu-central-1\nhandler: {handler}\n")
        self.write("out/bootstrap", PROGRAM)

    def members(self, built):
        digest = built["layers"][-1]["digest"].removeprefix("sha256:")
        with tarfile.open(self.folder / ".davit/image/blobs/sha256" / digest) as archive:
            return {member.name.removeprefix("var/task/"): member for member in archive}

    def test_odd_names_and_modes_are_kept_apart_from_privileges(self):
        long = "/".join(["d" * 100] * 5) + "/" + "f" * 200
        for name in ("new\nline", "späce and ütf", "-dash", "back\\slash", long):
            self.write(f"out/{name}", "x")
        os.chmod(self.write("out/setuid", "x"), 0o6755)
        os.chmod(self.write("out/private", "x"), 0o600)
        os.link(self.folder / "out/private", self.folder / "out/linked")
        os.symlink("private", self.folder / "out/symbolic")
        members = self.members(self.build())
        self.assertLessEqual({"new\nline", "späce and ütf", "-dash", "back\\slash", long}, members.keys())
        self.assertEqual([oct(members[name].mode) for name in ("setuid", "private", "linked")], ["0o755", "0o644", "0o644"])
        self.assertTrue(members["linked"].isreg())
        self.assertEqual(members["symbolic"].linkname, "private")

    def test_what_is_no_file_is_named_and_left_out(self):
        os.mkfifo(self.folder / "out/pipe")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.folder / "out/socket"))
            built = self.build()
        self.assertEqual(list(self.members(built)), ["var", "var/task", "bootstrap"])
        self.assertEqual([note.split("/")[-1] for note in built["notices"]], [f"{name}: neither a file nor a folder nor a link" for name in ("pipe", "socket")])

    def test_what_a_layer_cannot_hold_is_refused(self):
        for name, message in ((b"\xff.txt", "is not UTF-8"), (b".wh.bootstrap", "would delete a file of the image")):
            path = os.path.join(os.fsencode(self.folder), b"out", name)
            open(path, "wb").close()
            self.assertIn(message, self.refusal(2))
            os.unlink(path)
        os.symlink("/etc/passwd", self.folder / "out/outside")
        self.assertIn("leads out of the source folder, to /etc/passwd", self.refusal(2))

    def test_an_unreadable_file_is_named(self):
        os.chmod(self.write("out/secret", "x"), 0)
        if os.geteuid() != 0:
            self.assertIn("secret: Permission denied", self.refusal(1))
            return
        self.need("setpriv")
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, 65534, 65534)
        shown = self.refusal(1, prefix=["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
        self.assertIn("secret: Permission denied", shown)
        self.assertEqual(self.left_behind(), [])

    def test_ignored_files_are_listed(self):
        for name in (".git/config", ".davit-not/x", "app/__pycache__/a.pyc", ".env", "tests/a", "keep.log", "drop.log"):
            self.write(f"out/{name}")
        self.write("out/.davitignore", "/tests/\n*.log\n!keep.log\n")
        built = self.build()
        self.assertEqual(built["ignored"], [".davitignore", ".env", ".git/", "app/__pycache__/", "drop.log", "tests/"])
        self.assertLessEqual({".davit-not/x", "keep.log"}, self.members(built).keys())
        plan = json.loads(self.davit("image", "build", "--dry-run", "-o", "json").stdout)
        self.assertIn("3 files of out, without .davitignore, .env, .git/", plan["steps"][0]["reason"])

    def test_an_ignore_file_that_is_none_is_refused(self):
        os.mkfifo(self.folder / "out/.davitignore")
        self.assertIn(".davitignore is not a file that can be read", self.refusal(2))

    def test_ignore_files_of_every_folder_decide_as_git_does(self):
        self.need("git")
        chance = random.Random(7)
        names = ["a", "b", "ab", "a b", "#a", "!b", "a.txt", "b.txt", "a[b", ".c"]
        patterns = [*names, "*", "*.txt", "a*", "?b", "[ab]", "[!a]", "**/a", "a/**", "a/**/b", "/a", "b/", "a/b", "/*/b", "\\#a", "\\!b", "a\\ b", "a ", "a\\ ", "**", "a**", ".*"]
        for _ in range(25):
            shutil.rmtree(self.folder / "out")
            shutil.rmtree(self.folder / ".davit", True)
            self.write("out/bootstrap", PROGRAM)
            for _ in range(20):
                path = "out/" + "/".join(chance.choices(names, k=chance.randint(1, 4)))
                if not any(parent.is_file() for parent in (self.folder / path).parents) and not (self.folder / path).exists():
                    self.write(path, "x")
            folders = [path for path in (self.folder / "out").rglob("*") if path.is_dir()]
            for folder in [self.folder / "out", *chance.sample(folders, min(2, len(folders)))]:
                lines = [("!" if chance.random() < 0.25 else "") + chance.choice(patterns) for _ in range(3)]
                (folder / ".davitignore").write_text("\n".join([*lines, "!/bootstrap" if folder.name == "out" else ""]) + "\n")
            git = ["git", f"--git-dir={self.folder / 'git'}", "--work-tree=."]
            subprocess.run([*git, "init", "-q"], cwd=self.folder / "out", check=True)
            listed = subprocess.run([*git, "ls-files", "-z", "--others", "--exclude-per-directory=.davitignore"], cwd=self.folder / "out", capture_output=True, text=True, check=True)
            expected = {path for path in listed.stdout.split("\0") if path and not path.endswith(".davitignore")}
            built = {name for name, member in self.members(self.build()).items() if member.isfile() and not name.endswith(".davitignore")}
            rules = {str(file.relative_to(self.folder)): file.read_text() for file in (self.folder / "out").rglob(".davitignore")}
            self.assertEqual(built, expected, rules)

    def test_builds_at_the_same_time_share_a_layout(self):
        for number in range(4):
            self.write(f"out/{number}", os.urandom(200_000))
        command = [DAVIT, "image", "build", "-o", "json", "--tag"]
        running = [subprocess.Popen([*command, f"t{n % 2}"], cwd=self.folder, env=scrubbed_environment(), stdout=subprocess.PIPE) for n in range(4)]
        digests = {json.loads(process.communicate(timeout=60)[0])["digest"] for process in running}
        self.assertEqual(([process.returncode for process in running], len(digests)), ([0] * 4, 1))
        self.assertEqual({self.inspect(tag)["digest"] for tag in ("t0", "t1")}, digests)
        self.assertEqual(self.left_behind(), [])

    def test_a_full_disk_leaves_the_image_of_before(self):
        before = self.build()["digest"]
        self.write("out/large", os.urandom(3_000_000))
        namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
        if subprocess.run([*namespace, "true"], capture_output=True).returncode != 0:
            self.assertNotEqual(os.environ.get("CI"), "true", "CI must allow mount namespaces")
            self.skipTest("mount namespaces are not allowed here")
        small = 'cp -a .davit saved && mount -t tmpfs -o size=1m none .davit && cp -a saved/. .davit/ && "$@"; code=$?; "$0" image inspect -o json; ls -aR .davit >seen; exit $code'
        finished = self.davit("image", "build", "-o", "json", prefix=[*namespace, "sh", "-c", small, DAVIT])
        self.assertEqual(finished.returncode, 1, finished.stderr)
        self.assertIn("No space left on device", finished.stderr)
        self.assertEqual(json.loads(finished.stdout)["digest"], before)
        self.assertNotIn(".scratch-", (self.folder / "seen").read_text())

    def test_killed_it_leaves_the_image_of_before_and_the_next_build_clears_up(self):
        before = self.build()["digest"]
        self.write("out/large", os.urandom(20_000_000))
        shown = set()
        for delay in (0.0, 0.02, 0.05, 0.1):
            process = subprocess.Popen([DAVIT, "image", "build"], cwd=self.folder, env=scrubbed_environment(), stdout=subprocess.DEVNULL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(delay)
            process.send_signal(signal.SIGKILL)
            process.wait()
            shown.add(self.inspect()["digest"])
        # One that was killed after its last write has done its work.
        self.assertLessEqual(shown, {before, self.build()["digest"]})
        self.write("out/large", "small now")
        after = self.build()["digest"]
        self.assertEqual(self.inspect()["digest"], after)
        self.assertEqual(self.left_behind(), [])

    def test_a_damaged_layer_is_named_and_made_again(self):
        digest = self.build()["layers"][0]["digest"]
        blob = self.folder / ".davit/image/blobs/sha256" / digest.removeprefix("sha256:")
        content = blob.read_bytes()
        blob.write_bytes(content[:-1] + b"X")
        damaged = self.davit("image", "inspect")
        self.assertEqual(damaged.returncode, 1)
        self.assertIn(f"blob {digest} is damaged", damaged.stderr)
        self.assertIn("davit image build --refresh", damaged.stderr)
        self.build("--refresh")
        self.assertEqual(blob.read_bytes(), content)
        blob.unlink()
        missing = self.davit("image", "inspect")
        self.assertEqual(missing.returncode, 1)
        self.assertIn(f"blob {digest} is missing from", missing.stderr)
        self.assertEqual(self.build()["changed"], False)
        self.inspect()


class Wheels(Case):
    """A Python handler whose requirements bring their own runtime client, so that no index is asked."""

    def setUp(self):
        super().setUp()
        self.wheels = self.folder / "wheels"
        self.client = wheel(self.wheels, "awslambdaric", "9.9")
        self.module = wheel(self.wheels, "lamp")
        write_base(self.folder / "base")
        architecture = {"amd64": "x86_64", "arm64": "arm64"}[ARCHITECTURE]
        handler = f'{{kind: python, source: src, entry: app.handler, requirements: src/requirements.txt, base: "oci:base", architecture: {architecture}}}'
        self.write("davit.yaml", f"name: demo\nregion: eu-central-1\nhandler: {handler}\n")
        self.write("src/app.py", "def handler(event, context):\n    return 1\n")
        self.requirements("lamp==1.0")
        self.settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}

    def requirements(self, *lines):
        self.write("src/requirements.txt", "\n".join(["awslambdaric==9.9", *lines, ""]))

    def is_cached(self):
        finished = self.davit("image", "build", "--dry-run", "-o", "json")
        self.assertEqual(finished.returncode, 0, finished.stderr)
        [step] = [step for step in json.loads(finished.stdout)["steps"] if step["target"] == "dependencies layer"]
        return step["reason"].startswith("unchanged")

    def test_the_cache_knows_all_that_decides_the_layer(self):
        self.settings["PIP_CONSTRAINT"] = "limits.txt"
        self.settings["PIP_INDEX_URL"] = "https://user:one@127.0.0.1:9/simple"
        limits = self.write("limits.txt", "lamp<2\n")
        self.build()
        self.assertTrue(self.is_cached())
        self.requirements("# a remark", "lamp==1.0   # and another")
        self.settings["PIP_INDEX_URL"] = "https://user:two@127.0.0.1:9/simple"
        self.settings["PIP_RETRIES"] = "1"
        self.assertTrue(self.is_cached(), "remarks, passwords and retries choose no wheel")
        changes = {
            "the base": (lambda: write_base(self.folder / "base", "two"), lambda: write_base(self.folder / "base")),
            "the time": (lambda: self.settings.update(SOURCE_DATE_EPOCH="1"), lambda: self.settings.pop("SOURCE_DATE_EPOCH")),
            "a wheel under the same version": (lambda: wheel(self.wheels, "lamp", body="value = 2\n"), lambda: wheel(self.wheels, "lamp")),
            "a constraint": (lambda: limits.write_text("lamp<3\n"), lambda: limits.write_text("lamp<2\n")),
            "an index": (lambda: self.settings.update(PIP_EXTRA_INDEX_URL="https://127.0.0.1:9/"), lambda: self.settings.pop("PIP_EXTRA_INDEX_URL")),
            "pip's file": (lambda: self.write("config/pip/pip.conf", "[install]\npre = true\n"), lambda: (self.folder / "config/pip/pip.conf").unlink()),
            "a variable": (lambda: self.requirements("lamp==${LAMP_VERSION}"), lambda: self.requirements("lamp==1.0")),
        }
        for name, (change, undo) in changes.items():
            with self.subTest(name):
                change()
                self.assertFalse(self.is_cached())
                undo()
                self.assertTrue(self.is_cached())

    def test_paths_in_requirements_start_from_their_file(self):
        wheel(self.folder / "src/more", "shade")
        shutil.copy(self.module, self.folder / "src")
        self.write("src/tempfile.py", "raise SystemExit('a module of the handler stood in for one of Python')\n")
        self.requirements("--find-links more", "shade==1.0", f"./{self.module.name}")
        self.settings["PIP_FIND_LINKS"] = "wheels"
        built = self.build()
        digest = built["layers"][1]["digest"].removeprefix("sha256:")
        with tarfile.open(self.folder / ".davit/image/blobs/sha256" / digest) as archive:
            self.assertLessEqual({"var/task/shade.py", "var/task/lamp.py", "var/task/awslambdaric.py"}, set(archive.getnames()))
        wheel(self.folder / "src/more", "shade", body="value = 2\n")
        self.assertFalse(self.is_cached())

    def test_remarks_are_repeated_while_the_layer_is_cached(self):
        self.requirements("lamp")
        first, second = self.build(), self.build()
        self.assertEqual(second["layers"][1]["cached"], True)
        self.assertTrue(any("no exact version for lamp" in note for note in first["notices"]), first["notices"])
        self.assertEqual(first["notices"], second["notices"])

    def test_hashes_are_held(self):
        digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (self.client, self.module)]
        self.write("src/requirements.txt", f"awslambdaric==9.9 \\\n  --hash=sha256:{digests[0]}\nlamp==1.0 --hash=sha256:{digests[1]}\n")
        self.build()
        self.write("src/requirements.txt", f"awslambdaric==9.9 --hash=sha256:{digests[0]}\nlamp==1.0 --hash=sha256:{digests[0]}\n")
        shown = self.refusal(1)
        self.assertIn("the wheel of lamp==1.0 has another hash than the requirements file names", shown)
        self.assertEqual(self.left_behind(), [])

    def application(self, built):
        digest = built["layers"][-1]["digest"].removeprefix("sha256:")
        with tarfile.open(self.folder / ".davit/image/blobs/sha256" / digest) as archive:
            return {member.name.removeprefix("var/task/"): archive.extractfile(member).read() for member in archive if member.isfile()}

    def test_a_file_with_a_mistake_is_named_and_has_no_bytecode(self):
        self.write("src/broken.py", "def f(:\n")
        built = self.build()
        self.assertIn(f"1 of 2 Python files cannot be compiled by Python 3.{MINOR}, and fail when imported: /var/task/broken.py", built["notices"])
        self.assertIn(f"__pycache__/app.cpython-3{MINOR}.pyc", self.application(built))
        self.assertNotIn(f"__pycache__/broken.cpython-3{MINOR}.pyc", self.application(built))
        self.assertEqual(built["notices"], self.build()["notices"])

    def test_without_a_python_to_compile_with_only_valid_bytecode_is_kept(self):
        self.build()
        for name in ("fresh", "stale", "hashed", "other"):
            self.write(f"src/{name}.py", f"value = '{name}'\n")
        self.write("src/.davitignore", "!__pycache__\n!*.pyc\n")
        modes = {"fresh": "TIMESTAMP", "stale": "TIMESTAMP", "hashed": "CHECKED_HASH", "other": "UNCHECKED_HASH"}
        for name, mode in modes.items():
            py_compile.compile(str(self.folder / f"src/{name}.py"), invalidation_mode=py_compile.PycInvalidationMode[mode])
        self.write("src/stale.py", "value = 'STALE'\n")
        os.utime(self.folder / "src/stale.py", (1, 1))
        self.write("src/other.py", "value = 'OTHER'\n")
        compiled = py_compile.compile(str(self.folder / "src/fresh.py"), cfile=str(self.folder / "src/bare.pyc"))
        self.write("src/foreign.pyc", b"\0\0\r\n" + pathlib.Path(compiled).read_bytes()[4:])
        with tempfile.TemporaryDirectory() as empty:
            self.settings["PATH"] = empty
            built = self.build()
        files = self.application(built)
        self.assertEqual({name for name in files if name.endswith(".pyc")}, {"bare.pyc", *(f"__pycache__/{name}.cpython-3{MINOR}.pyc" for name in ("fresh", "hashed"))})
        for name in ("fresh", "hashed"):
            content = files[f"__pycache__/{name}.cpython-3{MINOR}.pyc"]
            self.assertEqual(content[4:16], b"\1\0\0\0" + importlib.util.source_hash(files[f"{name}.py"]))
        [note] = [note for note in built["notices"] if "bytecode" in note]
        self.assertIn(f"bytecode of 2 files only, as it was found: neither the base's Python nor one here compiles for Python 3.{MINOR}", note)
        [left] = [note for note in built["notices"] if "foreign" in note]
        self.assertIn("left out /var/task/foreign.pyc: a module without its source, compiled for another Python", left)

    def test_what_has_no_fitting_wheel_is_named(self):
        with tarfile.open(self.wheels / "source-1.0.tar.gz", "w:gz"):
            pass
        wheel(self.wheels, "windows", tag="cp311-cp311-win_amd64")
        for name in ("source", "windows"):
            self.requirements(f"{name}==1.0")
            shown = self.refusal(1)
            self.assertIn(f"building the dependencies layer: pip found no wheel of {name}==1.0", shown)

    def test_a_module_that_is_missing_is_found_before_pip_runs(self):
        (self.folder / "src/app.py").rename(self.folder / "src/ap.py")
        self.requirements("no-such-project==1")
        self.assertIn("handler.entry names the module 'app', but src has no such file", self.refusal(2))


if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode != 0:
    skip("pip is not installed")
unittest.main(argv=sys.argv[:1], verbosity=2)
