# SPDX-License-Identifier: Apache-2.0
"""DynamoDB as others wrote it: dynalite and moto_server, each on a free port of its own."""
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from local_aws import TOOLS, scrubbed_environment

DYNALITE = os.path.join(TOOLS, "node", "node_modules", ".bin", "dynalite")
MOTO = os.path.join(TOOLS, "venv", "bin", "moto_server")


def have_dynalite():
    return bool(TOOLS) and os.path.exists(DYNALITE)


def have_moto():
    return bool(TOOLS) and os.path.exists(MOTO)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, *command):
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._log = tempfile.TemporaryFile()
        words = [word.replace("PORT", str(self.port)) for word in command]
        self._process = subprocess.Popen(words, env=scrubbed_environment(), stdout=self._log, stderr=self._log)
        self._wait()

    def _wait(self):
        for _ in range(600):
            try:
                urllib.request.urlopen(self.endpoint, timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.1)
        self._log.seek(0)
        raise AssertionError(f"the server does not answer: {self._log.read().decode('utf-8', 'replace')}")

    def close(self):
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:  # moto ends no earlier than what was asked of it
            self._process.kill()
            self._process.wait()
        self._log.close()


class Dynalite(Server):
    def __init__(self):
        super().__init__(DYNALITE, "--host", "127.0.0.1", "--port", "PORT", "--createTableMs", "20", "--deleteTableMs", "20")


class Moto(Server):
    def __init__(self):
        super().__init__(MOTO, "-H", "127.0.0.1", "-p", "PORT")
