# SPDX-License-Identifier: Apache-2.0
"""What stands behind the handler: moto's server over HTTP, with the template's tables, secret and data."""

import base64
import hashlib
import hmac
import json
import logging
import os
import time
from decimal import Decimal

import boto3
import yaml
from moto.server import ThreadedMotoServer

REGION = "ap-southeast-1"
SECRET = os.urandom(64).hex()


logging.getLogger("werkzeug").setLevel(logging.ERROR)  # or a line for each of moto's requests


class Backend:
    def __init__(self, shop):
        self._shop = shop
        self.project = yaml.safe_load((shop / "davit.yaml").read_text())
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self._access = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }
        os.environ.update(self._access)
        self._tables = {key: self._create(key, table) for key, table in self.project["tables"].items()}
        secret = boto3.client("secretsmanager").create_secret(Name="shop-test-jwt", SecretString=SECRET)
        self._secret_arn = secret["ARN"]

    def close(self):
        self._server.stop()

    def environment(self):
        """What the function's configuration holds."""
        names = {f"{key.upper()}_TABLE": table.name for key, table in self._tables.items()}
        return {**self._access, **names, "JWT_SECRET_ARN": self._secret_arn, "LOG_LEVEL": "info"}

    def table(self, key):
        return self._tables[key]

    def token(self, profile):
        """As `davit jwt mint` makes it: the claims of the profile, and exp where it has a lifetime."""
        profile = self.project["tokens"][profile]
        claims = dict(profile["claims"])
        if "lifetime" in profile:
            claims = {"exp": int(time.time()) + 900, **claims}
        text = ".".join(_base64url(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims))
        return f"{text}.{_base64url(hmac.digest(SECRET.encode(), text.encode(), 'sha256'))}"

    def seed(self, environment):
        for key, table in self.project["environments"][environment]["tables"].items():
            for file in table["seed"]:
                for line in (self._shop / file).read_text().splitlines():
                    item = json.loads(line, parse_float=Decimal, object_hook=_hash_password)
                    self._tables[key].put_item(Item=item)

    def contents(self):
        """Everything in the tables, to compare before and after."""
        return {key: sorted(table.scan()["Items"], key=str) for key, table in self._tables.items()}

    def _create(self, key, table):
        indexes = table["indexes"]
        attributes = {table["key"], *indexes.values()}
        return boto3.resource("dynamodb").create_table(
            TableName=f"shop-test-{key}",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": table["key"], "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in attributes],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": index,
                    "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
                for index, attribute in indexes.items()
            ],
        )


def _hash_password(value):
    """The string that davit's `$password` stores."""
    if value.keys() != {"$password"}:
        return value
    salt = os.urandom(16)
    digest = hashlib.scrypt(value["$password"].encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
    return "$".join(["scrypt", "14", "8", "1", *(base64.b64encode(part).decode() for part in (salt, digest))])


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
