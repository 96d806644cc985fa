# SPDX-License-Identifier: Apache-2.0
"""`davit smoke`: tables of data, schemas, retries that stop, suites at once, signed URLs, and two targets held against each other."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import xml.etree.ElementTree

import local_aws
from misbehaving_server import Server, answer

DAVIT = os.path.abspath(sys.argv.pop(1))


class SuitesCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="davit-smoke-")
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)
        return name

    def serve(self, respond):
        server = Server(respond)
        self.addCleanup(server.close)
        return server

    def smoke(self, server, suite, *arguments, expect=0, **variables):
        names = suite if isinstance(suite, list) else [self.write("suite.yaml", suite)]
        command = [DAVIT, "smoke", *names, "--target", server.url, "-o", "json", *arguments]
        ran = subprocess.run(command, cwd=self.folder, env=local_aws.scrubbed_environment(variables), capture_output=True, text=True, timeout=60)
        self.assertEqual(ran.returncode, expect, ran.stderr)
        return json.loads(ran.stdout) if ran.stdout else ran.stderr


class Tables(SuitesCase):
    def test_a_step_for_each_row(self):
        server = self.serve(lambda request, _: answer(404 if "none" in request.path else 200, {"body": request.body.decode()}))
        self.write("rows.csv", 'id,status,note\np-1,200,"a, b"\nnone,404,007\n')
        out = self.smoke(server, """
steps:
  - {name: "GET {{id}}", each: rows.csv, request: "POST /p/{{id}}", json: {id: "{{id}}", status: "{{status}}", note: "{{note}}"}, expect: {status: "{{status}}"}}
  - {name: inline, each: [{path: a, n: 1}, {path: b, n: 2}], request: "GET /{{path}}?n={{n}}", capture: {last: $.body}}
  - {request: "GET /after{{last}}"}
