# SPDX-License-Identifier: Apache-2.0
"""table export: in segments, sorted or as the items come, compressed, filtered; stopped and killed, and gone on with as if nothing had happened. From a
server that has a large table at once and writes down what it is asked, from the local DynamoDB, dynalite and moto."""
import csv
import glob
import gzip
import http.server
import io
import json
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import zlib

from local_aws import LocalAwsCase, main, scrubbed_environment
from table_servers import Dynalite, Moto, have_dynalite, have_moto

SEGMENTS = 3
PAGES = 12
ITEMS = 2000
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


class LargeTable:
    """Three segments of a megabyte a page, in no order of their keys."""

    def __init__(self):
        self.asked = []
        self.packed = 0
        self.created = 1700000000
        self.delay = 0
        self._pages = {}
        table = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                content = table.answer(self.headers["X-Amz-Target"].rpartition(".")[2], document)
                packed = "gzip" in self.headers.get("Accept-Encoding", "")
                content = gzip.compress(content, 1) if packed else content
                table.packed += packed
                try:
                    self.send_response(200)
                    if packed:
                        self.send_header("Content-Encoding", "gzip")
                    self.send_header("x-amz-crc32", str(zlib.crc32(content)))
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    self.close_connection = True

            def log_message(self, *arguments):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *arguments: None  # a client that was killed
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, operation, document):
        if operation == "DescribeTable":
            key = {"AttributeName": "id", "KeyType": "HASH"}
            attribute = {"AttributeName": "id", "AttributeType": "S"}
            table = {"TableName": "large", "TableStatus": "ACTIVE", "CreationDateTime": self.created, "KeySchema": [key], "AttributeDefinitions": [attribute]}
            return json.dumps({"Table": table}).encode()
        page = int(document["ExclusiveStartKey"]["page"]["N"]) if "ExclusiveStartKey" in document else 0
        place = (document.get("Segment", 0), page)
        self.asked.append(place)
        time.sleep(self.delay)
        if place not in self._pages:
            self._pages[place] = json.dumps(self.page(*place)).encode()
        return self._pages[place]

    def page(self, segment, page):
        numbers = range(page * ITEMS, (page + 1) * ITEMS)
        items = [{"text": {"S": "x" * 400}, "id": {"S": f"{n * 7919 % 999983:07}-{segment}"}, "n": {"N": str(n)}, "tags": {"SS": ["b", "a"]}} for n in numbers]
        last = {} if page + 1 == PAGES else {"LastEvaluatedKey": {"page": {"N": str(page + 1)}}}
        return {"Items": items, "Count": ITEMS, "ScannedCount": ITEMS, **last}


