# SPDX-License-Identifier: Apache-2.0
"""Tables of many pages, from a server that has them at once: memory that does not grow with the table, --limit that means items and costs no more
than it must, pages that are empty in the middle."""
import http.server
import json
import subprocess
import tempfile
import threading
import time
import unittest

from local_aws import LocalAwsCase, main, scrubbed_environment

PAGE = 3000


def page_of(number, last):
    """A megabyte of items, and where the next page begins."""
    items = [{"id": {"S": f"{number:05}-{i:05}"}, "n": {"N": str(i)}, "text": {"S": "x" * 250}} for i in range(PAGE)]
    return {"Count": PAGE, "ScannedCount": PAGE, "Items": items, **({} if last else {"LastEvaluatedKey": {"id": {"S": f"{number:05}"}}})}


class LargeTable:
    """Pages without end or with one, made when they are asked for."""

    def __init__(self):
        self.pages = 1
        self.asked = []
        table = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                operation = self.headers["X-Amz-Target"].rpartition(".")[2]
                document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                content = json.dumps(table.answer(operation, document)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, operation, document):
        if operation == "DescribeTable":
            key = {"AttributeName": "id", "KeyType": "HASH"}
            return {"Table": {"TableName": "large", "TableStatus": "ACTIVE", "KeySchema": [key], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}}
        self.asked.append(document)
        number = int(document["ExclusiveStartKey"]["id"]["S"]) + 1 if "ExclusiveStartKey" in document else 0
        if number % 4 == 1:
            empty = {"Count": 0, "ScannedCount": PAGE, "Items": [], "LastEvaluatedKey": {"id": {"S": f"{number:05}"}}}
            return empty
        page = page_of(number, number + 1 >= self.pages)
        if document.get("Select") == "COUNT":
            del page["Items"]
        if "Limit" in document:
            page["Items"] = page["Items"][: document["Limit"]]
            page |= {"Count": len(page["Items"]), "ScannedCount": len(page["Items"])}
        return page


def peak_of(pid):
    """What wait4 tells of a child counts the memory of the parent that it was forked from."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        peaks = [int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:")]
    return peaks[0] if peaks else 0


class Large(unittest.TestCase):
    def setUp(self):
        self.table = LargeTable()
        self.addCleanup(self.table.close)

    def run_davit(self, *arguments):
        """Standard output, in a file, and the peak of memory in MiB."""
        environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        # An instrumented build would keep the last 256 MB that it freed.
        environment["ASAN_OPTIONS"] = "quarantine_size_mb=1"
        out = tempfile.TemporaryFile()
        command = [LocalAwsCase.DAVIT, *arguments, "--endpoint-url", self.table.endpoint]
        process = subprocess.Popen(command, env=scrubbed_environment(environment), stdout=out, stderr=subprocess.DEVNULL)
        peak = 0
        while process.poll() is None:
            peak = max(peak, peak_of(process.pid))
            time.sleep(0.01)
        self.assertEqual(process.returncode, 0, command)
        out.seek(0)
        self.addCleanup(out.close)
        return out, peak

    def test_memory_does_not_grow_with_the_table(self):
        peaks = {}
        for pages in (4, 28):
            self.table.pages = pages
            full = pages - len(range(1, pages, 4))
            for command in (("item", "scan", "large", "-o", "jsonl"), ("item", "scan", "large", "-o", "json"), ("table", "count", "large", "-o", "json")):
                out, peak = self.run_davit(*command)
                peaks.setdefault(command, []).append(peak)
                if command[0] == "table":
                    self.assertEqual(json.load(out)["count"], full * PAGE)
                elif command[-1] == "jsonl":
                    self.assertEqual(sum(1 for _ in out), full * PAGE)
                else:
                    self.assertEqual(json.load(out)["count"], full * PAGE)
        for command, (small, large) in peaks.items():
            # Twenty pages more, held as text alone, would be twenty megabytes; as items, ten times that.
            self.assertLess(large - small, 12, (command, small, large))

    def test_a_limit_means_items_and_reads_no_more(self):
        self.table.pages = 4
        out, _ = self.run_davit("item", "scan", "large", "--limit", "7", "-o", "json")
        self.assertEqual(json.load(out)["count"], 7)
        self.assertEqual([asked.get("Limit") for asked in self.table.asked], [7])
        self.table.asked.clear()
        out, _ = self.run_davit("item", "query", "large", "a", "--limit", str(PAGE + 5), "-o", "jsonl")
        self.assertEqual(sum(1 for _ in out), PAGE + 5)
        # The page in the middle holds nothing; what is wanted is less by what came.
        self.assertEqual([asked["Limit"] for asked in self.table.asked], [PAGE + 5, 5, 5])
        self.table.asked.clear()
        out, _ = self.run_davit("item", "scan", "large", "--limit", "7", "--filter", "n > :n", "--values", '{":n": 0}', "-o", "jsonl")
        self.assertEqual(sum(1 for _ in out), 7)
        self.assertEqual([asked["Limit"] for asked in self.table.asked], [64], "a small limit costs no whole page")
        self.table.asked.clear()
        out, _ = self.run_davit("item", "scan", "large", "--limit", "400", "--filter", "n > 0", "-o", "jsonl")
        self.assertEqual(sum(1 for _ in out), 400)
        self.assertEqual([asked["Limit"] for asked in self.table.asked], [400])


if __name__ == "__main__":
    main()