""")
        steps = out["suites"][0]["steps"]
        self.assertEqual([step["name"] for step in steps], ["GET p-1", "GET none", "inline [path=a, n=1]", "inline [path=b, n=2]", "GET /after{{last}}"])
        self.assertEqual(json.loads(server.requests[1].body), {"id": "none", "status": 404, "note": "007"})
        self.assertEqual([request.path for request in server.requests], ["/p/p-1", "/p/none", "/a?n=1", "/b?n=2", "/after"])

    def test_mistakes_of_tables_send_nothing(self):
        server = self.serve(lambda *_: answer(200, {}))
        self.write("bad.csv", "a,b\n1\n")
        for each, part in (("bad.csv", "bad.csv:2: there are 1 fields for 2 columns"), ("none.csv", "none.csv"), ("[]", "1 to 10000 rows"),
                           ("[{a: 1}, {b: 1}]", "the same names"), ("[{run: 1}]", "davit's own"), ("7", "7")):
            self.assertIn(part, self.smoke(server, f"steps: [{{request: GET /, each: {each}}}]\n", expect=2))
        self.assertIn("has no value here", self.smoke(server, 'steps: [{request: GET /, each: [{a: 1}]}, {request: "GET /{{a}}"}]\n', expect=2))
        self.assertEqual(server.requests, [])


class Schemas(SuitesCase):
    def test_valid_and_not(self):
        server = self.serve(lambda *_: answer(200, {"items": [{"id": "p-1", "price": 1}, {"id": "p-2", "price": "2"}, {}]}))
        self.write("list.json", json.dumps({"type": "object", "properties": {"items": {"items": {"$ref": "#/$defs/item"}}}, "$defs": {
            "item": {"required": ["id"], "properties": {"price": {"type": "number"}}}}}))
        out = self.smoke(server, "steps: [{request: GET /, expect: {schema: list.json}}]\n", expect=1)
        check = out["suites"][0]["steps"][0]["checks"][0]
        self.assertEqual((check["check"], check["expected"], check["ok"]), ("schema list.json", "valid", False))
        self.assertEqual(check["actual"], ['$.items[1].price: "2" is no number', '$.items[2]: "id" is missing'])
        self.smoke(server, "steps: [{request: GET /, expect: {schema: {type: object, required: [items]}}}]\n")
        html = self.serve(lambda *_: answer(200, b"<html>"))
        self.smoke(html, "steps: [{request: GET /, expect: {schema: true}}]\n", expect=2)
        out = self.smoke(html, "steps: [{request: GET /, expect: {schema: {type: object}}}]\n", expect=1)
        self.assertEqual(out["suites"][0]["steps"][0]["checks"][0]["actual"], ["$: it is no JSON"])

    def test_what_is_not_checked_is_refused_by_name(self):
        server = self.serve(lambda *_: answer(200, {}))
        err = self.smoke(server, "steps: [{request: GET /, expect: {schema: {unevaluatedProperties: false}}}]\n", expect=2)
        self.assertIn("davit does not check `unevaluatedProperties`", err)
        self.assertIn("none.json", self.smoke(server, "steps: [{request: GET /, expect: {schema: none.json}}]\n", expect=2))
        self.assertEqual(server.requests, [])


class Retries(SuitesCase):
    def test_a_reason_to_stop(self):
        states = ["pending", "pending", "failed", "done"]
        server = self.serve(lambda *_: answer(200, {"state": states[min(len(server.requests), 4) - 1]}))
        out = self.smoke(server, "steps: [{request: GET /, expect: {json: {$.state: done}}, retry: {times: 9, wait: 1ms, stop_if: {json: {$.state: failed}}}}]\n", expect=1)
        step = out["suites"][0]["steps"][0]
        self.assertEqual((step["attempts"], step["status"], step["message"]), (3, "failed", "not tried again: `stop_if` holds"))
        self.smoke(server, "steps: [{request: GET /, retry: {times: 1, stop_if: {}}}]\n", expect=2)
        self.smoke(server, "steps: [{request: GET /, retry: {times: 1, stop_if: {log: x}}}]\n", expect=2)


class Jobs(SuitesCase):
    def test_suites_at_once(self):
        meeting = threading.Barrier(4, timeout=30)  # no request is answered before four of them are there
        server = self.serve(lambda *_: meeting.wait() is not None and answer(200, {}))
        names = [self.write(f"s{i}.yaml", f"name: suite {i}\nsteps: [{{request: GET /{i}, expect: {{status: 200}}}}]\n") for i in range(4)]
        out = self.smoke(server, names, "--jobs", "4", "--report", "junit=out.xml")
        self.assertEqual([suite["name"] for suite in out["suites"]], [f"suite {i}" for i in range(4)])
        cases = xml.etree.ElementTree.parse(os.path.join(self.folder, "out.xml")).findall(".//testcase")
        self.assertEqual([case.get("classname") for case in cases], [f"suite {i}" for i in range(4)])


class Parity(SuitesCase):
    SUITE = """
name: products
variables: {mail: "m-{{run}}@example.com"}
steps:
  - {name: make, request: POST /p, json: {mail: "{{mail}}"}, capture: {id: $.id}}
  - {name: read, request: "GET /p/{{id}}"}