class Killed(unittest.TestCase):
    def setUp(self):
        self.table = LargeTable()
        self.addCleanup(self.table.close)
        folder = tempfile.TemporaryDirectory(prefix="davit-test-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start(self, *flags):
        words = [LocalAwsCase.DAVIT, "table", "export", "large", "--segments", str(SEGMENTS), "--endpoint-url", self.table.endpoint, "-o", "json", *flags]
        return subprocess.Popen(words, cwd=self.folder, env=scrubbed_environment(ENVIRONMENT), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def export(self, *flags, status=0):
        process = self.start(*flags)
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, status, err)
        return json.loads(out) if status == 0 else err

    def journals(self):
        return glob.glob(os.path.join(self.folder, ".davit", "journal", "*"))

    def wait_for_journal(self, process):
        while not any(name.endswith(".json") for name in self.journals()):
            self.assertIsNone(process.poll(), "the export was done before it kept anything")
            time.sleep(0.005)

    def content(self, name):
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def visible(self):
        return sorted(name for name in os.listdir(self.folder) if name != ".davit")

    def test_it_goes_on_where_it_was_killed(self):
        self.assertEqual(self.export("--out", "whole.jsonl")["items"], SEGMENTS * PAGES * ITEMS)
        self.assertEqual(self.journals(), [])
        self.table.asked.clear()
        process = self.start("--out", "killed.jsonl")
        self.wait_for_journal(process)
        process.kill()
        process.communicate()
        before = set(self.table.asked)
        self.table.asked.clear()
        document = self.export("--out", "killed.jsonl", "--resume")
        self.assertEqual(document["items"], SEGMENTS * PAGES * ITEMS)
        self.assertGreater(document["itemsResumed"], 0)
        self.assertEqual(len(self.table.asked) * ITEMS, document["items"] - document["itemsResumed"])
        self.assertLess(len(self.table.asked), SEGMENTS * PAGES)
        self.assertEqual(before | set(self.table.asked), {(segment, page) for segment in range(SEGMENTS) for page in range(PAGES)})
        self.assertEqual(self.content("killed.jsonl"), self.content("whole.jsonl"))
        self.assertEqual(self.journals(), [])

    def test_answers_from_elsewhere_come_compressed(self):
        self.export("--out", "near.jsonl")
        self.assertEqual(self.table.packed, 0, "on this machine that costs more than it saves")
        words = [LocalAwsCase.DAVIT, "table", "export", "large", "--endpoint-url", "http://dynamodb.far.example"]
        environment = scrubbed_environment({**ENVIRONMENT, "http_proxy": self.table.endpoint})
        far = subprocess.run([*words, "--segments", str(SEGMENTS)], env=environment, capture_output=True, timeout=120, check=True)
        self.assertEqual(self.table.packed, 1 + SEGMENTS * PAGES, "the description and every page")
        self.assertEqual(far.stdout, self.content("near.jsonl"))

    def test_it_survives_many_kills_in_every_format(self):
        dice = random.Random(4)
        for name, flags in (("a.csv.gz", ["--format", "csv"]), ("b.json", ["--format", "json", "--unordered"])):
            self.export("--out", "whole-" + name, *flags)
            self.table.delay = 0.01
            for _ in range(3):
                process = self.start("--out", name, "--resume", *flags)
                time.sleep(dice.random())
                process.kill()
                process.communicate()
            self.table.delay = 0
            document = self.export("--out", name, "--resume", *flags)
            self.assertEqual(document["items"], SEGMENTS * PAGES * ITEMS)
            whole, killed = self.content("whole-" + name), self.content(name)
            if "--unordered" in flags:
                order = lambda item: item["id"]
                whole, killed = sorted(json.loads(whole), key=order), sorted(json.loads(killed), key=order)
            self.assertEqual(killed, whole)
            self.assertEqual(self.journals(), [])

    def test_an_interrupt_leaves_no_half_file_and_keeps_what_was_read(self):
        self.table.delay = 0.02
        process = self.start("--out", "stopped.jsonl")
        while len(self.table.asked) < 2 * SEGMENTS:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (130, ""))
        self.assertIn("--resume goes on where it was", err)
        self.assertEqual(self.visible(), [])
        document = self.export("--out", "stopped.jsonl", "--resume")
        self.assertGreaterEqual(document["itemsResumed"], SEGMENTS * ITEMS)
        self.assertEqual(document["items"], SEGMENTS * PAGES * ITEMS)
        self.assertEqual((self.visible(), self.journals()), (["stopped.jsonl"], []))

    def test_a_journal_of_something_else_is_not_gone_on_with(self):
        process = self.start("--out", "x.jsonl")
        self.wait_for_journal(process)
        busy = self.export("--out", "x.jsonl", "--resume", status=5)
        self.assertIn("another davit works with", busy)
        process.kill()
        process.communicate()
        self.assertIn("its format is jsonl, here it is csv", self.export("--out", "x.jsonl", "--resume", "--format", "csv", status=2))
        self.assertIn("its filter is nothing, here it is n > 5", self.export("--out", "x.jsonl", "--resume", "--filter", "n > 5", status=2))
        self.table.created += 1
        self.assertIn("its table's creation is", self.export("--out", "x.jsonl", "--resume", status=2))
        self.table.created -= 1
        journal = next(name for name in self.journals() if name.endswith(".json"))
        part = journal.removesuffix("json") + "part"
        with open(part, "r+b") as file:
            file.seek(5000)
            file.write(b"?")
        self.assertIn("is not as it was written", self.export("--out", "x.jsonl", "--resume", status=1))
        with open(journal, "w", encoding="utf-8") as file:
            file.write('{"version": 1}')
        self.assertIn("cannot be understood", self.export("--out", "x.jsonl", "--resume", status=1))
        self.assertEqual(self.visible(), [])
        document = self.export("--out", "x.jsonl")
        self.assertEqual((document["items"], document["itemsResumed"], self.journals()), (SEGMENTS * PAGES * ITEMS, 0, []))


