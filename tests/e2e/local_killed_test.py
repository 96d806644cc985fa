# SPDX-License-Identifier: Apache-2.0
"""The local AWS killed with SIGKILL in the middle of writes and started again: what was acknowledged is there, once."""
import os
import random
import signal
import threading
import time
import unittest

from local_aws import LocalAwsCase, main, use_tools

WRITERS = 4
ROUNDS = 4


class Writer(threading.Thread):
    """Writes batches and adds to a counter until the server is gone."""

    def __init__(self, client, name, added):
        super().__init__()
        self.client = client
        self.name = name
        self.acknowledged = []
        self.added = added

    def run(self):
        import botocore.exceptions

        try:
            for number in range(1_000_000):
                keys = [f"{self.name}-{number}-{i}" for i in range(25)]
                requests = [{"PutRequest": {"Item": {"id": {"S": key}, "text": {"S": key * 20}}}} for key in keys]
                self.client.batch_write_item(RequestItems={"killed": requests})
                self.acknowledged += keys
                self.client.update_item(TableName="killed", Key={"id": {"S": "counter-" + self.name[0]}}, UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": {"N": "1"}})
                self.added += 1
        except (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError):
            pass


def is_running(pid):
    """Neither gone nor waiting for a parent to take notice."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class KilledTest(LocalAwsCase):
    def kill(self):
        pid = self.aws.document["pid"]
        os.kill(pid, signal.SIGKILL)
        while is_running(pid):
            time.sleep(0.01)

    def stored(self):
        pages = self.aws.client("dynamodb").get_paginator("scan").paginate(TableName="killed", ConsistentRead=True)
        return {item["id"]["S"]: item for page in pages for item in page["Items"]}

    def write_until_killed(self, prefix, added):
        writers = [Writer(self.aws.client("dynamodb"), f"{i}{prefix}", added[i]) for i in range(WRITERS)]
        for writer in writers:
            writer.start()
        # Before and after the server's own commits, which it makes once a second.
        time.sleep(random.uniform(0.3, 1.6))
        self.kill()
        for writer in writers:
            writer.join()
            added[int(writer.name[0])] = writer.added
        return [key for writer in writers for key in writer.acknowledged]

    def test_what_was_acknowledged_is_there_once(self):
        client = self.aws.client("dynamodb")
        client.create_table(TableName="killed", BillingMode="PAY_PER_REQUEST", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
        client.get_waiter("table_exists").wait(TableName="killed", WaiterConfig={"Delay": 1})
        acknowledged, added = [], [0] * WRITERS
        for number in range(ROUNDS):
            acknowledged += self.write_until_killed(f"r{number}", added)
            self.aws.up()
            items = self.stored()
            lost = [key for key in acknowledged if items.get(key, {}).get("text", {}).get("S") != key * 20]
            self.assertEqual(lost, [])
            for i in range(WRITERS):
                counted = int(items.get(f"counter-{i}", {"n": {"N": "0"}})["n"]["N"])
                # One addition may have been under way; it counts from now on.
                self.assertIn(counted - added[i], (0, 1))
                added[i] = counted
        self.assertGreater(len(acknowledged), 1000)


if __name__ == "__main__":
    use_tools()
    main()
