# SPDX-License-Identifier: Apache-2.0
"""`davit alarm` and `davit metric` against the CloudWatch of moto, and where moto has none against a server that answers as the API reference says."""
import json
import os
import socket
import subprocess
import sys
import time
import unittest

import local_aws
from misbehaving_server import Server, answer

local_aws.use_tools()
TOPIC = "arn:aws:sns:us-east-1:123456789012:ops"


def run_davit(endpoint, *arguments):
    environment = local_aws.scrubbed_environment(
        {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"})
    ran = subprocess.run([local_aws.LocalAwsCase.DAVIT, *arguments, "-o", "json"], env=environment, capture_output=True, text=True, timeout=60)
    return ran.returncode, json.loads(ran.stdout) if ran.stdout else None, ran.stderr


class Moto(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program = os.path.join(sys.prefix, "bin", "moto_server")
        if not os.path.exists(program):
            raise unittest.SkipTest("moto is not installed (scripts/test-tools)")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        cls.url = f"http://127.0.0.1:{port}"
        process = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        import boto3

        cls.client = boto3.client("cloudwatch", endpoint_url=cls.url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        usual = dict(MetricName="Errors", Namespace="AWS/Lambda", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
                     ComparisonOperator="GreaterThanOrEqualToThreshold", Dimensions=[{"Name": "FunctionName", "Value": "f"}])
        cls.client.put_metric_alarm(AlarmName="shop-dev-errors", AlarmActions=[TOPIC], **usual)
        cls.client.put_metric_alarm(AlarmName="shop-dev-silent", **usual)
        cls.client.put_metric_alarm(AlarmName="shop-dev-off", AlarmActions=[TOPIC], ActionsEnabled=False, **usual)
        cls.client.put_metric_alarm(AlarmName="other", **usual)

    def davit(self, *arguments):
        return run_davit(self.url, *arguments)

    def state(self, name):
        return self.client.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"]

    def test_list(self):
        code, out, err = self.davit("alarm", "list", "--prefix", "shop-dev-")
        self.assertEqual((code, [alarm["name"] for alarm in out["alarms"]]), (0, ["shop-dev-errors", "shop-dev-off", "shop-dev-silent"]), err)
        alarm = out["alarms"][0]
        self.assertEqual((alarm["state"], alarm["actions"]["ALARM"], alarm["metric"], alarm["dimensions"]), ("OK", [TOPIC], "Errors", {"FunctionName": "f"}))
        self.assertEqual((alarm["threshold"], alarm["statistic"], alarm["periodSeconds"]), (1, "Sum", 60))
        self.assertEqual(self.davit("alarm", "list", "--prefix", "none")[:2], (0, {"alarms": []}))

    def test_an_alarm_rings_and_is_set_back(self):
        code, out, err = self.davit("alarm", "test", "shop-dev-errors", "--yes")
        self.assertEqual((code, out["notified"], out["stateBefore"], out["state"], out["stateAfter"]), (0, [TOPIC], "OK", "ALARM", "OK"), err)
        self.assertEqual(self.state("shop-dev-errors"), "OK")

    def test_an_alarm_that_reaches_nobody_fails(self):
        for name, why in (("shop-dev-silent", "it has no action for ALARM"), ("shop-dev-off", "its actions are off")):
            code, out, err = self.davit("alarm", "test", name, "--yes")
            self.assertEqual((code, out["notified"]), (1, []), err)
            self.assertIn(why, err)

    def test_the_plan_and_what_is_refused(self):
        code, out, err = self.davit("alarm", "test", "shop-dev-errors", "--dry-run")
        self.assertEqual((code, [step["reason"] for step in out["steps"]]), (0, [f"from OK to ALARM: calls {TOPIC}", "back to OK: calls no action"]), err)
        self.assertEqual(self.davit("alarm", "test", "shop-dev-errors")[0], 2)
        code, _, err = self.davit("alarm", "test", "shop-dev-error", "--yes")
        self.assertEqual(code, 3)
        self.assertIn("did you mean shop-dev-errors?", err)
        self.assertEqual(self.davit("alarm", "test", "other", "--state", "OK", "--yes")[0], 5)

    def test_metrics(self):
        now = int(time.time())
        for offset, value in ((400, 3), (400, 4), (190, 5)):
            self.client.put_metric_data(Namespace="Shop", MetricData=[
                {"MetricName": "Orders", "Dimensions": [{"Name": "Store", "Value": "a"}], "Timestamp": now - offset, "Value": value}])
        code, out, err = self.davit("metric", "get", "Shop:Orders", "--dimension", "Store=a", "--stat", "Sum", "--stat", "Maximum", "--since", "15m")
        self.assertEqual((code, [series["statistic"] for series in out["series"]]), (0, ["Sum", "Maximum"]), err)
        self.assertEqual([[point["value"] for point in series["points"]] for series in out["series"]], [[7, 5], [4, 5]])


class Answers(unittest.TestCase):
    def serve(self, respond):
        server = Server(lambda request, _: answer(200, respond(request.header("x-amz-target")[0].partition(".")[2], json.loads(request.body))))
        self.addCleanup(server.close)
        return server

    def test_percentiles_of_a_function_over_pages(self):
        asked = []

        def respond(operation, document):
            asked.append((operation, document))
            second = "NextToken" in document
            results = [{"Id": query["Id"], "Timestamps": [1795660000 + 60 * second], "Values": [10 + i + second], "StatusCode": "Complete"}
                       for i, query in enumerate(document["MetricDataQueries"])]
            return {"MetricDataResults": results, **({} if second else {"NextToken": "more"})}

        code, out, err = run_davit(self.serve(respond).url, "metric", "get", "duration", "f", "--stat", "p50", "--stat", "p99.9", "--period", "5m")
        self.assertEqual(code, 0, err)
        self.assertEqual([(series["statistic"], [point["value"] for point in series["points"]]) for series in out["series"]], [("p50", [10, 11]), ("p99.9", [11, 12])])
        operation, document = asked[0]
        self.assertEqual((operation, len(asked), document["EndTime"] - document["StartTime"]), ("GetMetricData", 2, 3600))
        self.assertEqual(document["MetricDataQueries"][1], {"Id": "s1", "MetricStat": {"Period": 300, "Stat": "p99.9", "Metric": {
            "Namespace": "AWS/Lambda", "MetricName": "Duration", "Dimensions": [{"Name": "FunctionName", "Value": "f"}]}}})

    def test_mistakes_send_nothing(self):
        server = self.serve(lambda *_: {})
        for words in (["error", "f"], ["errors"], ["errors", "f", "--stat", "P95"], ["errors", "f", "--stat", "p101"], ["errors", "f", "--period", "90s"],
                      ["errors", "f", "--since", "1m", "--until", "2m"], ["N:M", "f"], ["N:M", "--dimension", "x"]):
            self.assertEqual(run_davit(server.url, "metric", "get", *words)[0], 2, words)
        self.assertIn("did you mean 'errors'?", run_davit(server.url, "metric", "get", "error", "f")[2])
        self.assertEqual(server.requests, [])

    def test_an_alarm_that_cannot_be_set_back(self):
        alarm = {"AlarmName": "a", "StateValue": "OK", "ActionsEnabled": True, "AlarmActions": [TOPIC]}
        states = []

        def respond(request, _):
            document = json.loads(request.body)
            if "StateValue" in document and "StateReason" in document:
                states.append(document["StateValue"])
                return answer(200, {}) if document["StateValue"] == "ALARM" else answer(400, {"__type": "AccessDenied", "message": "no"})
            return answer(200, {"MetricAlarms": [alarm]})

        server = Server(respond)
        self.addCleanup(server.close)
        code, _, err = run_davit(server.url, "alarm", "test", "a", "--yes")
        self.assertEqual((code, states), (4, ["ALARM", "OK"]), err)
        self.assertIn("was driven into ALARM and could not be set back", err)


if __name__ == "__main__":
    local_aws.main()
