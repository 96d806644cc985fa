# SPDX-License-Identifier: Apache-2.0
"""`davit load`: as many requests as were planned whatever the server does, each once, and thresholds that fail a job."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

import local_aws
import oci_image
from misbehaving_server import Server, answer, reset

local_aws.use_tools()  # starts this script anew, with all its arguments
BOOTSTRAP = os.path.abspath(sys.argv.pop(2))


class Load(local_aws.LocalAwsCase):
    def serve(self, respond):
        server = Server(respond)
        self.addCleanup(server.close)
        return server

    def start(self, *arguments):
        return subprocess.Popen([self.DAVIT, "load", *arguments], env=self.aws.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def load(self, *arguments):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return process.returncode, json.loads(out) if out.startswith("{") else out, err

    def test_every_planned_request_once(self):
        server = self.serve(lambda request, _: answer(503 if len(server.requests) % 4 == 0 else 200, b"ok"))
        code, out, err = self.load("POST", "/p?x=1", "-d", '{"n": 1}', "-H", "X-A: 1", "--target", server.url, "--rate", "40", "--duration", "1s", "-o", "json")
        self.assertEqual((code, out["started"], out["ended"], out["errors"], out["statuses"]), (0, 40, 40, 10, {"200": 30, "503": 10}), err)
        self.assertEqual({(request.method, request.path, request.body) for request in server.requests}, {("POST", "/p?x=1", b'{"n": 1}')})
        self.assertEqual((len(server.requests), server.requests[0].header("x-a")), (40, ["1"]))
        self.assertTrue(out["latencyMs"]["count"] == 40 and 0 < out["latencyMs"]["p50"] <= out["latencyMs"]["max"], out)

    def test_thresholds(self):
        server = self.serve(lambda *_: answer(200, b"ok"))
        arguments = ["GET", "/", "--target", server.url, "--stages", "200ms:40,300ms:40", "-o", "json"]
        code, out, err = self.load(*arguments, "--threshold", "p99<30s", "--threshold", "errors<1%", "--threshold", "max<1000s")
        self.assertEqual((code, out["started"], [each["ok"] for each in out["thresholds"]]), (0, 16, [True] * 3), err)
        code, out, err = self.load(*arguments, "--threshold", "errors<1%", "--threshold", "rate>1000")
        self.assertEqual((code, [each["ok"] for each in out["thresholds"]]), (1, [True, False]), err)
        self.assertIn("1 of 2 thresholds missed: rate>1000 (it is ", err)

    def test_a_slow_server_gets_no_fewer_requests(self):
        server = self.serve(lambda *_: time.sleep(0.8) or answer(200, b""))
        _, out, err = self.load("GET", "/", "--target", server.url, "--rate", "30", "--duration", "1s", "--max-in-flight", "10", "-o", "json")
        self.assertEqual((out["started"], out["ended"]), (30, 30), err)
        self.assertGreaterEqual(out["late"], 10)
        # The last ten wait for two others: what they waited is part of their latency.
        self.assertGreater(out["latencyMs"]["max"], 1200)

    def test_no_answer_is_an_error_and_is_not_sent_again(self):
        server = self.serve(lambda request, connection: reset(connection))
        code, out, _ = self.load("GET", "/", "--target", server.url, "--rate", "20", "--duration", "500ms", "-o", "json", "--threshold", "errors<1%")
        self.assertEqual((code, out["errors"], out["errorKinds"], len(server.requests)), (1, 10, {"connection": 10}, 10))

    def test_an_interrupt_leaves_the_figures(self):
        server = self.serve(lambda *_: answer(200, b""))
        process = self.start("GET", "/", "--target", server.url, "--duration", "60s", "-o", "json")
        server.wait_for(3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130, err)
        self.assertGreaterEqual(json.loads(out)["ended"], 2)

    def test_what_is_not_on_this_machine_and_mistakes(self):
        code, _, err = self.load("GET", "/", "--target", "https://api.example.com")
        self.assertEqual(code, 2)
        self.assertIn("--confirm api.example.com", err)
        self.assertEqual(self.load("GET", "/", "--target", "https://api.example.com", "--confirm", "example.com")[0], 2)
        server = self.serve(lambda *_: answer(200, b""))
        code, out, _ = self.load("GET", "/a", "--target", server.url, "--stages", "10s:5,30s:50", "--dry-run", "-o", "json")
        self.assertEqual((code, out["steps"]), (0, [{"action": "run", "target": f"GET {server.url}/a",
                                                     "reason": "850 requests: 10 s from 0 to 5 a second, then 30 s from 5 to 50 a second"}]))
        for words in ([], ["GET"], ["GET", "x"], ["GET", "/", "--event", "x"], ["GET", "/", "--threshold", "p95<5"], ["GET", "/", "--stages", "5"],
                      ["GET", "/", "--rate", "0", "--stages", "1s:0"]):
            self.assertEqual(self.load(*words, "--target", server.url)[0], 2, words)
        self.assertEqual(server.requests, [])

    def test_a_function(self):
        folder = tempfile.mkdtemp(prefix="davit-load-")
        self.addCleanup(shutil.rmtree, folder)
        oci_image.bootstrap_image(os.path.join(folder, "image"), BOOTSTRAP)
        name = f"f-{uuid.uuid4()}"
        self.aws.client("lambda").create_function(FunctionName=name, Role="arn:aws:iam::000000000000:role/app", PackageType="Image",
                                                  Code={"ImageUri": f"oci:{folder}/image"})
        event = os.path.join(folder, "event.json")
        with open(event, "w", encoding="utf-8") as file:
            file.write('{"statusCode": 418}')
        code, out, err = self.load("--event", event, "--target", name, "--rate", "20", "--duration", "500ms", "-o", "json")
        self.assertEqual((code, out["started"], out["statuses"]), (0, 10, {"200": 10}), err)
        with open(event, "w", encoding="utf-8") as file:
            file.write('{"fail": "yes"}')
        code, out, err = self.load("--event", event, "--target", name, "--rate", "20", "--duration", "500ms", "-o", "json", "--threshold", "errors<1")
        self.assertEqual((code, out["errorKinds"]), (1, {"functionError": 10}), err)
        self.assertEqual(self.load("GET", "/", "--target", "no-such-function", "--rate", "5", "--duration", "1s")[0], 3)


if __name__ == "__main__":
    local_aws.main()
