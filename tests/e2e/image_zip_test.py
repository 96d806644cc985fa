# SPDX-License-Identifier: Apache-2.0
"""`handler.package: zip`: archives whose bytes depend on their content alone, read by Python's zipfile and by unzip; the gate, inspect, verify and
diff of them. Needs pip, and no network: wheels are made here.

usage: image_zip_test.py DAVIT BOOTSTRAP"""
import base64
import hashlib
import json
import os
import pathlib
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
import zipfile

from elf_file import elf
from local_aws import scrubbed_environment

DAVIT = os.path.abspath(sys.argv[1])
BOOTSTRAP = os.path.abspath(sys.argv[2])
MINOR = sys.version_info.minor
MACHINE = {"x86_64": "x86_64", "aarch64": "arm64"}[os.uname().machine]
AL2023 = MINOR >= 12
PYTHON = f"kind: python, source: src, entry: app.main.handler, runtime: python3.{MINOR}"
GOOD = "def handler(event, context): pass\n"
OWN, OTHER = (62, 183) if MACHINE == "x86_64" else (183, 62)
NATIVE = "kind: native, source: src, entry: server"


def wheel(folder, name, version="1.0", files=None, tag="py3-none-any"):
    info = f"{name}-{version}.dist-info"
    files = {**(files or {f"{name}.py": "value = 1\n"}), f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"}
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n"
    files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{name}-run = {name}:main\n"
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in files.items():
            archive.writestr(zipfile.ZipInfo(member), content)
    return path


class Project:
    """A folder with davit.yaml, sources and wheels."""

    def __init__(self, test, handler=PYTHON, order=1):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="davit-zip-"))
        test.addCleanup(shutil.rmtree, self.folder, True)
        self.settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.folder / "wheels"), "PATH": os.environ["PATH"]}
        self.configure(handler)
        files = {"src/app/__init__.py": "", "src/app/main.py": "import lamp\n\n\ndef handler(event, context):\n    return lamp.value\n",
                 "src/app/ünïcode.txt": "text " * 1000, "src/run.sh": "#!/bin/sh\n", "src/.env": "SECRET=1\n", "src/data.bin": bytes(range(256)),
                 "src/.davitignore": "*.tmp\n", "src/left.tmp": "x"}
        for name in sorted(files)[::order]:
            self.write(name, files[name])
        (self.folder / "src/run.sh").chmod(0o700)
        (self.folder / "src/link").symlink_to("app/main.py")

    def configure(self, handler, more=""):
        self.write("davit.yaml", f"name: demo\nregion: eu-central-1\nhandler: {{package: zip, architecture: {MACHINE}, {handler}}}\n{more}")

    def require(self, *names):
        self.write("requirements.txt", "".join(f"{name}\n" for name in names))
        for name in names:
            wheel(self.folder / "wheels", name.split("==")[0])
        self.configure(PYTHON + ", requirements: requirements.txt")

    def native(self, program=BOOTSTRAP, name="server"):
        shutil.copy(program, self.folder / "src" / name)
        (self.folder / "src" / name).chmod(0o644)
        self.configure(NATIVE)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def davit(self, *arguments, environment=None, prefix=()):
        environment = scrubbed_environment({**self.settings, **(environment or {})})
        return subprocess.run([*prefix, DAVIT, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120)

    def json(self, *arguments, code=0, **options):
        finished = self.davit(*arguments, "-o", "json", **options)
        if finished.returncode != code:
            raise AssertionError(f"exit {finished.returncode}: {finished.stderr}{finished.stdout}")
        return json.loads(finished.stdout)

    def build(self, *flags, **options):
        return self.json("image", "build", *flags, **options)

    def archive(self, name="function.zip", tag="latest"):
        return self.folder / ".davit/zip" / tag / name


class Case(unittest.TestCase):
    def project(self, *arguments, **options):
        return Project(self, *arguments, **options)

    def names(self, path):
        with zipfile.ZipFile(path) as archive:
            self.assertIsNone(archive.testzip())
            return archive.namelist()

    def need(self, program):
        if not shutil.which(program):
            if os.environ.get("CI") == "true":
                self.fail(f"CI must have {program}")
            self.skipTest(f"{program} is not installed")


class Archive(Case):
    def test_holds_the_sources_less_what_is_ignored(self):
        project = self.project()
        built = project.build()
        names = self.names(project.archive())
        self.assertEqual(names, sorted(names, key=str.encode))
        self.assertTrue({"app/__init__.py", "app/main.py", "app/ünïcode.txt", "run.sh", "link", "data.bin"} <= set(names), names)
        self.assertFalse([name for name in names if name.endswith("/") or name in (".env", "left.tmp")])
        self.assertIn(".env", built["ignored"])
        self.assertFalse(project.archive("layer.zip").exists())

    def test_bytecode_is_of_the_runtime_and_outlives_the_times(self):
        project = self.project()
        project.build()
        with zipfile.ZipFile(project.archive()) as archive:
            pyc = archive.read(f"app/__pycache__/main.cpython-3{MINOR}.pyc")
        self.assertEqual(pyc[4:8], b"\1\0\0\0", "an unchecked hash")
        self.assertIn(b"/var/task/app/main.py", pyc)

    def test_what_cannot_be_compiled_here_is_said(self):
        project = self.project("kind: python, source: src, entry: app.main.handler, runtime: python3.14")
        only = project.folder / "bin"
        only.mkdir()
        (only / "python3").symlink_to(sys.executable)
        built = project.build(environment={"PATH": str(only)})
        self.assertIn("no Python here compiles for Python 3.14", " ".join(built["notices"]))
        self.assertFalse([name for name in self.names(project.archive()) if name.endswith(".pyc")])

    def test_a_python_that_uv_keeps_compiles(self):
        project = self.project()
        only = project.folder / "bin"
        only.mkdir()
        # As uv does: what follows the word python is Python's own.
        (only / "uv").write_text(f'#!/bin/sh\nwhile [ "$1" != python ]; do said="$said $1"; shift; done; shift\n'
                                 f'case "$said" in *--managed-python*--python\\ 3.{MINOR}*) exec {os.path.realpath(sys.executable)} "$@";; esac\nexit 2\n')
        (only / "uv").chmod(0o755)
        built = project.build(environment={"PATH": str(only)})
        self.assertEqual(built["notices"], [])
        self.assertIn(f"app/__pycache__/main.cpython-3{MINOR}.pyc", self.names(project.archive()))

    def test_headers(self):
        project = self.project()
        project.build()
        with zipfile.ZipFile(project.archive()) as archive:
            for info in archive.infolist():
                self.assertEqual(info.date_time, (1980, 1, 1, 0, 0, 0))
                self.assertEqual((info.create_system, info.extra, info.comment), (3, b"", b""))
                self.assertEqual(info.flag_bits, 0 if info.filename.isascii() else 0x800, info.filename)
                mode = info.external_attr >> 16
                expected = {"link": stat.S_IFLNK | 0o777, "run.sh": stat.S_IFREG | 0o755}.get(info.filename, stat.S_IFREG | 0o644)
                self.assertEqual(mode, expected, info.filename)
            self.assertEqual(archive.getinfo("data.bin").compress_type, zipfile.ZIP_STORED)
            self.assertEqual(archive.getinfo("app/ünïcode.txt").compress_type, zipfile.ZIP_DEFLATED)
            self.assertEqual(archive.read("link"), b"app/main.py")
            self.assertEqual(archive.read("app/ünïcode.txt"), b"text " * 1000)

    def test_unzip_reads_it(self):
        self.need("unzip")
        project = self.project()
        project.build()
        out = project.folder / "out"
        done = subprocess.run(["unzip", "-q", str(project.archive()), "-d", str(out)], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(os.readlink(out / "link"), "app/main.py")
        self.assertTrue(os.access(out / "run.sh", os.X_OK))
        self.assertEqual((out / "app/ünïcode.txt").read_bytes(), b"text " * 1000)

    def test_json_says_what_lambda_would(self):
        project = self.project()
        built = project.build()
        content = project.archive().read_bytes()
        [archive] = built["archives"]
        self.assertEqual(archive["codeSha256"], base64.b64encode(hashlib.sha256(content).digest()).decode())
        self.assertEqual((archive["size"], archive["kind"], archive["path"]), (len(content), "function", str(project.archive().resolve())))
        with zipfile.ZipFile(project.archive()) as read:
            self.assertEqual(archive["unzippedSize"], sum(info.file_size for info in read.infolist()))
        self.assertEqual(built["digest"], "sha256:" + hashlib.sha256(content).hexdigest())
        self.assertEqual(built["layout"], str(project.archive().parent.resolve()))
        self.assertEqual([layer["kind"] for layer in built["layers"]], ["application"])

    def test_an_unchanged_build_does_nothing(self):
        project = self.project()
        project.require("lamp")
        self.assertTrue(project.build()["changed"])
        before = project.archive().stat()
        built = project.build()
        self.assertFalse(built["changed"])
        self.assertTrue(all(layer["cached"] for layer in built["layers"]))
        self.assertEqual(project.archive().stat().st_ino, before.st_ino)
        plan = project.davit("image", "build", "--dry-run", "-o", "json")
        self.assertEqual({step["action"] for step in json.loads(plan.stdout)["steps"]}, {"skip"})

    def test_a_damaged_archive_is_made_again(self):
        project = self.project()
        project.require("lamp")
        project.build()
        for name in ("function.zip", "layer.zip"):
            good = project.archive(name).read_bytes()
            project.archive(name).write_bytes(good[:-1] + b"x")
            self.assertTrue(project.build()["changed"])
            self.assertEqual(project.archive(name).read_bytes(), good)

    def test_the_dry_run_writes_nothing(self):
        project = self.project()
        project.require("lamp")
        finished = project.davit("image", "build", "--dry-run")
        self.assertEqual(finished.returncode, 0, finished.stderr)
        self.assertFalse((project.folder / ".davit").exists())

    def test_environments_and_tags_have_folders_of_their_own(self):
        project = self.project()
        project.build("--tag", "v1")
        self.assertTrue(project.archive(tag="v1").exists())
        project.build("--out", "dist")
        self.assertEqual((project.folder / "dist/function.zip").read_bytes(), project.archive(tag="v1").read_bytes())


class SameBytes(Case):
    def setUp(self):
        project = self.project()
        project.require("lamp")
        self.expected = project.build()["digest"]

    def assert_same(self, prefix=(), environment=None, prepare=None, order=1):
        project = self.project(order=order)
        project.require("lamp")
        if prepare:
            prepare(project)
        self.assertEqual(project.build(prefix=prefix, environment=environment)["digest"], self.expected)

    def test_elsewhere(self):
        self.assert_same()

    def test_in_another_time_zone_and_language(self):
        self.assert_same(environment={"TZ": "Pacific/Kiritimati", "LC_ALL": "C"})

    def test_with_another_umask(self):
        previous = os.umask(0o077)
        self.addCleanup(os.umask, previous)
        self.assert_same()

    def test_in_another_order_of_entries_and_times(self):
        def touch(project):
            for path in project.folder.rglob("*"):
                os.utime(path, (1e9, 1e9), follow_symlinks=False)
        self.assert_same(order=-1, prepare=touch)

    def test_with_a_date_before_the_format(self):
        self.assert_same(environment={"SOURCE_DATE_EPOCH": "1000"})

    def test_for_another_user(self):
        if os.geteuid() != 0:
            self.skipTest("only root becomes somebody else")
        nobody = pwd.getpwnam("nobody")

        def give_away(project):
            for path in [project.folder, *project.folder.rglob("*")]:
                os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
        self.assert_same(prepare=give_away)

    def test_another_date_gives_other_bytes(self):
        project = self.project()
        project.require("lamp")
        built = project.build(environment={"SOURCE_DATE_EPOCH": "1700000000"})
        self.assertNotEqual(built["digest"], self.expected)
        with zipfile.ZipFile(project.archive()) as archive:
            self.assertEqual(archive.infolist()[0].date_time, (2023, 11, 14, 22, 13, 20))


class Layer(Case):
    def test_wheels_lie_below_python(self):
        project = self.project()
        project.require("lamp")
        built = project.build()
        self.assertEqual([archive["kind"] for archive in built["archives"]], ["layer", "function"])
        self.assertEqual([layer["kind"] for layer in built["layers"]], ["dependencies", "application"])
        names = self.names(project.archive("layer.zip"))
        self.assertTrue(all(name.startswith("python/") for name in names), names)
        self.assertTrue({"python/lamp.py", f"python/__pycache__/lamp.cpython-3{MINOR}.pyc", "python/bin/lamp-run"} <= set(names), names)
        with zipfile.ZipFile(project.archive("layer.zip")) as archive:
            self.assertTrue(archive.read("python/bin/lamp-run").startswith(f"#!/var/lang/bin/python3.{MINOR}\n".encode()))
            self.assertIn(b"/opt/python/lamp.py", archive.read(f"python/__pycache__/lamp.cpython-3{MINOR}.pyc"))

    def test_the_handler_finds_its_wheels_there(self):
        project = self.project()
        project.require("lamp")
        project.build()
        root = project.folder / "root"
        for name, folder in (("function.zip", "var/task"), ("layer.zip", "opt")):
            shutil.unpack_archive(project.archive(name), root / folder, "zip")
        code = "import app.main; print(app.main.handler({}, None))"
        done = subprocess.run([sys.executable, "-c", code], cwd=root / "var/task", env={"PYTHONPATH": str(root / "opt/python")},
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stdout, "1\n", done.stderr)

    def test_goes_away_with_the_requirements(self):
        project = self.project()
        project.require("lamp")
        project.build()
        project.configure(PYTHON)
        self.assertTrue(project.build()["changed"])
        self.assertFalse(project.archive("layer.zip").exists())

    def test_is_kept_when_only_the_sources_change(self):
        project = self.project()
        project.require("lamp")
        project.build()
        project.write("src/app/more.py", "x = 1\n")
        built = project.build()
        self.assertEqual([layer["cached"] for layer in built["layers"]], [True, False])

    def test_wheels_are_those_of_the_runtime(self):
        tags = {"python3.11": ("manylinux_2_26", "manylinux_2_28", "cp311"), "python3.12": ("manylinux_2_34", "manylinux_2_36", "cp312")}
        for runtime, (right, wrong, python) in tags.items():
            project = self.project()
            machine = os.uname().machine
            wheel(project.folder / "wheels", "lamp", "1.0", tag=f"{python}-{python}-{right}_{machine}")
            wheel(project.folder / "wheels", "lamp", "2.0", tag=f"{python}-{python}-{wrong}_{machine}")
            project.write("requirements.txt", "lamp\n")
            project.configure(f"kind: python, source: src, entry: app.main.handler, requirements: requirements.txt, runtime: {runtime}")
            project.build()
            self.assertIn("python/lamp-1.0.dist-info/METADATA", self.names(project.archive("layer.zip")), runtime)

    def test_lock(self):
        project = self.project()
        project.require("lamp")
        project.json("image", "lock")
        lock = json.loads((project.folder / "davit.lock").read_text())
        self.assertIn(f"dependencies cp3{MINOR} {MACHINE} glibc2.{34 if AL2023 else 26}", lock["layers"])
        digest = project.build()["digest"]
        wheel(project.folder / "wheels", "lamp", "2.0")
        self.assertEqual(project.build("--refresh")["digest"], digest)
        wheel(project.folder / "wheels", "lamp", "1.0", files={"lamp.py": "evil = 1\n"})
        refused = project.davit("image", "build", "--refresh")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("another hash", refused.stderr)


class Native(Case):
    def test_the_program_is_bootstrap_at_the_root(self):
        project = self.project()
        project.native()
        project.build()
        with zipfile.ZipFile(project.archive()) as archive:
            info = archive.getinfo("bootstrap")
            self.assertEqual(info.external_attr >> 16, stat.S_IFREG | 0o755)
            self.assertEqual(archive.read("bootstrap"), pathlib.Path(BOOTSTRAP).read_bytes())
            self.assertNotIn("server", archive.namelist())
        self.assertEqual(project.json("image", "check")["findings"], [])

    def test_a_second_bootstrap_is_refused(self):
        project = self.project()
        project.native()
        project.write("src/bootstrap", "x")
        finished = project.davit("image", "build")
        self.assertEqual(finished.returncode, 2)
        self.assertIn("'server' is to become 'bootstrap'", finished.stderr)


class Gate(Case):
    def findings(self, project, *arguments, code):
        report = project.json("image", "check", *arguments, code=code)
        self.assertEqual(report["refused"], code == 1)
        return {finding["id"]: finding for finding in report["findings"]}

    def written(self, project, files, name="function.zip"):
        path = project.folder / name
        with zipfile.ZipFile(path, "w") as archive:
            for member, (content, mode) in files.items():
                info = zipfile.ZipInfo(member)
                info.external_attr = mode << 16
                archive.writestr(info, content)
        return str(path)

    def test_a_good_package_passes(self):
        project = self.project()
        project.require("lamp")
        project.build()
        self.assertEqual(self.findings(project, code=0), {})

    def test_no_package_is_not_found(self):
        finished = self.project().davit("image", "check")
        self.assertEqual(finished.returncode, 3, finished.stderr)
        self.assertIn("davit image build", finished.stderr)

    def test_handler_module_and_function(self):
        project = self.project()
        path = self.written(project, {"app/other.py": ("def handler(): pass\n", 0o100644)})
        found = self.findings(project, path, code=1)
        self.assertEqual(found["handler-module"]["file"], "/var/task/app/main.py")
        path = self.written(project, {"app/main.py": ("def handle(event, context): pass\n", 0o100644)})
        self.assertIn("did you mean handle?", self.findings(project, path, code=1)["handler-function"]["cure"])

    def test_permissions(self):
        project = self.project()
        path = self.written(project, {"app/main.py": ("def handler(event, context): pass\n", 0o100600)})
        self.assertIn("0600", self.findings(project, path, code=1)["file-permission"]["message"])

    def test_machine_and_c_library_of_extension_modules(self):
        name = "app/fast.abi3.so"
        for runtime, machine, glibc, found in (("python3.11", OTHER, None, "elf-machine"), ("python3.11", OWN, "GLIBC_2.26", None),
                                               ("python3.11", OWN, "GLIBC_2.27", "glibc-version"), ("python3.12", OWN, "GLIBC_2.34", None),
                                               ("python3.12", OWN, "GLIBC_2.35", "glibc-version")):
            project = self.project(f"kind: python, source: src, entry: app.main.handler, runtime: {runtime}")
            files = {"app/main.py": (GOOD, 0o100644), name: (elf(machine=machine, glibc=glibc, needs=["libssl.so.3"]), 0o100644)}
            findings = self.findings(project, self.written(project, files), code=1 if found else 0)
            self.assertEqual(list(findings), [found] if found else [], (runtime, glibc))
            self.assertEqual({finding["file"] for finding in findings.values()}, {f"/var/task/{name}"} if found else set())

    def test_a_library_for_musl_is_a_warning(self):
        project = self.project()
        files = {"app/main.py": (GOOD, 0o100644), "app/fast.abi3.so": (elf(machine=OWN, needs=["libc.musl-x86_64.so.1"]), 0o100644)}
        self.assertIn("manylinux", self.findings(project, self.written(project, files), code=0)["library-missing"]["cure"])

    def test_bootstrap(self):
        project = self.project(NATIVE)
        cases = {"bootstrap-missing": {"server": (elf(machine=OWN), 0o100755)}, "bootstrap-permission": {"bootstrap": (elf(machine=OWN), 0o100644)},
                 "elf-machine": {"bootstrap": (elf(machine=OTHER), 0o100755)}, "entrypoint-format": {"bootstrap": ("text", 0o100755)},
                 "glibc-version": {"bootstrap": (elf(machine=OWN, glibc="GLIBC_2.38", interpreter="/lib/ld.so"), 0o100755)}}
        for found, files in cases.items():
            findings = self.findings(project, self.written(project, files), code=1)
            self.assertEqual({finding["file"] for finding in findings.values()}, {"/var/task/bootstrap"})
            self.assertEqual(list(findings), [found])
        other = self.written(project, {"bootstrap": (elf(machine=OTHER), 0o755 | 0o100000)})
        name = "arm64" if MACHINE == "x86_64" else "x86_64"
        self.assertEqual(self.findings(project, other, "--architecture", name, code=0), {})
        for content in ("#!/bin/sh\n", elf(machine=OWN, glibc="GLIBC_2.34", interpreter="/lib/ld.so", needs=["libc.so.6"])):
            self.assertEqual(self.findings(project, self.written(project, {"bootstrap": (content, 0o100755)}), code=0), {})

    def test_sizes(self):
        project = self.project()
        project.write("src/app/main.py", "def handler(event, context): pass\n")
        with open(project.folder / "src/large", "wb") as large:
            large.truncate(251 << 20)
        project.build()
        self.assertIn(str(250 << 20), self.findings(project, code=1)["unzipped-size"]["message"])
        (project.folder / "src/large").write_bytes(os.urandom(51 << 20))
        project.build()
        self.assertIn("S3", self.findings(project, code=0)["upload-size"]["cure"])

    def test_a_damaged_archive_is_an_error(self):
        project = self.project()
        project.build()
        with zipfile.ZipFile(project.archive()) as archive:
            info = archive.getinfo("data.bin")
        content = bytearray(project.archive().read_bytes())
        content[info.header_offset + 30 + len(info.filename) + 7] ^= 0xff
        project.archive().write_bytes(content)
        finished = project.davit("image", "check")
        self.assertEqual(finished.returncode, 1)
        self.assertIn("function.zip", finished.stderr)


class Verbs(Case):
    def test_inspect(self):
        project = self.project()
        project.require("lamp")
        built = project.build()
        shown = project.json("image", "inspect")
        self.assertEqual(shown["digest"], built["digest"])
        for archive, inspected in zip(built["archives"], shown["archives"]):
            self.assertEqual(archive, {key: inspected[key] for key in archive})
        self.assertEqual(shown["archives"][1]["files"], len(self.names(project.archive())))
        self.assertEqual(project.json("image", "inspect", str(project.archive("layer.zip")))["archives"][0]["kind"], "layer")

    def test_verify(self):
        project = self.project()
        project.require("lamp")
        project.build(environment={"SOURCE_DATE_EPOCH": "1700000001"})
        self.assertTrue(project.json("image", "verify")["same"])
        project.write("src/app/main.py", "def handler(event, context):\n    return 2\n")
        found = project.json("image", "verify", code=1)
        self.assertEqual({file["path"]: file["change"] for file in found["files"]}["/var/task/app/main.py"], "changed")
        self.assertFalse([file for file in found["files"] if "time" in file["what"]])

    def test_diff(self):
        project = self.project()
        project.build("--tag", "one")
        project.write("src/new.py", "x = 1\n")
        (project.folder / "src/run.sh").chmod(0o644)
        project.build("--tag", "two")
        found = project.json("image", "diff", "one", "two", "--exit-code", code=8)
        changes = {file["path"]: file for file in found["files"]}
        self.assertEqual(changes["/var/task/new.py"]["change"], "added")
        self.assertEqual(changes["/var/task/run.sh"]["what"], ["mode"])
        same = project.json("image", "diff", str(project.archive(tag="one")), "one", "--exit-code")
        self.assertTrue(same["same"])

    def test_push_says_what_to_do_instead(self):
        project = self.project()
        finished = project.davit("image", "push", "localhost:1/shop")
        self.assertEqual(finished.returncode, 2)
        self.assertIn("registries hold container images", finished.stderr)
        self.assertIn("update-function-code", finished.stderr)

    def test_what_is_for_images_only_is_refused(self):
        project = self.project()
        finished = project.davit("image", "build", "--docker-archive", "x")
        self.assertEqual(finished.returncode, 2)
        self.assertIn("--docker-archive", finished.stderr)

    def test_tags_name_folders(self):
        project = self.project()
        for tag in ("../x", "a/b", "..", ".x", "x" * 129):
            finished = project.davit("image", "build", "--tag", tag)
            self.assertEqual(finished.returncode, 2, tag)
            self.assertIn("is no tag", finished.stderr)

    def test_bill_of_materials(self):
        project = self.project()
        project.require("lamp")
        built = project.build("--sbom", "bom.json", environment={"SOURCE_DATE_EPOCH": "1700000000"})
        bom = json.loads((project.folder / "bom.json").read_text())
        self.assertEqual([component["purl"] for component in bom["components"]], ["pkg:pypi/lamp@1.0"])
        main = bom["metadata"]["component"]
        self.assertEqual((main["type"], main["bom-ref"], bom["metadata"]["timestamp"]), ("application", built["digest"], "2023-11-14T22:13:20Z"))

    def test_lock_of_a_native_package_pins_nothing(self):
        project = self.project()
        project.native()
        locked = project.json("image", "lock")
        self.assertFalse(locked["changed"])
        self.assertEqual(locked["steps"][0]["target"], "runtime provided.al2023")

    def test_node_is_refused(self):
        finished = self.project("kind: node, source: src, entry: app.handler").davit("image", "build")
        self.assertEqual(finished.returncode, 2)
        self.assertIn("not node ones", finished.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
