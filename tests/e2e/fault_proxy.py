# SPDX-License-Identifier: Apache-2.0
"""Stands between davit and a DynamoDB, and misbehaves as told: throttles, leaves items unprocessed, answers 500 before or after it has passed a
request on, resets connections, cuts and damages answers, is slow, or is not there."""
import http.client
import json
import socket
import struct
import threading
import time
import urllib.parse
import zlib

THROTTLED = {
    "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    "message": "The level of configured provisioned throughput for the table was exceeded.",
    "ThrottlingReasons": [{"reason": "TableWriteProvisionedThroughputExceeded", "resource": "arn:aws:dynamodb:::table/items"}],
}
THROTTLING = {
    "__type": "com.amazon.coral.availability#ThrottlingException",
    "message": "Rate of requests exceeds the allowed throughput.",
    "throttlingReasons": [{"reason": "TableWriteKeyRangeThroughputExceeded", "resource": "arn:aws:dynamodb:::table/items"}],
}
FAILED = {"__type": "com.amazon.coral.service#InternalServerError", "message": "Internal server error"}


class Asked:
    """One request as it came; `number` counts those of its operation from 0."""

    def __init__(self, path, headers, body, number):
        self.path = path
        self.headers = headers
        self.operation = headers.get("x-amz-target", "").rpartition(".")[2]
        self.body = body
        self.number = number

    @property
    def document(self):
        return json.loads(self.body)


class Answer:
    def __init__(self, status, document=None, headers=None, content=None):
        self.status = status
        self.content = json.dumps(document).encode() if content is None else content
        self.headers = {"Content-Type": "application/x-amz-json-1.0"} if headers is None else headers
        if content is None:
            self.headers["x-amz-crc32"] = str(zlib.crc32(self.content))

    @property
    def document(self):
        return json.loads(self.content)


class FaultProxy:
    """`behave(asked, passed_on)` makes the answer of each request: an Answer, or one of the functions below for what is none. `passed_on(body)`
    sends the request (with another body, when one is given) to the server and returns its Answer."""

    def __init__(self, endpoint):
        self.behave = lambda asked, passed_on: passed_on()
        self.asked = []
        self._host, self._port = urllib.parse.urlsplit(endpoint).netloc.split(":")
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._listen(0)
        self.endpoint = f"http://127.0.0.1:{self.port}"

    def _listen(self, port):
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def count(self, operation):
        return sum(asked.operation == operation for asked in self.asked)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def reopen(self):
        self._listen(self.port)

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, listener), daemon=True).start()

    def _serve(self, connection, listener):
        stream = connection.makefile("rb")
        try:
            while listener.fileno() >= 0:
                asked = self._read(stream)
                if asked is None or listener.fileno() < 0:
                    break
                answer = self.behave(asked, lambda body=None, asked=asked: self._pass_on(asked, body))
                if callable(answer):
                    answer(connection)
                    break
                connection.sendall(as_bytes(answer))
        except OSError:
            pass  # davit went away, as it may
        finally:
            stream.close()
            connection.close()

    def _read(self, stream):
        line = stream.readline().decode("latin-1")
        if not line.strip():
            return None
        headers = {}
        for field in iter(lambda: stream.readline().decode("latin-1").strip(), ""):
            name, _, value = field.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0)))
        with self._lock:
            asked = Asked(line.split(" ")[1], headers, body, 0)
            asked.number = self.count(asked.operation)
            self.asked.append(asked)
        return asked

    def _pass_on(self, asked, body):
        headers = asked.headers
        if body is not None:
            headers = signed(self._endpoint, asked.headers["x-amz-target"], body)
        upstream = http.client.HTTPConnection(self._host, int(self._port), timeout=30)
        upstream.putrequest("POST", asked.path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "accept-encoding"):
                upstream.putheader(name, value)
        content = asked.body if body is None else body
        upstream.putheader("Content-Length", str(len(content)))
        upstream.endheaders(content)
        answer = upstream.getresponse()
        kept = {name: value for name, value in answer.getheaders() if name.lower() in ("content-type", "x-amz-crc32", "x-amzn-requestid")}
        received = Answer(answer.status, headers=kept, content=answer.read())
        upstream.close()
        return received


def signed(endpoint, target, body):
    """The headers of a request with another body, which the signature covers."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"}
    request = AWSRequest("POST", endpoint + "/", data=body, headers=headers)
    SigV4Auth(Credentials("test", "test"), "dynamodb", "us-east-1").add_auth(request)
    return {**dict(request.headers.items()), "Host": urllib.parse.urlsplit(endpoint).netloc}


def as_bytes(answer, promised=None):
    lines = [f"HTTP/1.1 {answer.status} Status"] + [f"{name}: {value}" for name, value in answer.headers.items()]
    lines.append(f"Content-Length: {len(answer.content) if promised is None else promised}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + answer.content


def reset(connection):
    """RST instead of an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def cut(answer):
    """Half of the answer, and the end of the connection."""

    def send(connection):
        whole = len(answer.content)
        half = Answer(answer.status, headers=answer.headers, content=answer.content[: whole // 2])
        connection.sendall(as_bytes(half, promised=whole))

    return send


def damaged(answer):
    """One bit of the body turned, so that its x-amz-crc32 does not fit."""
    content = bytearray(answer.content)
    content[len(content) // 2] ^= 1
    answer.headers["x-amz-crc32"] = str(zlib.crc32(answer.content))
    return Answer(answer.status, headers=answer.headers, content=bytes(content))


def slow(answer, seconds):
    time.sleep(seconds)
    return answer


def left_unprocessed(asked, passed_on, take):
    """Writes the first `take` items of a batch and leaves the others."""
    document = asked.document
    (table, requests), = document["RequestItems"].items()
    left = {table: requests[take:]} if requests[take:] else {}
    if take == 0:
        return Answer(200, {"UnprocessedItems": left})
    answer = passed_on(json.dumps({**document, "RequestItems": {table: requests[:take]}}).encode())
    assert answer.status == 200, answer.content
    return Answer(200, {**answer.document, "UnprocessedItems": left})


def left_unread(asked, passed_on, take):
    """Reads the first `take` keys of a batch and leaves the others."""
    document = asked.document
    (table, wanted), = document["RequestItems"].items()
    left = {table: {**wanted, "Keys": wanted["Keys"][take:]}} if wanted["Keys"][take:] else {}
    if take == 0:
        return Answer(200, {"Responses": {}, "UnprocessedKeys": left})
    part = {**document, "RequestItems": {table: {**wanted, "Keys": wanted["Keys"][:take]}}}
    answer = passed_on(json.dumps(part).encode())
    assert answer.status == 200, answer.content
    return Answer(200, {**answer.document, "UnprocessedKeys": left})
