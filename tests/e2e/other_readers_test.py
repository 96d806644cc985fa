# SPDX-License-Identifier: Apache-2.0
"""davit.yaml and davit's YAML as others read them: the JSON Schema beside the checker, in Python's jsonschema, and -o yaml in PyYAML."""
import base64
import glob
import json
import os
import random
import subprocess
import sys
import tempfile
import unittest

from local_aws import TOOLS, scrubbed_environment, skip

PYTHON = os.path.join(TOOLS, "venv", "bin", "python")
if TOOLS and os.path.exists(PYTHON) and os.path.realpath(sys.prefix) != os.path.realpath(os.path.join(TOOLS, "venv")):
    os.execv(PYTHON, [PYTHON, *sys.argv])
try:
    import jsonschema
    import yaml
except ImportError as missing:
    skip(f"{missing.name} is not installed (scripts/test-tools)")

DAVIT = os.path.abspath(sys.argv.pop(1))
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")

# Wrong in a way that a schema cannot say: what one value means for another, names too long together, how a scalar is written, keys twice.
BEYOND_THE_SCHEMA = {
    "alarm_that_never_rings",
    "ambiguous_claims",
    "claims_of_several_lines",
    "cors_everything_with_credentials",
    "duplicate_keys",
    "line_separator",
    "names_too_long",
    "rest_api_default_stage",
    "shared_variables",
}

# Where a mutation hurts most.
PIECES = ["&a ", "*a", "<<: *a", "!!str ", "~", "yes", "0123", "1e3", "1:30", "\t", "---\n", '"', "'", "{", "}", "[", "]", ": ", "- ", "? ",
          "#", "|", ">", "%", "@", "\\", "\x7f", "é", "🚢", "\u2028", "\ufeff", "\n", "  ", ",", "$"]


def davit(*arguments, folder, stdin=b""):
    return subprocess.run([DAVIT, *arguments], cwd=folder, env=scrubbed_environment(), input=stdin, capture_output=True, timeout=30)


def mutated(text, chance):
    for _ in range(chance.choice([1, 1, 2, 4])):
        at = chance.randrange(len(text))
        kind = chance.randrange(3)
        if kind == 0:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + chance.choice([1, 3, 20]) :]
        else:
            lines = text.split("\n")
            line = chance.randrange(len(lines))
            lines[line] = " " * chance.randrange(9) + lines[line].lstrip()
            text = "\n".join(lines)
    return text


class ProjectFile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="davit-test-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.schema = json.loads(davit("config", "schema", folder=cls.folder.name).stdout)
        cls.validator = jsonschema.Draft202012Validator(cls.schema)

    def check(self, text):
        with open(os.path.join(self.folder.name, "davit.yaml"), "w", encoding="utf-8") as file:
            file.write(text)
        return davit("config", "check", folder=self.folder.name)

    def complaints(self, document):
        """What the schema says, without the type of plain scalars: davit takes `0123` as a text where a text is wanted."""
        for error in self.validator.iter_errors(document):
            if error.validator not in ("type", "not") or isinstance(error.instance, (dict, list, str, type(None))):
                yield f"{error.json_path}: {error.message}"

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def test_templates_fit_it(self):
        for path in glob.glob(os.path.join(SOURCE, "templates", "*", "davit.yaml")):
            with open(path, encoding="utf-8") as file:
                self.assertEqual(list(self.complaints(yaml.safe_load(file))), [], path)

    def test_it_refuses_what_the_checker_refuses(self):
        accepted = set()
        for path in glob.glob(os.path.join(SOURCE, "tests", "golden", "config", "*.yaml")):
            try:
                with open(path, encoding="utf-8") as file:
                    document = yaml.safe_load(file)
            except (yaml.YAMLError, UnicodeDecodeError):
                continue
            if not any(self.validator.iter_errors(document)):
                accepted.add(os.path.basename(path)[: -len(".yaml")])
        self.assertEqual(accepted, BEYOND_THE_SCHEMA)

    def test_mutations_end_in_an_answer_that_the_schema_shares(self):
        chance = random.Random(20260101)
        with open(os.path.join(SOURCE, "templates", "shop", "davit.yaml"), encoding="utf-8") as file:
            shop = file.read()
        accepted = 0
        for _ in range(250):
            text = mutated(shop, chance)
            done = self.check(text)
            self.assertIn(done.returncode, (0, 2), (done.stderr, text))
            if done.returncode == 2:
                self.assertRegex(done.stderr.decode(), r"davit\.yaml:\d+:\d+: |is empty", text)
                continue
            try:
                document = yaml.safe_load(text)
            except (yaml.YAMLError, ValueError):
                continue  # PyYAML reads YAML 1.1: tabs and some characters are errors there
            accepted += 1
            self.assertEqual(list(self.complaints(document)), [], text)
        self.assertGreater(accepted, 10)


class YamlOutput(unittest.TestCase):
    WORDS = ["yes", "No", "on", "y", "null", "~", "", "0123", "0o17", "0x1F", "1e3", ".5", "1_000", "+1", ".inf", "1:30", "2024-01-31", "<<",
             "=", "- a", "? a", ":", "a: b", "#c", "a #b", "[a]", "*a", "&a", "!a", "|", "%a", "@a", "`a", " a", "a\nb", "\t", "\\", "é🚢",
             "\u2028", "\x85", "\x7f", "\x00", "\x1b", "\ufeff", "---", "plain", "a/b", "a-b"]

    def test_reads_back_as_the_json(self):
        claims = {f"k{number}": word for number, word in enumerate(self.WORDS)}
        claims |= {word: number for number, word in enumerate(self.WORDS)}
        claims["numbers"] = [0, -1, 1.5, 1e300, 2**63, 1e-7]
        claims["nested"] = {"a": [[], {}, [[1, [2]], {"x": [{"y": None}]}], [{"p": True, "q": [1, 2]}]]}

        def part(value):
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

        token = b".".join([part({"alg": "HS256"}), part(claims), part("signature")])
        shown = {form: davit("jwt", "decode", "-o", form, folder="/", stdin=token) for form in ("json", "yaml")}
        self.assertEqual(yaml.safe_load(shown["yaml"].stdout), json.loads(shown["json"].stdout))
        self.assertEqual(json.loads(shown["json"].stdout)["claims"], claims)


if __name__ == "__main__":
    unittest.main()
