# SPDX-License-Identifier: Apache-2.0
"""`davit smoke` against servers that lie, dawdle, crash and cut their answers short."""
import base64
import gzip
import hashlib
import hmac
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

import local_aws
from misbehaving_server import Server, answer, reset

DAVIT = os.path.abspath(sys.argv.pop(1))


class SmokeCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="davit-smoke-")
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def serve(self, respond, **arguments):
        server = Server(respond, **arguments)
        self.addCleanup(server.close)
        return server

    def davit(self, *arguments, **variables):
        command = [DAVIT, "smoke", *arguments]
        return subprocess.run(command, cwd=self.folder, env=local_aws.scrubbed_environment(variables), capture_output=True, text=True, timeout=60)

    def smoke(self, server, suite, *arguments, expect=None, **variables):
        """Runs one suite; the steps of its report, and the whole run."""
        target = server if isinstance(server, str) else server.url
        ran = self.davit(self.write("suite.yaml", suite), "--target", target, "-o", "json", *arguments, **variables)
        if expect is not None:
            self.assertEqual(ran.returncode, expect, ran.stderr)
        return json.loads(ran.stdout)["suites"][0]["steps"] if ran.stdout else None, ran

    def statuses(self, steps):
        return [step["status"] for step in steps]


class Answers(SmokeCase):
    def test_json_is_compared_by_type_and_value(self):
        body = b'{"price": 19.9, "text": "1", "one": 1, "nothing": null, "big": 9007199254740993, "list": [{"n": 1}, {"n": 2}], "a b": {"c": true}}'
        server = self.serve(lambda request, _: answer(200, body))
        good = {
            "$.price": "19.90", "$.one": "1", "$.text": '"1"', "$.nothing": "null", "$.big": "9007199254740993", "$['a b'].c": "true",
            "$.list[1].n": "2", "$.list[-1].n": "2", "$.list[*].n": "[1, 2]", "$.list": "{length: 2}", "$.absent": "{exists: false}",
        }
        bad = {"$.text": "1", "$.one": '"1"', "$.big": "9007199254740992", "$.absent": "null", "$.nothing": "{exists: false}"}
        for paths, status in ((good, "passed"), (bad, "failed")):
            for path, expected in paths.items():
                suite = f"steps: [{{request: GET /, expect: {{json: {{{json.dumps(path)}: {expected}}}}}}}]\n"
                steps, _ = self.smoke(server, suite)
                self.assertEqual(steps[0]["status"], status, f"{path}: {expected}: {steps[0]}")

    def test_codings_of_the_body(self):
        bodies = {
            "/gzip": answer(200, gzip.compress(b'{"a": 1}'), [("Content-Encoding", "gzip")]),
            "/chunked": answer(200, b'4\r\n{"a"\r\n4\r\n: 1}\r\n0\r\n\r\n', [("Transfer-Encoding", "chunked")], length=False),
            "/interim": b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + answer(200, {"a": 1}),
        }
        server = self.serve(lambda request, _: bodies[request.path])
        for path in bodies:
            self.smoke(server, f"steps: [{{request: GET {path}, expect: {{status: 200, json: {{$.a: 1}}}}}}]\n", expect=0)
        self.smoke(server, "steps: [{request: GET /gzip, expect: {headers: {content-encoding: gzip}}}]\n", expect=0)

    def test_a_body_that_is_no_json_fails_checks_of_it_and_is_shown(self):
        bodies = {"/html": b"<html>", "/binary": b"\xff\x00\xfe", "/twice": b'{"a": 1, "a": 2}', "/deep": b"[" * 50000 + b"]" * 50000}
        server = self.serve(lambda request, _: answer(200, bodies[request.path]))
        for path in bodies:
            steps, _ = self.smoke(server, f"steps: [{{request: GET {path}, expect: {{json: {{$.a: {{exists: false}}}}}}}}]\n", expect=1)
            self.assertEqual(steps[0]["status"], "failed")
            self.assertIsNotNone(steps[0]["checks"][0]["actual"])

    def test_headers_in_any_case_and_several_times(self):
        server = self.serve(lambda request, _: answer(204, b"", [("X-One", "1"), ("x-one", "2"), ("Link", "a")]))
        self.smoke(server, "steps: [{request: GET /, expect: {status: 204, headers: {X-ONE: '1, 2', link: a, x-two: {exists: false}}, body: ''}}]\n", expect=0)

    def test_redirects_are_answers(self):
        server = self.serve(lambda request, _: answer(302, b"", [("Location", "/elsewhere")]))
        self.smoke(server, "steps: [{request: GET /, expect: {status: 302, headers: {location: /elsewhere}}}]\n", expect=0)
        self.assertEqual(server.paths(), ["GET /"])

    def test_requests_are_sent_as_written(self):
        server = self.serve(lambda request, _: answer(200, {"id": "p 1", "n": 7}, [("Location", "/p/9")]))
        suite = """
variables: {mail: "smoke-{{run}}@example.com"}
steps:
  - {request: "POST /p?x=a+b", headers: {X-Run: "{{run}}", content-type: application/vnd.x+json}, json: {mail: "{{mail}}", price: 19.90},
     capture: {id: $.id, n: $.n, next: {header: location, matches: "([0-9]+)$"}}}
  - {request: "PUT /p/{{id}}/{{ next }}", json: {n: "{{n}}", text: "n={{n}}"}}
  - {request: POST /login, form: {username: "a b&c", password: "p=w"}}
  - {request: PATCH /raw, body: "plain {{n}}"}
"""
        self.smoke(server, suite, expect=0)
        create, replace, login, raw = server.requests
        run = create.header("x-run")[0]
        self.assertEqual(json.loads(create.body), {"mail": f"smoke-{run}@example.com", "price": 19.9})
        self.assertEqual((create.path, create.header("content-type")), ("/p?x=a+b", ["application/vnd.x+json"]))
        self.assertEqual((replace.path, json.loads(replace.body)), ("/p/p%201/9", {"n": 7, "text": "n=7"}))
        self.assertEqual((login.body, login.header("content-type")), (b"username=a%20b%26c&password=p%3Dw", ["application/x-www-form-urlencoded"]))
        self.assertEqual((raw.body, raw.header("content-type")), (b"plain 7", []))
        self.smoke(server, suite, expect=0)
        self.assertNotEqual(server.requests[4].header("x-run")[0], run)

    def test_a_captured_path_cannot_lead_elsewhere(self):
        server = self.serve(lambda request, _: answer(200, {"next": f"@127.0.0.1:{server.port}/stolen", "host": ".evil.example/"}))
        steps, _ = self.smoke(server, "steps: [{request: GET /, capture: {a: $.next, b: $.host}}, {request: 'GET {{a}}'}, {request: 'GET {{b}}'}]\n", expect=1)
        self.assertEqual(self.statuses(steps), ["passed", "error", "error"])
        self.assertEqual(server.paths(), ["GET /"])


