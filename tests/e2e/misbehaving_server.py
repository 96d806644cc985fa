# SPDX-License-Identifier: Apache-2.0
"""An HTTP server of sockets alone, so that it can answer what no server should."""
import json
import socket
import struct
import threading
import time


class Request:
    def __init__(self, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.path, _ = lines[0].split(" ", 2)
        self.headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:] if line]
        self.body = body

    def header(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]


def answer(status, body=b"", headers=(), length=True):
    """The bytes of an answer; a body that is no bytes is sent as JSON."""
    if not isinstance(body, bytes):
        body, headers = json.dumps(body).encode(), [("Content-Type", "application/json"), *headers]
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers)]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def reset(connection):
    """Closes so that the other side reads ECONNRESET."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Server:
    """`respond(request, connection)` returns bytes to send, or does with the connection what it likes and returns None."""

    def __init__(self, respond, wrap=None):
        self.respond, self.wrap, self.requests = respond, wrap, []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if wrap else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        # A blocked accept keeps a closed listener alive.
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()

    def paths(self):
        return [f"{request.method} {request.path}" for request in self.requests]

    def wait_for(self, count, seconds=10):
        end = time.monotonic() + seconds
        while len(self.requests) < count and time.monotonic() < end:
            time.sleep(0.01)
        return self.requests

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            with self.wrap(connection) if self.wrap else connection as wrapped:
                while request := self._read(wrapped):
                    self.requests.append(request)
                    sent = self.respond(request, wrapped)
                    if sent is None:
                        return
                    wrapped.sendall(sent)
        except OSError:
            return

    @staticmethod
    def _read(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                return None
            data += part
        head, body = data.split(b"\r\n\r\n", 1)
        request = Request(head, body)
        length = int((request.header("Content-Length") or ["0"])[0])
        while len(request.body) < length:
            request.body += connection.recv(65536)
        return request
