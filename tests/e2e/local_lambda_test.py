# SPDX-License-Identifier: Apache-2.0
"""Lambda of the local AWS: functions from image layouts, run through the Runtime API, invoked by boto3."""
import base64
import concurrent.futures
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

import local_aws
import oci_image

local_aws.use_tools()  # starts this script anew, with all its arguments
from lambda_case import LambdaCase

BOOTSTRAP = LambdaCase.BOOTSTRAP = os.path.abspath(sys.argv.pop(2))


class Functions(LambdaCase):
    def test_create_get_list_delete(self):
        created = self.create(Timeout=7, MemorySize=256, Environment={"Variables": {"ENV_A": "1"}}, Description="d", Tags={"t": "v"})
        self.assertEqual((created["State"], created["StateReasonCode"], created["Version"]), ("Pending", "Creating", "$LATEST"))
        self.assertEqual(created["CodeSha256"], self.digest.split(":")[1])
        self.assertEqual(created["FunctionArn"], f"arn:aws:lambda:us-east-1:000000000000:function:{self.name}")
        got = self.functions.get_function(FunctionName=self.name)
        self.assertEqual(got["Code"]["ResolvedImageUri"], f"oci:{self.layout}@{self.digest}")
        self.assertEqual(got["Tags"], {"t": "v"})
        configuration = got["Configuration"]
        self.assertEqual((configuration["Timeout"], configuration["MemorySize"], configuration["Environment"]["Variables"]), (7, 256, {"ENV_A": "1"}))
        self.functions.get_waiter("function_active_v2").wait(FunctionName=self.name)
        self.assertIn(self.name, [f["FunctionName"] for page in self.functions.get_paginator("list_functions").paginate() for f in page["Functions"]])
        self.assertEqual(self.refused(self.create)[0::2], ("ResourceConflictException", 409))
        self.functions.delete_function(FunctionName=self.name)
        refusal = self.refused(self.functions.get_function, FunctionName=self.name)
        self.assertEqual(refusal, ("ResourceNotFoundException", f"Function not found: {created['FunctionArn']}", 404))

    def test_names(self):
        arn = self.create()["FunctionArn"]
        for name in (self.name, arn, f"000000000000:function:{self.name}", f"{self.name}:$LATEST"):
            named = f"{arn}:$LATEST" if name.endswith("$LATEST") else arn
            self.assertEqual(self.functions.get_function_configuration(FunctionName=name)["FunctionArn"], named)
        other_account = arn.replace("000000000000", "123456789012")
        for arguments, code, part, status in (
            ({"FunctionName": f"{self.name}:7"}, "ResourceNotFoundException", f"Function not found: {arn}:7", 404),
            ({"FunctionName": self.name, "Qualifier": "live"}, "ResourceNotFoundException", f"Function not found: {arn}:live", 404),
            ({"FunctionName": f"{self.name}:7", "Qualifier": "8"}, "InvalidParameterValueException", "The derived qualifier from the function name", 400),
            ({"FunctionName": arn.replace("us-east-1", "eu-west-1")}, "ResourceNotFoundException", "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')", 404),
            ({"FunctionName": other_account}, "AccessDeniedException", other_account, 403),
            ({"FunctionName": "no spaces"}, "ValidationException", "functionName", 400),
        ):
            refusal = self.refused(self.functions.get_function, **arguments)
            self.assertEqual((refusal[0], refusal[2]), (code, status), refusal)
            self.assertIn(part, refusal[1])
        latest = self.refused(self.functions.delete_function, FunctionName=self.name, Qualifier="$LATEST")
        self.assertEqual(latest[:2], ("InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function."))

    def test_what_is_not_served_is_refused_by_name(self):
        self.create()
        for call, arguments, name in (
            (self.functions.put_provisioned_concurrency_config, {"Qualifier": "1", "ProvisionedConcurrentExecutions": 1}, "PutProvisionedConcurrencyConfig"),
            (self.functions.get_function_code_signing_config, {}, "GetFunctionCodeSigningConfig"),
        ):
            refusal = self.refused(call, FunctionName=self.name, **arguments)
            self.assertEqual((refusal[0], refusal[2]), ("UnknownOperationException", 404))
            self.assertIn(name, refusal[1])

    def test_refusals(self):
        self.functions = self.aws.client("lambda", parameter_validation=False)
        for settings, code, part in (
            ({"Environment": {"Variables": {"AWS_REGION": "x", "_HANDLER": "y"}}}, "InvalidParameterValueException", "AWS_REGION, _HANDLER"),
            ({"Environment": {"Variables": {"BIG": "x" * 4096}}}, "InvalidParameterValueException", "4KB"),
            ({"Timeout": 901}, "ValidationException", "timeout"),
            ({"MemorySize": 10241}, "ValidationException", "memorySize"),
            ({"Code": {"ImageUri": f"oci:{self.images}/none"}}, "InvalidParameterValueException", "no image layout"),
            ({"Code": {"ImageUri": f"oci:{self.layout}:other"}}, "InvalidParameterValueException", "other"),
            ({"Code": {"ImageUri": "123.dkr.ecr.us-east-1.amazonaws.com/x:y"}}, "InvalidParameterValueException", "oci:"),
            ({"Code": {"ZipFile": b"x"}}, "InvalidParameterValueException", "ImageUri"),
            ({"PackageType": "Zip"}, "InvalidParameterValueException", "Runtime and Handler are mandatory parameters"),
            ({"Handler": "a.b"}, "InvalidParameterValueException", "Please don't provide Handler or Runtime or Layer"),
            ({"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}}, "InvalidParameterValueException", "does not serve VpcConfig"),
            ({"Timeout": 0}, "ValidationException", "Value '0' at 'timeout'"),
            ({"MemorySize": 127}, "ValidationException", "Value '127' at 'memorySize'"),
            ({"Environment": {"Variables": {"_MINE": "x"}}}, "ValidationException", "environment.variables"),
            ({"Role": "app"}, "ValidationException", "Value 'app' at 'role'"),
            ({"Role": "arn:aws:iam::123:role/app"}, "ValidationException", "at 'role'"),
            ({"Role": "arn:aws:iam::000000000000:user/app"}, "ValidationException", "at 'role'"),
        ):
            refusal = self.refused(self.create, **settings)
            self.assertEqual(refusal[0], code)
            self.assertIn(part, refusal[1])

    def test_updates(self):
        created = self.create(Environment={"Variables": {"ENV_A": "1"}})
        self.assertEqual(self.invoke({"env": "ENV_A"})[0], "1")
        updated = self.functions.update_function_configuration(FunctionName=self.name, Environment={"Variables": {"ENV_A": "2"}}, Timeout=9)
        self.assertNotEqual(updated["RevisionId"], created["RevisionId"])
        self.assertEqual(self.invoke({"env": "ENV_A"})[0], "2")
        two = os.path.join(self.images, "two")
        digest = oci_image.bootstrap_image(two, BOOTSTRAP, marker="two")
        stale = self.refused(self.functions.update_function_code, FunctionName=self.name, ImageUri=f"oci:{two}", RevisionId=created["RevisionId"])
        self.assertEqual(stale[0::2], ("PreconditionFailedException", 412))
        code = self.functions.update_function_code(FunctionName=self.name, ImageUri=f"oci:{two}:latest")
        self.assertEqual(code["CodeSha256"], digest.split(":")[1])
        self.functions.get_waiter("function_updated_v2").wait(FunctionName=self.name)
        self.assertEqual(self.invoke({"where": 1})[0]["marker"], "two")

    def test_the_layout_may_go_away(self):
        away = os.path.join(self.images, "away")
        oci_image.bootstrap_image(away, BOOTSTRAP, marker="kept")
        self.create(Code={"ImageUri": f"oci:{away}"})
        shutil.rmtree(away)
        self.assertEqual(self.invoke({"where": 1})[0]["marker"], "kept")

    def test_image_config(self):
        self.create(ImageConfig={"Command": ["other.handler"], "WorkingDirectory": "/var"})
        place = self.invoke({"where": 1})[0]
        self.assertEqual((place["handler"], place["directory"]), ("other.handler", "/var"))


class Invocations(LambdaCase):
    def test_echo_log_and_report(self):
        self.create(MemorySize=256)
        payload, error, answer = self.invoke({"print": "hello ☃", "n": [1, 2.50]})
        self.assertEqual((payload, error), ({"print": "hello ☃", "n": [1, 2.5]}, None))
        self.assertEqual(answer["ExecutedVersion"], "$LATEST")
        request_id = answer["ResponseMetadata"]["RequestId"]
        lines = answer["Log"].splitlines()
        self.assertRegex(lines[0], rf"^INIT_START Image: {self.digest}\tIsolation: (chroot|userns|process)$")
        self.assertEqual(lines[1:4], [f"START RequestId: {request_id} Version: $LATEST", "hello ☃", f"END RequestId: {request_id}"])
        number = r"(\d+\.\d\d)"
        report = re.fullmatch(
            rf"REPORT RequestId: {request_id}\tDuration: {number} ms\tBilled Duration: (\d+) ms\tMemory Size: 256 MB\tMax Memory Used: (\d+) MB\tInit Duration: {number} ms\t",
            lines[4],
        )
        self.assertIsNotNone(report, lines[4])
        duration, billed, _, init = (float(value) for value in report.groups())
        self.assertTrue(duration + init <= billed + 0.02 <= duration + init + 1.04)
        warm = self.invoke({})[2]["Log"]
        self.assertNotIn("Init Duration", warm)
        self.assertTrue(warm.startswith("START"))
        self.assertIn("hello ☃\n", self.logged(2))
        self.assertEqual(len(self.logged(2, "REPORT")), 2)

    def test_idle_environments_are_used_again(self):
        self.create()
        pids = {self.invoke({"pid": 1})[0] for _ in range(10)}
        self.assertEqual(len(pids), 1)

    def test_one_process_an_event(self):
        self.create(Timeout=20)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            started = time.time()
            results = list(pool.map(lambda _: self.invoke({"sleep": 700, "raw": "{}"})[1], range(8)))
        self.assertEqual(results, [None] * 8)
        self.assertLess(time.time() - started, 5)
        streams = self.aws.client("logs").describe_log_streams(logGroupName=f"/aws/lambda/{self.name}")["logStreams"]
        self.assertEqual(len(streams), 8)

    def test_environment(self):
        self.create(MemorySize=192, Environment={"Variables": {"MINE": "yes", "FROM_IMAGE": "overridden"}})
        for name, value in (
            ("_HANDLER", "app.handler"),
            ("LAMBDA_TASK_ROOT", None),
            ("AWS_LAMBDA_FUNCTION_NAME", self.name),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "192"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", f"/aws/lambda/{self.name}"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("TZ", ":UTC"),
            ("AWS_EXECUTION_ENV", "AWS_Lambda_Image"),
            ("AWS_ENDPOINT_URL", self.aws.endpoint),
            ("MINE", "yes"),
            ("FROM_IMAGE", "overridden"),
            ("HOME", ""),
        ):
            got = self.invoke({"env": name})[0]
            self.assertTrue(got == value if value is not None else got.endswith("/var/task"), (name, got))

    def test_credentials_of_the_function(self):
        self.create()
        key, secret, token = (self.invoke({"env": name})[0] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"))
        identity = self.aws.client("sts", key=key, secret=secret, token=token).get_caller_identity()
        self.assertEqual(identity["Arn"], f"arn:aws:sts::000000000000:assumed-role/app/{self.name}")
        self.assertEqual(self.refused(self.aws.client("sts", key=key, secret=secret).get_caller_identity)[0], "InvalidClientTokenId")
        self.functions.delete_function(FunctionName=self.name)
        self.assertEqual(self.refused(self.aws.client("sts", key=key, secret=secret, token=token).get_caller_identity)[0], "InvalidClientTokenId")

    def test_headers_of_the_runtime_api(self):
        arn = self.create(Timeout=30)["FunctionArn"]
        self.assertEqual(self.invoke({"header": "Lambda-Runtime-Invoked-Function-Arn"})[0], arn)
        self.assertEqual(self.invoke({"header": "Lambda-Runtime-Invoked-Function-Arn"}, Qualifier="$LATEST")[0], f"{arn}:$LATEST")
        deadline = int(self.invoke({"header": "Lambda-Runtime-Deadline-Ms"})[0])
        self.assertLess(abs(deadline - (time.time() + 30) * 1000), 3000)
        self.assertRegex(self.invoke({"header": "Lambda-Runtime-Trace-Id"})[0], r"^Root=1-[0-9a-f]{8}-[0-9a-f]{24};")
        context = base64.b64encode(b'{"custom":{"k":1}}').decode()
        answer = self.functions.invoke(FunctionName=self.name, Payload=b'{"header": "Lambda-Runtime-Client-Context"}', ClientContext=context)
        self.assertEqual(answer["Payload"].read(), b'"{"custom":{"k":1}}"')

    def test_states_of_the_runtime_api(self):
        self.create()
        self.invoke({"protocol": "1"})
        self.invoke({})
        self.assertIn("statuses 202 403 400\n", self.logged(2))
        # Who asks for the next event before it has answered is refused, and may answer still.
        self.assertEqual(self.invoke({"next": "1"})[0], {"status": 403})

    def test_function_error(self):
        self.create()
        payload, error, answer = self.invoke({"fail": "yes"})
        self.assertEqual(error, "Unhandled")
        self.assertEqual(payload, {"errorMessage": "as asked", "errorType": "ValueError", "stackTrace": ['  File "app.py", line 1\n']})
        self.assertEqual(answer["StatusCode"], 200)
        self.assertIsNone(self.invoke({})[1])

    def test_time_out(self):
        self.create(Timeout=1)
        started = time.time()
        payload, error, answer = self.invoke({"print": "before", "sleep": 5000})
        self.assertLess(time.time() - started, 3)
        request_id = answer["ResponseMetadata"]["RequestId"]
        message = f"RequestId: {request_id} Error: Task timed out after 1.00 seconds"
        self.assertEqual((payload, error), ({"errorType": "Sandbox.Timedout", "errorMessage": message}, "Unhandled"))
        self.assertIn("before\n", answer["Log"])
        self.assertRegex(answer["Log"], rf"\n\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z {request_id} Task timed out after 1.00 seconds\n\nEND RequestId")
        self.assertRegex(answer["Log"], r"\tDuration: 1000.00 ms\tBilled Duration: \d+ ms\t.*\tStatus: timeout\t")
        self.assertIn("Init Duration", self.invoke({})[2]["Log"])

    def test_exit_and_crash(self):
        self.create()
        for event, reason in (
            ({"exit": "3"}, "Runtime exited with error: exit status 3"),
            ({"exit": "0"}, "Runtime exited without providing a reason"),
            ({"abort": "1"}, "Runtime exited with error: signal: segmentation fault"),
        ):
            payload, error, answer = self.invoke(event)
            request_id = answer["ResponseMetadata"]["RequestId"]
            self.assertEqual(payload, {"errorType": "Runtime.ExitError", "errorMessage": f"RequestId: {request_id} Error: {reason}"})
            self.assertEqual(error, "Unhandled")
            self.assertIn(f"RequestId: {request_id} Error: {reason}\nRuntime.ExitError\nEND RequestId", answer["Log"])
        self.assertIsNone(self.invoke({})[1])

    def test_memory_limit(self):
        self.create(MemorySize=128, Timeout=20)
        payload, error, answer = self.invoke({"allocate": "200"})
        self.assertEqual(error, "Unhandled")
        self.assertIn("signal: killed", payload["errorMessage"])

    def test_init_error(self):
        self.create(Environment={"Variables": {"INIT": "error"}})
        payload, error, answer = self.invoke({})
        self.assertEqual(error, "Unhandled")
        self.assertEqual(
            payload,
            {
                "errorMessage": "Unable to import module 'app': No module named 'nothing'",
                "errorType": "Runtime.ImportModuleError",
                "requestId": answer["ResponseMetadata"]["RequestId"],
                "stackTrace": [],
            },
        )

    def test_exit_during_init(self):
        self.create(Environment={"Variables": {"INIT": "exit"}})
        payload, error, answer = self.invoke({})
        self.assertEqual((payload["errorType"], error), ("Runtime.ExitError", "Unhandled"))
        self.assertIn("exit status 7", payload["errorMessage"])
        self.assertRegex(answer["Log"], r"INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\nSTART")
        self.assertIn("giving up", answer["Log"])

    def test_slow_init_is_tried_again_on_the_events_time(self):
        self.create(Environment={"Variables": {"INIT": "slow"}}, Timeout=2)
        payload, error, answer = self.invoke({})
        self.assertEqual((payload["errorType"], error), ("Sandbox.Timedout", "Unhandled"))
        self.assertIn("Phase: init\tStatus: timeout", answer["Log"])

    def test_bad_entrypoint(self):
        self.create(ImageConfig={"EntryPoint": ["/no/such/program"]})
        payload, error, answer = self.invoke({})
        self.assertEqual((payload["errorType"], error), ("Runtime.InvalidEntrypoint", "Unhandled"))
        self.assertIn("fork/exec /no/such/program: no such file or directory", payload["errorMessage"])

    def test_sizes(self):
        self.create(Timeout=20)
        limit = 6 * 1024 * 1024
        payload, error, _ = self.invoke({"answer": str(limit)})
        self.assertEqual((len(payload), error), (limit - 2, None))
        payload, error, _ = self.invoke({"answer": str(limit + 101)})
        self.assertEqual((payload["errorType"], error), ("Function.ResponseSizeTooLarge", "Unhandled"))
        self.assertEqual(self.invoke({"raw": {"x": "y" * (limit - 100)}})[1], None)
        for payload, arguments, message in (
            ("y" * limit, {}, "Request must be smaller than 6291456 bytes for the InvokeFunction operation"),
            ("y" * 1048575, {"InvocationType": "Event"}, "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)"),
        ):
            refusal = self.refused(self.functions.invoke, FunctionName=self.name, Payload=json.dumps(payload), **arguments)
            self.assertEqual(refusal, ("RequestTooLargeException", message, 413))
        self.assertEqual(self.refused(self.functions.invoke, FunctionName=self.name, InvocationType="Later")[0], "ValidationException")

    def test_payload_must_be_json(self):
        self.create()
        self.assertEqual(self.refused(self.functions.invoke, FunctionName=self.name, Payload=b"{no")[0], "InvalidRequestContentException")

    def test_client_context_must_be_json(self):
        self.create()
        for context in ("%%%", base64.b64encode(b"{no").decode()):
            refusal = self.refused(self.functions.invoke, FunctionName=self.name, ClientContext=context)
            self.assertEqual(refusal[:2], ("InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object."))

    def test_dry_run_and_event(self):
        self.create()
        self.assertEqual(self.functions.invoke(FunctionName=self.name, InvocationType="DryRun")["StatusCode"], 204)
        self.assertEqual(self.functions.invoke(FunctionName=self.name, InvocationType="Event", Payload=b'{"print": "later"}')["StatusCode"], 202)
        for _ in range(100):
            if self.aws.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{self.name}")["logGroups"]:
                return self.assertIn("later\n", self.logged(1))
            time.sleep(0.1)
        self.fail("the event was not handled")


class Lives(LambdaCase):
    def children(self, pid):
        return subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()

    def gone(self, pid):
        for _ in range(100):
            try:
                with open(f"/proc/{pid}/stat") as file:
                    if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                        return True
            except FileNotFoundError:
                return True
            time.sleep(0.02)
        return False

    def test_a_caller_that_ignores_its_children_changes_nothing(self):
        state = self.aws.state + "-ignoring"
        command = [self.DAVIT, "local", "up", "--state", state, "-o", "json"]
        ignore = lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        started = subprocess.run(command, env=local_aws.scrubbed_environment(), capture_output=True, text=True, preexec_fn=ignore)
        before, self.aws.document = self.aws.document, json.loads(started.stdout)
        try:
            self.assertEqual(self.aws.document["isolation"], before["isolation"])
            self.functions = self.aws.client("lambda")
            self.create()
            self.assertIn("exit status 3", self.invoke({"exit": "3"})[0]["errorMessage"])
        finally:
            self.aws.document = before
            self.aws.run("local", "down", "--state", state)

    def test_functions_survive_a_restart_and_processes_do_not(self):
        self.create()
        self.assertEqual(self.invoke({"where": 1})[0]["marker"], "one")
        for stop in ("kill", "down"):
            children = self.children(self.aws.document["pid"])
            self.assertTrue(children)
            if stop == "kill":
                os.kill(self.aws.document["pid"], signal.SIGKILL)
            else:
                self.aws.down()
            self.assertTrue(all(self.gone(int(pid)) for pid in children))
            self.aws.up()
            self.functions = self.aws.client("lambda")
            self.assertEqual(self.invoke({"where": 1})[0]["marker"], "one")


class IsolationCase(LambdaCase):
    ISOLATION = None

    @classmethod
    def setUpClass(cls):
        if cls.ISOLATION is None:
            raise unittest.SkipTest("a base class")
        cls.FLAGS = ("--isolation", cls.ISOLATION)
        try:
            super().setUpClass()
        except AssertionError as refusal:
            if "is not possible here" in str(refusal):
                raise unittest.SkipTest(str(refusal))
            raise

    def place(self):
        self.create()
        first, _, answer = self.invoke({"where": 1})
        self.assertIn(f"Isolation: {self.ISOLATION}", answer["Log"])
        self.assertEqual(self.aws.document["isolation"], self.ISOLATION)
        return first


class Chroot(IsolationCase):
    ISOLATION = "chroot"

    def test_place(self):
        place = self.place()
        self.assertEqual((place["uid"], place["marker"], place["directory"]), (993, "one", "/var/task"))
        self.assertEqual((place["writesRoot"], place["null"]), (False, True))
        self.assertFalse(os.path.exists("/written"))


class UserNamespace(IsolationCase):
    ISOLATION = "userns"

    def test_place(self):
        place = self.place()
        self.assertEqual((place["marker"], place["directory"], place["writesRoot"], place["null"]), ("one", "/var/task", False, True))
        self.assertEqual(place["scratch"], "x")
        self.functions.update_function_configuration(FunctionName=self.name, Timeout=4)
        self.assertEqual(self.invoke({"where": 1})[0]["scratch"], "x")


class Process(IsolationCase):
    ISOLATION = "process"

    def test_place(self):
        self.create()
        folder = self.invoke({"where": 1})[0]["directory"]
        self.assertTrue(folder.startswith(self.aws.state) and folder.endswith("/root/var/task"), folder)
        os.path.exists("/written") and os.rmdir("/written")


if __name__ == "__main__":
    local_aws.main()
