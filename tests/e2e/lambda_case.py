# SPDX-License-Identifier: Apache-2.0
"""What the tests of the local Lambda have in common: the test runtime in an image, functions of it, and their logs."""
import base64
import json
import os
import shutil
import tempfile
import time
import uuid

import local_aws
import oci_image

ROLE = "arn:aws:iam::000000000000:role/app"


class LambdaCase(local_aws.LocalAwsCase):
    BOOTSTRAP = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.images = tempfile.mkdtemp(prefix="davit-images-")
        cls.addClassCleanup(shutil.rmtree, cls.images)
        cls.layout = os.path.join(cls.images, "one")
        cls.digest = oci_image.bootstrap_image(cls.layout, cls.BOOTSTRAP)

    def setUp(self):
        self.functions = self.aws.client("lambda", read_timeout=120)
        self.name = f"f-{uuid.uuid4()}"

    def create(self, **settings):
        settings.setdefault("Code", {"ImageUri": f"oci:{self.layout}"})
        return self.functions.create_function(**{"FunctionName": self.name, "Role": ROLE, "PackageType": "Image", **settings})

    def invoke(self, event=None, name=None, **arguments):
        """(payload, function error, whole answer)"""
        payload = json.dumps(event or {}, ensure_ascii=False)
        answer = self.functions.invoke(FunctionName=name or self.name, Payload=payload, LogType="Tail", **arguments)
        answer["Log"] = base64.b64decode(answer["LogResult"]).decode()
        return json.loads(answer["Payload"].read()), answer.get("FunctionError"), answer

    def wait_until(self, condition, seconds=20):
        """What the condition brings once that is true."""
        deadline = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            self.assertLess(time.monotonic(), deadline, value)
            time.sleep(0.05)

    def lines(self, group):
        """Messages of the group, none where it does not exist yet."""
        logs = self.aws.client("logs")
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        return [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]

    def logged(self, invocations, pattern=None, name=None):
        """The function's log lines, once so many invocations have ended in them: they are written behind the answer."""
        group = f"/aws/lambda/{name or self.name}"
        lines = []

        def ended():
            lines[:] = self.lines(group)
            return sum(line.startswith("REPORT") for line in lines) >= invocations

        self.wait_until(ended)
        if not pattern:
            return lines
        return [event["message"] for event in self.aws.client("logs").filter_log_events(logGroupName=group, filterPattern=pattern)["events"]]