"""

    def server(self, price, made, **more):
        def respond(request, _):
            mail = json.loads(request.body)["mail"] if request.body else ""
            headers = [("Date", made), ("X-Kind", more.get("kind", "a"))]
            return answer(200, {"id": f"p-{made}", "mail": mail, "items": [{"price": price, "at": made}]}, headers)

        return self.serve(respond)

    def test_two_targets_that_agree_but_for_what_differs_from_run_to_run(self):
        out = self.smoke(self.server(1, "first"), self.SUITE, "--parity", self.server(1.0, "second").url, "--parity-ignore", "$.items[*].at")
        self.assertEqual((out["parity"]["differences"], [suite["name"] for suite in out["suites"]]), ([], ["products"] * 2))

    def test_every_difference_is_named(self):
        other = self.server(2, "first", kind="b")
        reports = "junit=out.xml,html=out.html,json=out.json"
        out = self.smoke(self.server(1, "first"), self.SUITE, "--parity", other.url, "--parity-ignore", "header x-kind", "--report", reports, expect=1)
        root = xml.etree.ElementTree.parse(os.path.join(self.folder, "out.xml")).getroot()
        self.assertEqual((root.get("tests"), root.get("failures"), len(root.findall(".//failure"))), ("6", "2", 2))
        with open(os.path.join(self.folder, "out.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["parity"], out["parity"])
        with open(os.path.join(self.folder, "out.html"), encoding="utf-8") as file:
            self.assertIn("<td class=\"not\">json $.items[0].price</td>", file.read())
        self.assertEqual(out["parity"]["target"], other.url)
        self.assertEqual(out["parity"]["differences"], [
            {"suite": "products", "step": step, "where": "json $.items[0].price", "first": 1, "second": 2} for step in ("make", "read")])
        broken = self.serve(lambda *_: answer(500, {}))
        out = self.smoke(self.server(1, "first"), self.SUITE, "--parity", broken.url, expect=1)
        self.assertEqual({difference["where"] for difference in out["parity"]["differences"]} & {"outcome", "status"}, {"outcome", "status"})


class SignedUrls(SuitesCase):
    KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "AWS_REGION": "eu-west-1"}

    def test_requests_are_signed_unless_they_carry_a_token(self):
        server = self.serve(lambda *_: answer(200, {}))
        suite = "steps: [{request: 'GET /a?b=1 '}, {request: GET /, headers: {Authorization: Bearer mine}}]\n".replace("1 '", "1'")
        self.smoke(server, suite, "--sign", "lambda", **self.KEYS)
        signed, own = [request.header("authorization")[0] for request in server.requests]
        self.assertRegex(signed, r"^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/[0-9]{8}/eu-west-1/lambda/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}$")
        self.assertEqual(own, "Bearer mine")

    def test_a_function_url_says_by_itself_whether_it_wants_a_signature(self):
        def respond(request, _):
            if request.path.startswith("/2021-10-31/functions/f/url"):
                return answer(200, {"FunctionUrl": server.url + "/", "AuthType": "AWS_IAM" if "Qualifier=live" in request.path else "NONE"})
            return answer(200, {"signed": bool(request.header("authorization"))})

        server = self.serve(respond)
        self.write("suite.yaml", "steps: [{request: GET /x, expect: {json: {$.signed: true}}}]\n")
        for target, code in (("url:f:live", 0), ("url:f", 1)):
            command = [DAVIT, "smoke", "suite.yaml", "--target", target, "--endpoint-url", server.url]
            ran = subprocess.run(command, cwd=self.folder, env=local_aws.scrubbed_environment(self.KEYS), capture_output=True, text=True, timeout=60)
            self.assertEqual(ran.returncode, code, ran.stderr)


class GitLab(SuitesCase):
    def test_links_to_the_target_and_to_the_lines_of_what_failed(self):
        server = self.serve(lambda request, _: answer(404 if "b" in request.path else 200, {}))
        job = {"CI_PROJECT_URL": "https://gitlab.example/g/shop", "CI_COMMIT_SHA": "abc123", "CI_PROJECT_DIR": self.folder}
        suite = "name: pages\nsteps:\n  - {request: GET /a}\n  - {name: wrong, request: GET /b, expect: {status: 200}}\n"
        self.smoke(server, suite, "--report", "gitlab=links.json", expect=1, **job)
        with open(os.path.join(self.folder, "links.json"), encoding="utf-8") as file:
            links = [each["external_link"] for each in json.load(file)["smoke"]]
        self.assertEqual([link["url"] for link in links], [server.url, "https://gitlab.example/g/shop/-/blob/abc123/suite.yaml#L4"])
        self.assertEqual(links[0]["label"], f"pages on {server.url}: 1 passed, 1 failed, 0 errors, 0 skipped")
        self.assertTrue(re.match("pages: wrong: status: expected 200, got 404", links[1]["label"]))
        self.smoke(server, suite, "--report", "gitlab=links.json", expect=1)
        with open(os.path.join(self.folder, "links.json"), encoding="utf-8") as file:
            self.assertEqual(len(json.load(file)["smoke"]), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
