# SPDX-License-Identifier: Apache-2.0
"""The verbs of tables and items on a table of 100,000 items, against the local DynamoDB and, where they are there, moto_server and dynalite:
how long each takes, the most memory it had, and whether what it says is right. `run.py DAVIT [ITEMS [SERVER...]]`"""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "e2e"))
from local_aws import LocalAws, scrubbed_environment  # noqa: E402
from table_servers import Dynalite, Moto, have_dynalite, have_moto  # noqa: E402

DAVIT = os.path.abspath(sys.argv[1])
ITEMS = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
WANTED = sys.argv[3:] or ["local", "moto", "dynalite"]


def item(number, price):
    return {"pk": f"USER#{number % 1000:04}", "sk": f"ORDER#{number:07}", "price": price, "text": "x" * 150, "tags": ["a", number % 7], "status": number % 10}


class Bench:
    def __init__(self, server, endpoint, folder):
        self.server, self.endpoint, self.folder = server, endpoint, folder

    def run(self, line, *words, expect=None, codes=(0,)):
        credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        command = [DAVIT, *words, "--endpoint-url", self.endpoint]
        begin = time.monotonic()
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(command, env=scrubbed_environment(credentials), cwd=self.folder, stdout=out)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.monotonic() - begin
            out.seek(0)
            text = out.read().decode()
        verdict = "" if process.returncode in codes else f"EXIT {process.returncode}"
        if expect and not expect(text):
            verdict += " WRONG: " + text[-300:]
        print(f"{self.server:<9} {line:<58} {seconds:8.2f} s {usage.ru_utime:8.2f} s user {usage.ru_maxrss // 1024:6} MB  {verdict or 'right'}", flush=True)

    def all(self):
        said = lambda **wanted: lambda text: {name: json.loads(text)[name] for name in wanted} == wanted  # noqa: E731
        self.run("table create", "table", "create", "big", "--key", "[pk, sk]")
        self.run("table create, for the copy", "table", "create", "copied", "--key", "[pk, sk]")
        self.run("table seed", "table", "seed", "big", "old.jsonl", "-o", "json", expect=said(read=ITEMS, written=ITEMS))
        self.run("table describe", "table", "describe", "big", "-o", "json")
        same = said(added=0, removed=0, changed=0, same=ITEMS)
        self.run("table diff, with its file", "table", "diff", "big", "old.jsonl", "-o", "json", expect=same)
        changed = said(added=0, removed=0, changed=ITEMS // 10, same=ITEMS - ITEMS // 10)
        self.run("table diff, a tenth differs", "table", "diff", "big", "new.jsonl", "-o", "json", "--exit-code", expect=changed, codes=(8,))
        self.run("table diff, two files", "table", "diff", "old.jsonl", "new.jsonl", "--key", "[pk, sk]", "-o", "json", expect=changed)
        self.run("table copy", "table", "copy", "big", "copied", "-o", "json", expect=said(read=ITEMS, written=ITEMS, remaining=0))
        self.run("table copy --mode same, nothing to do", "table", "copy", "big", "copied", "--mode", "same", "--yes", "-o", "json", expect=said(written=0, same=ITEMS))
        self.run("table diff, with its copy", "table", "diff", "big", "copied", "-o", "json", expect=same)
        self.run("item tree", "item", "tree", "big", "-o", "json", expect=said(items=ITEMS))
        self.run("item tree, one collection", "item", "tree", "big", "USER#0007", "-o", "json", expect=said(count=ITEMS // 1000))
        # dynalite knows neither; PartiQL of moto finds no number.
        if self.server == "local":
            self.run("item sql, a scan with a condition", "item", "sql", "SELECT pk, sk FROM big WHERE status = 3", "-o", "json", expect=said(count=ITEMS // 10))
        if self.server != "dynalite":
            self.run("item transact, 100 updates", "item", "transact", "updates.json", "-o", "json", expect=lambda text: len(json.loads(text)["actions"]) == 100)
        self.run("item update", "item", "update", "big", "USER#0007", "ORDER#0000007", "--set", "tags[0]=1", "-o", "json")
        self.run("table empty --dry-run", "table", "empty", "copied", "--dry-run", "-o", "json")
        self.run("table empty --filter, a tenth", "table", "empty", "copied", "--filter", "status = 3", "--confirm", "copied", "-o", "json", expect=said(deleted=ITEMS // 10, remaining=0))
        self.run("table empty", "table", "empty", "copied", "--confirm", "copied", "-o", "json", expect=said(deleted=ITEMS - ITEMS // 10, remaining=0))
        self.run("table count", "table", "count", "copied", "-o", "json", expect=said(count=0))
        self.run("table diff, a missing table", "table", "diff", "bigg", "old.jsonl", codes=(3,))


def main():
    with tempfile.TemporaryDirectory(prefix="davit-bench-") as folder:
        for name, price in (("old.jsonl", lambda n: n), ("new.jsonl", lambda n: n + 0.5 if n % 10 == 0 else n)):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.writelines(json.dumps(item(number, price(number))) + "\n" for number in range(ITEMS))
        actions = [{"update": {"table": "big", "key": {"pk": f"USER#{n:04}", "sk": f"ORDER#{n:07}"}, "set": {"price": 1}}} for n in range(100)]
        with open(os.path.join(folder, "updates.json"), "w", encoding="utf-8") as file:
            json.dump(actions, file)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        servers = {"local": lambda: LocalAws(DAVIT), "moto": Moto if have_moto() else None, "dynalite": Dynalite if have_dynalite() else None}
        for name in filter(servers.get, WANTED):
            server = servers[name]()
            try:
                Bench(name, server.endpoint, folder).all()
            finally:
                server.close()


if __name__ == "__main__":
    main()
