# SPDX-License-Identifier: Apache-2.0
"""What the tests of the front door have in common: the test runtime as a function, and requests as they are written here."""
import http.client
import json
import shutil
import tempfile
import urllib.parse

import local_aws
import oci_image


class GatewayCase(local_aws.LocalAwsCase):
    BOOTSTRAP = ""
    FUNCTION = {"Timeout": 10}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.images = tempfile.mkdtemp(prefix="davit-images-")
        cls.addClassCleanup(shutil.rmtree, cls.images)
        oci_image.bootstrap_image(cls.images, cls.BOOTSTRAP)
        cls.arn = cls.function("handler", **cls.FUNCTION)
        cls.apis = cls.aws.client("apigatewayv2")

    @classmethod
    def function(cls, name, **settings):
        """Its ARN."""
        return cls.aws.client("lambda").create_function(
            FunctionName=name, Role="arn:aws:iam::000000000000:role/app", PackageType="Image", Code={"ImageUri": f"oci:{cls.images}"}, **settings
        )["FunctionArn"]

    def call(self, method, path, body=None, headers=(), host=None, url=None):
        """Status, headers as a list of lower-case pairs, body; of the gateway, or of the API at that URL."""
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(url or self.aws.document["gateway"]).netloc, timeout=40)
        connection.putrequest(method, path, skip_host=host is not None, skip_accept_encoding=True)
        for name, value in ([("Host", host)] if host else []) + list(headers) + ([("Content-Length", str(len(body)))] if body is not None else []):
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, [(name.lower(), value) for name, value in answer.getheaders()], content

    def echo(self, *arguments, **more):
        """The event that the function saw: the test runtime answers with it, and an answer without a status code is a body."""
        status, headers, body = self.call(*arguments, **more)
        self.assertEqual((status, dict(headers)["content-type"]), (200, "application/json"), body)
        return json.loads(body)