class Failures(SmokeCase):
    def test_every_broken_answer_is_an_error_with_its_reason(self):
        def respond(request, connection):
            if request.path == "/reset":
                reset(connection)
            elif request.path == "/cut":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            elif request.path == "/cut-chunk":
                connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf")
            elif request.path == "/garbage":
                connection.sendall(b"\x00\x01 what is this\r\n\r\n")
            elif request.path == "/broken-gzip":
                return answer(200, b"\x1f\x8bnonsense" + b"\0" * 20, [("Content-Encoding", "gzip")])
            elif request.path == "/silent":
                time.sleep(2)
            elif request.path == "/drip":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
                for _ in range(20):
                    connection.sendall(b"x")
                    time.sleep(0.1)
            elif request.path == "/fine":
                return answer(200)
            return None

        server = self.serve(respond)
        paths = ["reset", "cut", "cut-chunk", "garbage", "broken-gzip", "silent", "drip", "closed"]
        steps, ran = self.smoke(server, "steps:\n" + "".join(f"  - {{name: {path}, request: POST /{path}, timeout: 400ms}}\n" for path in paths) + "  - request: POST /fine\n", expect=1)
        self.assertEqual(self.statuses(steps), ["error"] * len(paths) + ["passed"])
        for step in steps[:-1]:
            self.assertRegex(step["message"], "no (whole )?answer|broken", step["name"])
            self.assertLess(step["durationMs"], 1500, step["name"])
            self.assertIn(step["name"], ran.stderr)
        self.assertEqual(server.paths(), [f"POST /{path}" for path in [*paths, "fine"]], "each request is sent once")

    def test_an_answer_that_comes_late(self):
        def respond(request, connection):
            time.sleep(0.3)
            return answer(200)

        server = self.serve(respond)
        steps, _ = self.smoke(server, "steps: [{request: GET /, expect: {latency_ms: 100}}, {request: GET /, expect: {latency_ms: 30000}}]\n", expect=1)
        self.assertEqual(self.statuses(steps), ["failed", "passed"])
        check = steps[0]["checks"][0]
        self.assertEqual((check["check"], check["expected"], check["ok"]), ("latency_ms", 100, False))
        self.assertGreaterEqual(check["actual"], 300)

    def test_a_target_that_cannot_be_reached(self):
        gone = Server(lambda *_: None)
        gone.close()
        steps, ran = self.smoke(gone, "steps: [{request: GET /}]\ncleanup: [{request: DELETE /}]\n", expect=6)
        self.assertEqual(self.statuses(steps), ["error", "error"])
        self.assertIn("cannot connect to 127.0.0.1", ran.stderr)

    def test_a_target_that_crashes_half_way(self):
        def respond(request, connection):
            if request.path == "/crash":
                server.close()
                return None
            return answer(200, {"id": 1})

        server = self.serve(respond)
        steps, _ = self.smoke(server, """
steps: [{request: POST /p, capture: {id: $.id}}, {request: GET /crash}, {request: GET /after}]
cleanup: [{request: "DELETE /p/{{id}}"}]
""", expect=1)
        self.assertEqual(self.statuses(steps), ["passed", "error", "error", "error"])

    def test_retries_until_it_holds_and_counts_attempts(self):
        def respond(request, connection):
            if len(server.requests) == 1:
                return None
            return answer(200 if len(server.requests) == 4 else 404)

        server = self.serve(respond)
        steps, _ = self.smoke(server, "steps: [{request: GET /, expect: {status: 200}, retry: {times: 5, wait: 10ms}}]\n", expect=0)
        self.assertEqual((steps[0]["attempts"], len(server.requests)), (4, 4))
        never = self.serve(lambda *_: answer(404))
        steps, _ = self.smoke(never, "steps: [{request: GET /, expect: {status: 200}, retry: {times: 2, wait: 10ms}}]\n", expect=1)
        self.assertEqual((steps[0]["attempts"], steps[0]["status"], len(never.requests)), (3, "failed", 3))

    def test_what_depends_on_a_failure_is_skipped_and_cleaned_up(self):
        server = self.serve(lambda request, _: answer(500, {"id": "made"}) if request.method == "POST" else answer(200))
        steps, _ = self.smoke(server, """
setup: [{name: made, request: POST /p, expect: {status: 201}, capture: {id: $.id, other: $.none}}]
steps: [{request: "GET /p/{{id}}"}]
cleanup: [{request: "DELETE /p/{{id}}"}, {request: "DELETE /o/{{other}}"}, {request: DELETE /all, expect: {status: 204}}]
""", expect=1)
        self.assertEqual(self.statuses(steps), ["failed", "skipped", "passed", "skipped", "failed"])
        self.assertEqual((steps[1]["message"], steps[3]["message"]), ("setup step 'made' did not pass", "{{other}} was not captured"))
        self.assertEqual(server.paths(), ["POST /p", "DELETE /p/made", "DELETE /all"])

    def test_a_server_error_is_no_success_unless_it_is_expected(self):
        server = self.serve(lambda *_: answer(502))
        self.smoke(server, "steps: [{request: GET /}]\n", expect=1)
        self.smoke(server, "steps: [{request: GET /, expect: {status: 5xx}}]\n", expect=0)

    def test_the_clean_up_runs_after_a_signal(self):
        def respond(request, connection):
            if request.path == "/slow":
                time.sleep(5)
            return answer(200, {"id": 3})

        server = self.serve(respond)
        suite = self.write("one.yaml", """
steps: [{request: POST /p, capture: {id: $.id}}, {request: GET /slow}, {request: GET /never}]
cleanup: [{request: "DELETE /p/{{id}}"}]
""")
        other = self.write("two.yaml", "steps: [{request: GET /never}]\ncleanup: [{request: DELETE /never}]\n")
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            server.requests.clear()
            command = [DAVIT, "smoke", suite, other, "--target", server.url, "--report", "json=report.json,junit=report.xml", "-o", "json"]
            process = subprocess.Popen(command, cwd=self.folder, env=local_aws.scrubbed_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            server.wait_for(2)
            process.send_signal(number)
            out, err = process.communicate(timeout=20)
            self.assertEqual(process.returncode, code, err)
            self.assertEqual(server.paths(), ["POST /p", "GET /slow", "DELETE /p/3"])
            suites = json.loads(out)["suites"]
            self.assertEqual(self.statuses(suites[0]["steps"]), ["passed", "error", "skipped", "passed"])
            self.assertEqual(self.statuses(suites[1]["steps"]), ["skipped", "skipped"])
            with open(os.path.join(self.folder, "report.json"), encoding="utf-8") as file:
                self.assertEqual(json.load(file)["suites"], suites)
            xml.etree.ElementTree.parse(os.path.join(self.folder, "report.xml"))


class Mistakes(SmokeCase):
    def test_every_mistake_is_named_and_nothing_is_sent(self):
        server = self.serve(lambda *_: answer(200))
        self.write("bad.json", '{"a": }')
        one = self.write("one.yaml", """steps:
  - {request: GET /ok}
  - {reqest: GET /a}
  - {request: "GET /{{nobody}}"}
  - {request: GET /a, expect: {status: 20}}
  - {event: bad.json}
""")
        two = self.write("two.yaml", "steps: 5\n")
        ran = self.davit(one, two, "--target", server.url)
        self.assertEqual(ran.returncode, 2, ran.stderr)
        for part in ("one.yaml:3:6: unknown key \"reqest\"", "did you mean \"request\"?", "one.yaml:4:15: {{nobody}} has no value here",
                     "one.yaml:5:40: status must be", "bad.json:1:7: ", "one.yaml:6:13: no function is known", "two.yaml:1:8: a list of steps"):
            self.assertIn(part, ran.stderr)
        self.assertIn("^", ran.stderr)
        self.assertEqual((ran.stdout, server.requests), ("", []))

    def test_other_mistakes_of_the_command_line(self):
        server = self.serve(lambda *_: answer(200))
        suite = self.write("suite.yaml", "steps: [{request: GET /, token: admin}]\n")
        fine = self.write("fine.yaml", "steps: [{request: GET /}]\n")
        os.mkdir(os.path.join(self.folder, "d"))
        for arguments, part in (
            ([suite], "there is no davit.yaml"),
            ([fine, "--token", "admin"], "there is no davit.yaml"),
            ([self.folder + "/none-*.yaml"], "there is no smoke suite"),
            ([], "there is no davit.yaml"),
            ([fine, "--report", "xml=a"], "'xml=a' is no report"),
            ([fine, "--report", "junit=none/a.xml"], "there is no folder"),
            ([fine, "--report", "junit=d"], "it is a folder"),
            ([fine, "--report", "junit=a,json=./a"], "two reports cannot go to one file"),
        ):
            ran = self.davit(*arguments, "--target", server.url)
            self.assertEqual(ran.returncode, 2, f"{arguments}: {ran.stderr}")
            self.assertIn(part, ran.stderr)
        self.assertEqual(self.davit(fine, "--target", server.url + "?x=1").returncode, 2)
        self.assertEqual(server.requests, [])

    def test_patterns_that_the_shell_left_alone(self):
        server = self.serve(lambda *_: answer(200))
        for name in ("b.yaml", "a.yaml"):
            self.write(name, f"steps: [{{request: GET /{name}}}]\n")
        self.assertEqual(self.davit("*.yaml", "--target", server.url).returncode, 0)
        self.assertEqual(server.paths(), ["GET /a.yaml", "GET /b.yaml"])

    def test_environments_cannot_be_mixed_up(self):
        self.write("davit.yaml", "name: shop\nregion: eu-west-1\nenvironments: {local: {}, dev: {}}\n")
        fine = self.write("fine.yaml", "steps: [{request: GET /}]\n")
        ran = self.davit(fine, "--target", "local", "--env", "dev")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("exclude each other", ran.stderr)


class Reports(SmokeCase):
    def test_reports_hold_their_contracts(self):
        server = self.serve(lambda request, _: answer(200, b"\xff<&>\"'\x01\x02]]>\xed\xa0\x80 \xc3\xa9\n\tend"))
        suite = """name: "odd & <suite>"
steps:
  - {name: same, request: GET /, expect: {status: 200}}
  - {name: same, request: GET /, expect: {status: [201, 2xx], body: x}}
  - {name: "quote \\" and\\nline\\a", request: GET /, expect: {status: 404}}
  - {name: gone, request: GET /, capture: {id: $.id}}
  - {name: later, request: "GET /{{id}}"}
"""
        steps, ran = self.smoke(server, suite, "--report", "junit=r.xml,json=r.json", "--report", "html=r.html", expect=1)
        self.assertEqual(self.statuses(steps), ["passed", "failed", "failed", "failed", "skipped"])
        with open(os.path.join(self.folder, "r.json"), encoding="utf-8") as file:
            report = json.load(file)
        self.assertEqual(report, json.loads(ran.stdout))
        one = report["suites"][0]
        self.assertEqual((one["name"], one["target"]), ("odd & <suite>", server.url))
        self.assertEqual(one["steps"][1]["checks"][0], {"check": "status", "expected": [201, "2xx"], "actual": 200, "ok": True})
        self.assertEqual(one["steps"][2]["checks"], [{"check": "status", "expected": 404, "actual": 200, "ok": False}])
        for step in one["steps"]:
            self.assertTrue({"name", "status", "durationMs", "attempts", "checks"} <= set(step))
        root = xml.etree.ElementTree.parse(os.path.join(self.folder, "r.xml")).getroot()
        cases = root.findall("./testsuite/testcase")
        self.assertEqual([case.get("name") for case in cases], ["same", "same (2)", "quote \" and\nline\ufffd", "gone", "later"])
        self.assertEqual({case.get("classname") for case in cases}, {"odd & <suite>"})
        self.assertEqual({case.get("file") for case in cases}, {"suite.yaml"})
        self.assertEqual([[child.tag for child in case] for case in cases], [[], ["failure"], ["failure"], ["failure"], ["skipped"]])
        for element in (root, root[0]):
            self.assertEqual([element.get(name) for name in ("tests", "failures", "errors", "skipped")], ["5", "3", "0", "1"])
        self.assertIn("not ok body: expected \"x\"", cases[1][0].text)
        self.assertRegex(root[0].get("timestamp"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")
        with open(os.path.join(self.folder, "r.html"), encoding="utf-8") as file:
            page = file.read()
        self.assertIn("odd &amp; &lt;suite&gt;", page)
        self.assertIsNone(re.search(r"<script|https?://(?!127)|onclick", page))
        self.assertEqual(sorted(os.listdir(self.folder)), ["r.html", "r.json", "r.xml", "suite.yaml"])

    def test_secrets_appear_nowhere(self):
        key = "0123456789abcdef0123456789abcdef"
        self.write("key", key)
        self.write("davit.yaml", "name: shop\nregion: eu-west-1\ntokens: {user: {algorithm: HS256, key: key, claims: {sub: u-1}}}\n")
        server = self.serve(lambda request, _: answer(200, {
            "access_token": "eyTOKEN-FROM-SERVER", "authorization": request.header("authorization"), "echo": request.body.decode(),
        }, [("Set-Cookie", "session=COOKIE-VALUE-1; HttpOnly")]))
        suite = """
variables: {password: VARIABLE-SECRET}
steps:
  - {request: POST /login, token: user, json: {password: 'BODY"SECRET', other: "{{password}}"},
     expect: {status: 201, body: x, json: {$: 1, $.authorization: 2, $.echo: 3}, headers: {set-cookie: none}}, capture: {kept: $.access_token}}
  - {request: GET /, headers: {X-Api-Key: KEY-IN-HEADER}, body: "{{kept}}", expect: {body: x, json: {$.access_token: EXPECTED-SECRET}}}
"""
        steps, ran = self.smoke(server, suite, "--debug", "--report", "junit=r.xml,json=r.json,html=r.html", expect=1)
        token = server.requests[0].header("authorization")[0].removeprefix("Bearer ")
        signed, signature = token.rsplit(".", 1)
        self.assertEqual(base64.urlsafe_b64decode(signature + "="), hmac.digest(key.encode(), signed.encode(), hashlib.sha256))
        shown = ran.stdout + ran.stderr
        for name in ("r.xml", "r.json", "r.html"):
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                shown += file.read()
        for secret in (token, "eyTOKEN-FROM-SERVER", "COOKIE-VALUE-1", "VARIABLE-SECRET", "BODY", "KEY-IN-HEADER", "EXPECTED-SECRET", key):
            self.assertFalse(secret in shown, secret)
        self.assertIn("***", shown)

    def test_a_report_that_cannot_be_written_hides_nothing(self):
        folder = os.path.join(self.folder, "r")
        os.mkdir(folder)

        def respond(request, connection):
            shutil.rmtree(folder, ignore_errors=True)
            return answer(200)

        server = self.serve(respond)
        _, ran = self.smoke(server, "steps: [{request: GET /, expect: {status: 200}}]\n", "--report", "junit=r/a.xml,json=b.json", expect=2)
        self.assertIn("a report is missing", ran.stderr)
        self.assertEqual(json.loads(ran.stdout)["passed"], 1)
        self.assertTrue(os.path.exists(os.path.join(self.folder, "b.json")))

    def test_formats(self):
        server = self.serve(lambda *_: answer(200))
        suite = self.write("suite.yaml", "steps: [{name: it answers, request: GET /, expect: {status: 200}}]\n")
        for form, part in (("table", "passed"), ("jsonl", '"name":"suite"'), ("yaml", "suites:"), ("tsv", "passed\tsuite\tit answers")):
            ran = self.davit(suite, "--target", server.url, "-o", form)
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.assertIn(part, ran.stdout)


class Tls(SmokeCase):
    def test_an_untrusted_certificate_is_an_error_and_a_bundle_mends_it(self):
        if shutil.which("openssl") is None:
            self.skipTest("openssl is not installed")
        key, certificate = os.path.join(self.folder, "key.pem"), os.path.join(self.folder, "cert.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=x",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server = self.serve(lambda *_: answer(200), wrap=lambda connection: context.wrap_socket(connection, server_side=True))
        suite = "steps: [{request: GET /, expect: {status: 200}}]\n"
        steps, _ = self.smoke(server, suite, expect=6)
        self.assertIn("not trusted", steps[0]["message"])
        self.assertEqual(server.requests, [])
        self.smoke(server, suite, expect=0, AWS_CA_BUNDLE=certificate)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
