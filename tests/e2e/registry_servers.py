# SPDX-License-Identifier: Apache-2.0
"""Registries to push to: Debian's docker-registry, and what can stand before one: a wire that is cut at a given byte, a proxy that misbehaves."""
import hashlib
import http.client
import http.server
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time

from local_aws import scrubbed_environment


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class DockerRegistry:
    """docker-registry on a free port, with its files in a folder of its own."""

    @staticmethod
    def is_installed():
        return shutil.which("docker-registry") is not None

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="davit-registry-")
        self.host, self.process = self._start()

    def _start(self):
        for _ in range(5):
            host = f"127.0.0.1:{free_port()}"
            config = os.path.join(self.folder, "config.yml")
            with open(config, "w", encoding="utf-8") as file:
                json.dump(
                    {
                        "version": 0.1,
                        "storage": {"filesystem": {"rootdirectory": self.folder + "/data"}, "delete": {"enabled": True}},
                        "http": {"addr": host},
                        "log": {"level": "error"},
                    },
                    file,
                )
            with open(os.path.join(self.folder, "log"), "wb") as log:
                process = subprocess.Popen(["docker-registry", "serve", config], stdout=log, stderr=log, env=scrubbed_environment())
            if self._answers(process, host):
                return host, process
        raise AssertionError("docker-registry does not start")

    def _answers(self, process, host):
        deadline = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(tuple(host.split(":")), 1).close()
                return True
            except OSError:
                time.sleep(0.02)
        return False

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)


class Wire:
    """Passes bytes on, and calls `cut` once, when the client has sent `limit` of them; what it sends after that is lost."""

    def __init__(self, host, limit=None, cut=None):
        self._upstream = tuple(host.split(":"))
        self.limit = limit
        self.cut = cut
        self.sent = 0
        self._lock = threading.Lock()
        self._carriers = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def settle(self):
        """Waits until the server has closed every connection: it has read then what was sent before the cut."""
        for carrier in self._carriers:
            carrier.join()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._upstream)
            self._carriers.append(threading.Thread(target=self._carry, args=(client, server), daemon=True))
            self._carriers[-1].start()

    def _carry(self, client, server):
        with client, server:
            back = threading.Thread(target=self._pump, args=(server, client, False), daemon=True)
            back.start()
            self._pump(client, server, True)
            back.join()

    def _allowed(self, count):
        with self._lock:
            before, self.sent = self.sent, self.sent + count
            limit = self.limit
            if limit is None or self.sent < limit:
                return count
            cut, self.cut = self.cut, None
        if cut:
            cut()
        return max(0, limit - before)

    def _pump(self, source, target, counts):
        try:
            while piece := source.recv(65536):
                target.sendall(piece[: self._allowed(len(piece))] if counts else piece)
        except OSError:
            pass
        for end, how in ((target, socket.SHUT_WR), (source, socket.SHUT_RD)):
            try:
                end.shutdown(how)
            except OSError:
                pass


class Reply:
    def __init__(self, status, headers=None, content=b""):
        self.status, self.headers, self.content = status, dict(headers or {}), content


class RegistryProxy:
    """`behave(asked, passed_on)` makes the answer of each request: a Reply, or None for a reset. `asked` has method, path, headers, body and
    `first`: whether it is the first with this method and path; `passed_on()` asks the registry."""

    def __init__(self, host):
        self.behave = lambda asked, passed_on: passed_on()
        self.asked = []
        self._upstream = host
        self._seen = set()
        self._lock = threading.Lock()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def _handler(proxy):  # noqa: N805 (the handler's own self is another)
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                self.method = self.command
                self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with proxy._lock:
                    key = (self.command, self.path.partition("?")[0].rpartition("uploads/")[0] or self.path, self.path.partition("digest=")[2])
                    self.first = key not in proxy._seen
                    proxy._seen.add(key)
                    proxy.asked.append(f"{self.command} {self.path}")
                reply = proxy.behave(self, self.pass_on)
                if reply is None:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in reply.headers:
                    self.send_header("Content-Length", str(len(reply.content)))
                self.end_headers()
                self.wfile.write(b"" if self.command == "HEAD" else reply.content)

            def pass_on(self):
                upstream = http.client.HTTPConnection(proxy._upstream, timeout=30)
                # The registry names itself by this: so its Location leads back here.
                kept = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
                upstream.request(self.command, self.path, self.body, kept)
                answer = upstream.getresponse()
                content = answer.read()
                dropped = ("connection", "date", "transfer-encoding") + (() if self.command == "HEAD" else ("content-length",))
                headers = {name: value for name, value in answer.getheaders() if name.lower() not in dropped}
                upstream.close()
                return Reply(answer.status, headers, content)

            def finish(self):
                try:
                    super().finish()
                except (OSError, ValueError):
                    pass

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = answer

            def log_message(self, *arguments):
                pass

        return Handler


def check_whole(reference, login, expected):
    """The image as skopeo reads it: every blob has the digest that its name says, and the manifest's is `expected`."""
    folder = tempfile.mkdtemp(prefix="davit-pulled-")
    try:
        credentials = ["--src-creds", login] if login else []
        done = subprocess.run(
            ["skopeo", "copy", "--src-tls-verify=false", *credentials, f"docker://{reference}", f"dir:{folder}"],
            env=scrubbed_environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        with open(os.path.join(folder, "manifest.json"), "rb") as file:
            manifest = file.read()
        assert digest_of(manifest) == expected, (digest_of(manifest), expected)
        document = json.loads(manifest)
        for blob in (document["config"], *document["layers"]):
            with open(os.path.join(folder, blob["digest"].partition(":")[2]), "rb") as file:
                content = file.read()
            assert digest_of(content) == blob["digest"] and len(content) == blob["size"], blob
    finally:
        shutil.rmtree(folder)
