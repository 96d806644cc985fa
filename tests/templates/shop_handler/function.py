# SPDX-License-Identifier: Apache-2.0
"""Runs a handler as Lambda does: awslambdaric in a process of its own, fed by the Runtime API.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NEXT = "/2018-06-01/runtime/invocation/next"
TIME_LIMIT_S = 15


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A killed process resets its connection; anything else is worth a traceback."""
        if not isinstance(sys.exc_info()[1], ConnectionResetError | BrokenPipeError):
            super().handle_error(request, client_address)


class Function:
    """One execution environment, started at the first invocation and again after it died."""

    def __init__(self, code, environment):
        self._code, self._environment = code, environment
        self._events, self._answers = queue.Queue(), queue.Queue()
        self._server = Server(("127.0.0.1", 0), self._request_handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._output = tempfile.TemporaryFile("a+b")  # appending: the position is shared with the process
        self._process = None

    def invoke(self, event):
        """(payload, whether it is an error, what was logged)."""
        if self._process is None or self._process.poll() is not None:
            self._start()
        log_start = self._output.seek(0, os.SEEK_END)
        self._events.put((str(uuid.uuid4()), event))
        payload, failed = self._answer()
        self._output.seek(log_start)
        return payload, failed, self._output.read().decode("utf-8", "replace")

    def close(self):
        self._stop()
        self._server.shutdown()
        self._server.server_close()
        self._output.close()

    def _answer(self):
        deadline = time.monotonic() + TIME_LIMIT_S
        while time.monotonic() < deadline:
            try:
                return self._answers.get(timeout=0.05)
            except queue.Empty:
                if self._process.poll() is not None and self._answers.empty():
                    break
        self._stop()
        return {"errorType": "Runtime.ExitError", "errorMessage": "no answer"}, True

    def _start(self):
        self._events, self._answers = queue.Queue(), queue.Queue()
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_LAMBDA_RUNTIME_API": "{}:{}".format(*self._server.server_address),
            "AWS_LAMBDA_FUNCTION_NAME": "shop-test-handler",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "LAMBDA_TASK_ROOT": str(self._code),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self._environment,
        }
        command = [sys.executable, "-m", "awslambdaric", "app.lambda_handler.handler"]
        self._process = subprocess.Popen(
            command, cwd=self._code, env=environment, stdout=self._output, stderr=self._output
        )

    def _stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _request_handler(function):
        class RuntimeApi(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # buffered: headers and body in one packet, not 40 ms apart

            def do_GET(self):
                if self.path != NEXT:
                    return self._reply(404, b"{}")
                request_id, event = function._events.get()
                deadline_ms = int((time.time() + TIME_LIMIT_S) * 1000)
                headers = {
                    "Content-Type": "application/json",  # awslambdaric 4.2 dies of its absence
                    "Lambda-Runtime-Aws-Request-Id": request_id,
                    "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:ap-southeast-1:000000000000:function:shop-test-handler",
                }
                self._reply(200, json.dumps(event).encode(), headers)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                function._answers.put((json.loads(body), self.path.endswith("/error")))
                self._reply(202, b"{}")

            def _reply(self, status, body, headers={}):
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()

            def log_message(self, *_):
                pass

        return RuntimeApi
