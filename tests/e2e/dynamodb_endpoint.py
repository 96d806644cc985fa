# SPDX-License-Identifier: Apache-2.0
"""Calls of any DynamoDB on loopback, right and wrong ones, without a client that checks them first."""
import datetime
import hashlib
import hmac
import http.client
import json
import urllib.parse


def sign(method, url, headers, body, now):
    """Signature version 4 with the key pair test/test."""
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/us-east-1/dynamodb/aws4_request"
    headers = {**headers, "host": url.netloc, "x-amz-date": stamp}
    names = ";".join(sorted(headers))
    canonical = "\n".join([method, "/", "", *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names, hashlib.sha256(body).hexdigest()])
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4test"
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders={names}, Signature={signature}"
    return headers


class Endpoint:
    """One DynamoDB on loopback."""

    def __init__(self, url):
        self.url = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=60)

    def call(self, operation, request):
        body = json.dumps(request).encode()
        headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"DynamoDB_20120810.{operation}"}
        now = datetime.datetime.now(datetime.timezone.utc)
        self.connection.request("POST", "/", body, sign("POST", self.url, headers, body, now))
        response = self.connection.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text else None

    def close(self):
        self.connection.close()
