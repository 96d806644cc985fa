# SPDX-License-Identifier: Apache-2.0
"""Seeds that are killed, and what a server saw of them: used by the test with few items and by tests/bench/seed_kills with many."""
import collections
import json
import os
import random
import subprocess
import tempfile
import time

import fault_proxy as fault
from local_aws import scrubbed_environment


def item(number):
    return {"id": f"item-{number:07}", "n": number, "text": "ü" * (number % 30)}


def write_file(path, count):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(item(i), ensure_ascii=False) + "\n" for i in range(count))


class Seeding:
    """One table, one file, and a proxy in between that remembers which items it was sent and which of these davit was told to be written: another
    one for each run, because what a killed run had sent may be read after the next one has begun."""

    def __init__(self, davit, upstream, folder, items, concurrency=8):
        self.davit = davit
        self.folder = folder
        self.items = items
        self.last = item(items - 1)["id"]
        self.concurrency = concurrency
        self.file = os.path.join(folder, "items.jsonl")
        write_file(self.file, items)
        self.sent = collections.Counter()
        self.sent_again = []  # acknowledged before, by the run that then sent them again
        self.run = 0
        self.rules = lambda asked, passed_on: passed_on()
        self.told = {}  # item: the run that was told
        self.to_be_killed = None  # the run that must not finish: its last batch waits
        self.at_its_end = False  # that batch does
        self.upstream = upstream
        self.proxy = None
        self.proxies = []

    def close(self):
        for proxy in self.proxies:
            proxy.close()

    def _behave(self, proxy, run, asked, passed_on):
        if asked.operation == "PutItem" and asked.document["Item"]["id"]["S"] == self.last:
            self._wait_to_be_killed(run)
        if asked.operation != "BatchWriteItem":
            return passed_on()
        (requests,) = asked.document["RequestItems"].values()
        keys = [request["PutRequest"]["Item"]["id"]["S"] for request in requests]
        for key in keys:
            self.sent[key] += 1
            if key in self.told:
                self.sent_again.append((key, self.told[key], run))
        if self.last in keys:
            self._wait_to_be_killed(run)
        answer = self.rules(asked, passed_on)
        proxy.asked.clear()
        return self._remember(answer, keys, run)

    def _wait_to_be_killed(self, run):
        while self.to_be_killed == run:
            self.at_its_end = True
            time.sleep(0.001)

    def _remember(self, answer, keys, run):
        """What davit was told, if it lived to hear it: an answer that is whole, undamaged and good."""
        if callable(answer) or answer.status != 200 or getattr(answer, "is_damaged", False):
            return answer
        left = {r["PutRequest"]["Item"]["id"]["S"] for requests in answer.document["UnprocessedItems"].values() for r in requests}
        for key in keys:
            if key not in left:
                self.told[key] = run
        return answer

    def start(self, *flags, to_be_killed=False):
        """One that is to be killed does not finish before, however late the kill comes."""
        self.run += 1
        self.to_be_killed = self.run if to_be_killed else None
        self.at_its_end = False
        self.proxy = proxy = fault.FaultProxy(self.upstream)
        proxy.behave = lambda asked, passed_on, run=self.run: self._behave(proxy, run, asked, passed_on)
        self.proxies.append(proxy)
        environment = scrubbed_environment({"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"})
        command = [self.davit, "table", "seed", "items", self.file, "--endpoint-url", self.proxy.endpoint, "-o", "json"]
        command += ["--concurrency", str(self.concurrency), *flags]
        out, err = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")
        process = subprocess.Popen(command, env=environment, cwd=self.folder, stdout=out, stderr=err)
        process.files = out, err
        return process

    def wait_until(self, process, reached):
        while process.poll() is None and not self.at_its_end and not reached():
            time.sleep(0.001)

    def kill(self, process):
        process.kill()
        code, report, errors = self.finish(process)
        self.to_be_killed = None
        assert code == -9, (code, report, errors)

    @staticmethod
    def finish(process, timeout=600):
        """Exit code, report and errors."""
        process.wait(timeout=timeout)
        texts = []
        for file in process.files:
            file.seek(0)
            texts.append(file.read())
            file.close()
        return process.returncode, json.loads(texts[0]) if texts[0] else None, texts[1]

    def kill_and_resume(self, kills, seed, meanwhile=None):
        """Kills the seed so many times, each when a random number of items more has been sent, then lets it finish. `meanwhile(n)` runs
        before the n-th start."""
        dice = random.Random(seed)
        flags = []
        for number in range(kills):
            if meanwhile:
                meanwhile(number)
            goal = len(self.told) + dice.randrange(1, max(2, (self.items - len(self.told)) // (kills - number + 1)))
            process = self.start(*flags, to_be_killed=True)
            self.wait_until(process, lambda goal=goal: len(self.told) >= goal)
            time.sleep(dice.random() * 0.02)
            self.kill(process)
            flags = ["--resume"]
        return self.finish(self.start("--resume"))

    def under_way_at_a_kill(self):
        """Items that were sent again although davit had been sent their acknowledgement: it may have died before it heard it, so at most what
        was under way. More than that, or in the same run, is a fault."""
        by_run = collections.Counter(run for _, run in {(key, told) for key, told, _ in self.sent_again})
        same_run = [key for key, told, again in self.sent_again if told == again]
        return by_run, same_run
