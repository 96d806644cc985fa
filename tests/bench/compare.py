#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whole processes side by side: usage: compare.py [--runs N] LABEL COMMAND [LABEL COMMAND]...

Each is started many times by hyperfine, without a shell; best and median are of the time from start to end, processor is user and system time,
memory is the largest that one more run had resident, faults are its page faults (needs the package time). Compare within one run: another day is another machine.
"""
import json
import math
import os
import shlex
import subprocess
import sys
import tempfile


def taken(name, otherwise):
    """The value of a flag, which is taken out of the arguments."""
    if name not in sys.argv:
        return otherwise
    at = sys.argv.index(name)
    value = sys.argv[at + 1]
    del sys.argv[at : at + 2]
    return value


def once(command):
    """Peak memory in MB and page faults of one run, as time(1) of GNU tells them; a child of this interpreter itself would begin with its
    memory."""
    if not os.path.exists("/usr/bin/time"):
        return math.nan, math.nan
    with tempfile.NamedTemporaryFile("r") as report:
        words = ["/usr/bin/time", "-o", report.name, "-f", "%M %R", *shlex.split(command)]
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        kilobytes, faults = report.read().split()
    return int(kilobytes) / 1024, int(faults)


def main():
    runs = taken("--runs", "100")
    labels, commands = sys.argv[1::2], sys.argv[2::2]
    with tempfile.NamedTemporaryFile(suffix=".json") as times:
        flags = ["-N", "--warmup", "10", "--runs", runs, "--export-json", times.name]
        subprocess.run(["hyperfine", *flags, *commands], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        results = json.load(times)["results"]
    print(f"{'':44} {'best':>9} {'median':>9} {'processor':>9} {'memory':>9} {'faults':>7}")
    for label, command, result in zip(labels, commands, results, strict=True):
        memory, faults = once(command)
        busy = (result["user"] + result["system"]) * 1e3
        print(f"{label:44} {result['min'] * 1e3:6.2f} ms {result['median'] * 1e3:6.2f} ms {busy:6.2f} ms {memory:6.1f} MB {faults:7}")


if __name__ == "__main__":
    main()