class Formats:
    """The same small table on several servers."""

    @classmethod
    def create(cls):
        cls.davit("table", "create", "orders", "--key", "[id, at:N]", "--index", "by-status=status")
        lines = [{"id": f"c-{n % 7}", "at": n, "status": ["open", "closed"][n % 2], "size": n % 5, "user-id": f"u{n}", "info": {"name": f'"{n}"'}} for n in range(200)]
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.write("\n".join(json.dumps(line) for line in lines))
            file.flush()
            cls.davit("table", "seed", "orders", file.name)

    @classmethod
    def davit(cls, *arguments, status=0, text=True):
        words = [LocalAwsCase.DAVIT, *arguments, "--endpoint-url", cls.endpoint]
        finished = subprocess.run(words, env=scrubbed_environment(ENVIRONMENT), capture_output=True, timeout=60)
        if finished.returncode != status:
            raise AssertionError(f"{arguments}: exit {finished.returncode}: {finished.stderr.decode()}")
        out = finished.stdout if status == 0 else finished.stderr
        return out.decode() if text else out

    def items(self, *flags):
        return [json.loads(line) for line in self.davit("table", "export", "orders", *flags).splitlines()]

    def test_segments_change_nothing(self):
        one = self.davit("table", "export", "orders", "--segments", "1")
        self.assertEqual([(item["id"], item["at"]) for item in map(json.loads, one.splitlines())], sorted((f"c-{n % 7}", n) for n in range(200)))
        self.assertEqual(self.davit("table", "export", "orders", "--segments", "7"), one)
        unordered = self.davit("table", "export", "orders", "--segments", "7", "--unordered")
        self.assertEqual(sorted(unordered.splitlines()), sorted(one.splitlines()))

    def test_compressed_is_the_same_text(self):
        for name in ("jsonl", "json", "csv", "dynamodb-json"):
            plain = self.davit("table", "export", "orders", "--format", name, text=False)
            packed = self.davit("table", "export", "orders", "--format", name, "--gzip", text=False)
            self.assertEqual(gzip.decompress(packed), plain)
            self.assertEqual(packed[4:8], bytes(4), "the time of the member")
            self.assertEqual(self.davit("table", "export", "orders", "--format", name, "--gzip", text=False), packed)

    def test_filters_and_projections_take_reserved_words_and_values(self):
        kept = self.items("--filter", 'status = "open" AND size >= 3 AND begins_with(`user-id`, "u")')
        self.assertEqual(sorted(item["at"] for item in kept), [n for n in range(200) if n % 2 == 0 and n % 5 >= 3])
        named = self.items("--filter", "#s = :s AND at = 4", "--names", '{"#s": "status"}', "--values", '{":s": "open"}')
        self.assertEqual([item["at"] for item in named], [4])
        shown = self.items("--projection", "status, user-id, info.name", "--filter", "at < 3")
        self.assertEqual(shown, [{"status": ["open", "closed"][n % 2], "user-id": f"u{n}", "info": {"name": f'"{n}"'}} for n in range(3)])
        rows = list(csv.reader(io.StringIO(self.davit("table", "export", "orders", "--format", "csv", "--projection", "size", "--filter", "at IN (6, 4)"))))
        self.assertEqual(rows, [["size:N"], ["4"], ["1"]])
        self.assertEqual(json.loads(self.davit("table", "count", "orders", "--filter", "NOT status = 'open' AND size = 1", "-o", "json"))["count"], 20)

    def test_an_index_is_sorted_by_its_key_and_has_its_items(self):
        found = self.items("--index", "by-status")
        self.assertEqual([(item["status"], item["id"], item["at"]) for item in found], sorted((["open", "closed"][n % 2], f"c-{n % 7}", n) for n in range(200)))
        self.assertIn("did you mean 'by-status'?", self.davit("table", "export", "orders", "--index", "by-state", status=3))

    def test_mistakes_are_named(self):
        self.assertIn("--filter:1:8: a value begins here that does not end", self.davit("table", "export", "orders", "--filter", 'size = "x', status=2))
        self.assertIn("there is no table order", self.davit("table", "export", "order", status=3))
        self.assertIn("--resume needs the file of --out", self.davit("table", "export", "orders", "--resume", status=2))
        self.assertIn("cannot write /nowhere/x", self.davit("table", "export", "orders", "--out", "/nowhere/x", status=2))
        self.assertIn("service: ValidationException", self.davit("table", "export", "orders", "--filter", "size = ", status=1))


class LocalFormats(Formats, LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.endpoint = cls.aws.endpoint
        cls.create()


@unittest.skipUnless(have_dynalite(), "dynalite is not installed (scripts/test-tools)")
class DynaliteFormats(Formats, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = Dynalite()
        cls.addClassCleanup(server.close)
        cls.endpoint = server.endpoint
        cls.create()


@unittest.skipUnless(have_moto(), "moto is not installed (scripts/test-tools)")
class MotoFormats(Formats, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = Moto()
        cls.addClassCleanup(server.close)
        cls.endpoint = server.endpoint
        cls.create()


if __name__ == "__main__":
    main()
