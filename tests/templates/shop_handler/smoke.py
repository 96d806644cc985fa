# SPDX-License-Identifier: Apache-2.0
"""Runs the template's smoke suites against a Function: a second reading of the suite's form, apart
from davit's own, so that a suite cannot be green only because one reader misunderstands it."""

import json
import re
import time
import uuid
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import unquote, urlsplit

import yaml

PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Check:
    suite: str
    step: str
    name: str
    ok: bool
    actual: object
    is_item: bool  # asked of a table, not of the handler

    def __str__(self):
        return f"{self.suite} / {self.step} / {self.name}"


class Suite:
    def __init__(self, file, function, backend):
        self._folder = file.parent
        self._text = yaml.safe_load(file.read_text())
        self._function, self._backend = function, backend
        self._variables = {"run": uuid.uuid4().hex[:12]}
        self._variables = {**self._variables, **self._fill(self._text.get("variables", {}))}

    def run(self):
        sections = (self._text.get(name, []) for name in ("setup", "steps", "cleanup"))
        return [check for section in sections for step in section for check in self._step(step)]

    def _step(self, step):
        retry = step.get("retry", {"times": 0, "wait": "0ms"})
        for attempt in range(retry["times"] + 1):
            checks = self._attempt(step)
            if all(check.ok for check in checks):
                break
            if attempt < retry["times"]:
                time.sleep(int(retry["wait"].removesuffix("ms")) / 1000)
        return checks

    def _attempt(self, step):
        def check(name, ok, actual):
            return Check(self._text["name"], step["name"], name, ok, actual, "item" in step)

        try:
            answer = self._act(self._fill({**step, "expect": None}))
            expect = self._fill(step.get("expect", {}))
            checks = [check(name, ok, actual) for name, ok, actual in self._judge(expect, answer)]
            for variable, path in step.get("capture", {}).items():
                value = find(answer["json"], path)
                self._variables[variable] = value
            return checks or [check("done", True, None)]
        except (KeyError, IndexError, TypeError) as error:
            return [check("error", False, repr(error))]

    def _act(self, step):
        started = time.monotonic()
        if "item" in step:
            answer = self._item(step["item"])
        elif "event" in step:
            answer = self._event(json.loads((self._folder / step["event"]).read_text()))
        else:
            answer = self._request(step)
        return {**answer, "latency_ms": (time.monotonic() - started) * 1000}

    def _item(self, item):
        table = self._backend.table(item["table"])
        exact = {name: json.loads(json.dumps(item[name]), parse_float=Decimal) for name in item if name != "table"}
        if "put" in exact:
            table.put_item(Item=exact["put"])
            return {}
        if "delete" in exact:
            table.delete_item(Key=exact["delete"])
            return {}
        return {"json": plain(table.get_item(Key=exact["get"], ConsistentRead=True)["Item"])}

    def _event(self, event):
        payload, failed, log = self._function.invoke(event)
        return {"payload": payload, "log": log, "failed": failed}

    def _request(self, step):
        method, url = step["request"].split(" ", 1)
        headers = {name.lower(): value for name, value in step.get("headers", {}).items()}
        if step["token"] != "none":
            headers["authorization"] = f"Bearer {self._backend.token(step['token'])}"
        body = None
        if "json" in step:
            headers["content-type"] = "application/json"
            body = json.dumps(step["json"])
        payload, failed, log = self._function.invoke(http_event(method, urlsplit(url), headers, body))
        if failed or "statusCode" not in payload:
            return {"status": 500, "headers": {}, "json": payload, "log": log}
        text = payload.get("body") or ""
        is_json = text and payload["headers"].get("content-type") == "application/json"
        parsed = json.loads(text) if is_json else text
        return {"status": payload["statusCode"], "headers": payload["headers"], "json": parsed, "log": log}

    def _judge(self, expect, answer):
        if "status" in expect:
            wanted = expect["status"] if isinstance(expect["status"], list) else [expect["status"]]
            yield "status", answer["status"] in wanted, answer["status"]
        for name, wanted in expect.get("headers", {}).items():
            actual = answer["headers"].get(name.lower())
            yield f"headers {name}", fits(wanted, actual), actual
        for document in ("json", "payload"):
            for path, wanted in expect.get(document, {}).items():
                actual = find(answer[document], path, default=None)
                yield f"{document} {path}", fits(wanted, actual), actual
        if "log" in expect:
            yield "log", expect["log"] in answer["log"], answer["log"]
        if "latency_ms" in expect:
            yield "latency_ms", answer["latency_ms"] <= expect["latency_ms"], answer["latency_ms"]

    def _fill(self, value):
        if isinstance(value, dict):
            return {name: self._fill(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self._fill(member) for member in value]
        if isinstance(value, str):
            return PLACEHOLDER.sub(lambda match: self._variables[match[1]], value)
        return value


def http_event(method, url, headers, body):
    """Payload format 2.0, as an HTTP API with a `$default` route sends it."""
    path = unquote(url.path)
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "smoke"}
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": url.query,
        "headers": {"host": "localhost", **headers},
        "requestContext": {"http": http, "stage": "$default", "requestId": "r", "domainName": "localhost"},
        "isBase64Encoded": False,
    }
    return event if body is None else {**event, "body": body}


def find(document, path, **default):
    """`$`, `$.member`, `$.list[0].member`."""
    try:
        for member, index in re.findall(r"\.([\w-]+)|\[(\d+)\]", path):
            document = document[int(index)] if index else document[member]
        return document
    except (KeyError, IndexError, TypeError):
        if "default" in default:
            return default["default"]
        raise


def fits(wanted, actual):
    if isinstance(wanted, dict) and wanted.keys() == {"matches"}:
        return isinstance(actual, str) and re.search(wanted["matches"], actual) is not None
    return wanted == actual and isinstance(wanted, bool) == isinstance(actual, bool)


def plain(value):
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    return [plain(member) for member in value] if isinstance(value, list) else value
