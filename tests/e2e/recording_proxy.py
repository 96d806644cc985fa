# SPDX-License-Identifier: Apache-2.0
"""Stands between davit and a server of AWS's protocols, passes everything on, and keeps what was asked for."""
import http.client
import http.server
import re
import threading
import urllib.parse

READS = re.compile(r"(Get|List|Describe|Query|Scan|BatchGet|TransactGet|Filter|Head|Lookup|Decode)")


class Asked:
    """One request, by the name of its operation where the protocol tells it."""

    def __init__(self, method, path, headers, body):
        self.headers = dict(headers)
        self.body = body
        target = headers.get("X-Amz-Target", "")
        action = urllib.parse.parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0] if method == "POST" else ""
        self.operation = target.rpartition(".")[2] or action
        self.line = f"{method} {path}"

    @property
    def is_write(self):
        if self.operation:
            return not READS.match(self.operation)
        dry_invocation = self.headers.get("X-Amz-Invocation-Type") == "DryRun"
        return not dry_invocation and self.line.split(" ")[0] not in ("GET", "HEAD")

    def __str__(self):
        return self.operation or self.line


class RecordingProxy:
    def __init__(self, endpoint):
        self.asked = []
        self._host, self._port = urllib.parse.urlsplit(endpoint).netloc.split(":")
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def take(self):
        """What was asked for since the last call."""
        asked, self.asked = self.asked, []
        return asked

    def _handler(proxy):  # noqa: N805 (the handler's own self is another)
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                proxy.asked.append(Asked(self.command, self.path, self.headers, body))
                upstream = http.client.HTTPConnection(proxy._host, int(proxy._port), timeout=30)
                upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    upstream.putheader(name, value)
                upstream.endheaders(body)
                answer = upstream.getresponse()
                content = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(b"" if self.command == "HEAD" else content)
                upstream.close()

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = pass_on

            def log_message(self, *arguments):
                pass

        return Handler
