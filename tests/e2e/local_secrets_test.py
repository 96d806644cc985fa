# SPDX-License-Identifier: Apache-2.0
"""Secrets Manager of the local AWS, through boto3."""
import datetime
import re
import uuid
import os
import signal
import time

import local_aws

local_aws.use_tools()


class Secrets(local_aws.LocalAwsCase):
    def setUp(self):
        self.secrets = self.aws.client("secretsmanager")
        self.name = f"app/{uuid.uuid4()}"

    def stages(self):
        return self.secrets.describe_secret(SecretId=self.name)["VersionIdsToStages"]

    def test_round_trip_by_name_arn_and_partial_arn(self):
        created = self.secrets.create_secret(Name=self.name, SecretString="s3cret ☃", Description="d", Tags=[{"Key": "k", "Value": "v"}])
        self.assertRegex(created["ARN"], rf"^arn:aws:secretsmanager:us-east-1:000000000000:secret:{re.escape(self.name)}-[A-Za-z0-9]{{6}}$")
        for secret_id in (self.name, created["ARN"], created["ARN"][:-7]):
            value = self.secrets.get_secret_value(SecretId=secret_id)
            self.assertEqual(value["SecretString"], "s3cret ☃")
            self.assertEqual(value["VersionStages"], ["AWSCURRENT"])
            self.assertEqual(value["VersionId"], created["VersionId"])
        self.assertLess(abs((value["CreatedDate"] - datetime.datetime.now(datetime.timezone.utc)).total_seconds()), 60)
        described = self.secrets.describe_secret(SecretId=self.name)
        self.assertEqual((described["Description"], described["Tags"]), ("d", [{"Key": "k", "Value": "v"}]))

    def test_binary(self):
        self.secrets.create_secret(Name=self.name, SecretBinary=bytes(range(256)))
        self.assertEqual(self.secrets.get_secret_value(SecretId=self.name)["SecretBinary"], bytes(range(256)))

    def test_not_found(self):
        refusal = self.refused(self.secrets.get_secret_value, SecretId=self.name)
        self.assertEqual(refusal, ("ResourceNotFoundException", "Secrets Manager can't find the specified secret.", 400))
        self.secrets.create_secret(Name=self.name)
        refusal = self.refused(self.secrets.get_secret_value, SecretId=self.name)
        self.assertIn("can't find the specified secret value for staging label: AWSCURRENT", refusal[1])

    def test_versions_and_stages(self):
        first = self.secrets.create_secret(Name=self.name, SecretString="1")["VersionId"]
        second = self.secrets.put_secret_value(SecretId=self.name, SecretString="2")["VersionId"]
        self.assertEqual(self.stages(), {first: ["AWSPREVIOUS"], second: ["AWSCURRENT"]})
        third = self.secrets.put_secret_value(SecretId=self.name, SecretString="3", VersionStages=["AWSPENDING"])["VersionId"]
        self.assertEqual(self.stages()[third], ["AWSPENDING"])
        self.assertEqual(self.secrets.get_secret_value(SecretId=self.name, VersionStage="AWSPENDING")["SecretString"], "3")
        self.secrets.update_secret_version_stage(SecretId=self.name, VersionStage="AWSCURRENT", RemoveFromVersionId=second, MoveToVersionId=third)
        self.assertEqual(self.stages(), {second: ["AWSPREVIOUS"], third: ["AWSPENDING", "AWSCURRENT"]})
        self.assertEqual(self.secrets.get_secret_value(SecretId=self.name)["SecretString"], "3")
        self.assertEqual(self.secrets.get_secret_value(SecretId=self.name, VersionId=first)["SecretString"], "1")
        listed = self.secrets.list_secret_version_ids(SecretId=self.name)["Versions"]
        self.assertEqual({version["VersionId"] for version in listed}, {second, third})

    def test_moving_current_needs_the_version_that_has_it(self):
        first = self.secrets.create_secret(Name=self.name, SecretString="1")["VersionId"]
        second = self.secrets.put_secret_value(SecretId=self.name, SecretString="2")["VersionId"]
        refusal = self.refused(self.secrets.update_secret_version_stage, SecretId=self.name, VersionStage="AWSCURRENT", MoveToVersionId=first)
        self.assertEqual(refusal[0], "InvalidParameterException")
        self.assertIn(second, refusal[1])

    def test_client_request_token_is_idempotent(self):
        token = str(uuid.uuid4())
        first = self.secrets.create_secret(Name=self.name, SecretString="1", ClientRequestToken=token)
        again = self.secrets.create_secret(Name=self.name, SecretString="1", ClientRequestToken=token)
        self.assertEqual((first["ARN"], first["VersionId"]), (again["ARN"], again["VersionId"]))
        self.assertEqual(first["VersionId"], token)
        for call, name in ((self.secrets.put_secret_value, "SecretId"), (self.secrets.create_secret, "Name")):
            refusal = self.refused(call, **{name: self.name}, SecretString="other", ClientRequestToken=token)
            self.assertEqual(refusal[0], "ResourceExistsException")
            self.assertIn(f"You can't use ClientRequestToken {token} because", refusal[1])

    def test_created_twice(self):
        self.secrets.create_secret(Name=self.name, SecretString="1")
        refusal = self.refused(self.secrets.create_secret, Name=self.name, SecretString="1")
        self.assertEqual(refusal, ("ResourceExistsException", f"The operation failed because the secret {self.name} already exists.", 400))

    def test_update(self):
        first = self.secrets.create_secret(Name=self.name, SecretString="1", Description="old")["VersionId"]
        self.secrets.update_secret(SecretId=self.name, Description="new")
        self.assertEqual(self.secrets.describe_secret(SecretId=self.name)["Description"], "new")
        second = self.secrets.update_secret(SecretId=self.name, SecretString="2")["VersionId"]
        self.assertEqual(self.stages(), {first: ["AWSPREVIOUS"], second: ["AWSCURRENT"]})

    def test_delete_and_restore(self):
        self.secrets.create_secret(Name=self.name, SecretString="1")
        self.secrets.delete_secret(SecretId=self.name, RecoveryWindowInDays=7)
        for call, arguments in (
            (self.secrets.get_secret_value, {}),
            (self.secrets.put_secret_value, {"SecretString": "x"}),
            (self.secrets.update_secret, {"Description": "x"}),
        ):
            refusal = self.refused(call, SecretId=self.name, **arguments)
            self.assertEqual(refusal[0], "InvalidRequestException")
            self.assertIn("marked for deletion", refusal[1])
        self.assertIn("already scheduled for deletion", self.refused(self.secrets.create_secret, Name=self.name, SecretString="1")[1])
        self.assertNotIn(self.name, [secret["Name"] for secret in self.secrets.list_secrets()["SecretList"]])
        self.secrets.restore_secret(SecretId=self.name)
        self.assertEqual(self.secrets.get_secret_value(SecretId=self.name)["SecretString"], "1")
        self.secrets.delete_secret(SecretId=self.name, ForceDeleteWithoutRecovery=True)
        self.assertEqual(self.refused(self.secrets.describe_secret, SecretId=self.name)[0], "ResourceNotFoundException")

    def test_limits(self):
        self.secrets.create_secret(Name=self.name, SecretString="x" * 65536)
        self.assertEqual(self.refused(self.secrets.put_secret_value, SecretId=self.name, SecretString="x" * 65537)[0], "ValidationException")
        self.assertEqual(self.refused(self.secrets.create_secret, Name="no spaces", SecretString="x")[0], "ValidationException")
        unchecked = self.aws.client("secretsmanager", parameter_validation=False)
        for call, arguments, part in (
            (unchecked.put_secret_value, {"SecretId": self.name, "SecretString": ""}, "'secretString'"),
            (unchecked.list_secrets, {"Filters": [{"Key": "nope", "Values": ["x"]}]}, "Value 'nope' at 'filters.1.member.key'"),
            (unchecked.get_secret_value, {}, "Value null at 'secretId'"),
        ):
            refusal = self.refused(call, **arguments)
            self.assertEqual(refusal[0], "ValidationException")
            self.assertIn(part, refusal[1])
        self.assertEqual(
            self.refused(self.secrets.create_secret, Name=self.name, SecretString="x", SecretBinary=b"y")[0], "InvalidParameterException"
        )

    def test_list_pages_and_filters(self):
        names = [f"{self.name}-{i}" for i in range(5)]
        for name in names:
            self.secrets.create_secret(Name=name, SecretString="x")
        pages = self.secrets.get_paginator("list_secrets").paginate(
            Filters=[{"Key": "name", "Values": [self.name]}], PaginationConfig={"PageSize": 2}
        )
        found = [[secret["Name"] for secret in page["SecretList"]] for page in pages]
        self.assertEqual([len(page) for page in found], [2, 2, 1])
        self.assertEqual(sum(found, []), names)

    def test_list_order_and_filters(self):
        mark = uuid.uuid4().hex
        for name, description in (("z", "Signing KEY of the shop"), ("a", "database"), ("m", "")):
            self.secrets.create_secret(Name=f"{mark}/{name}", SecretString="x", Description=description, Tags=[{"Key": "team", "Value": f"{mark}{name}"}])
            time.sleep(0.002)

        def names(*filters, **order):
            chosen = [{"Key": "name", "Values": [mark]}, *({"Key": key, "Values": values} for key, values in filters)]
            return "".join(secret["Name"][-1] for secret in self.secrets.list_secrets(Filters=chosen, **order)["SecretList"])

        for filters, order, expected in (
            ((), {}, "zam"),
            ((), {"SortOrder": "desc"}, "maz"),
            ((), {"SortBy": "name"}, "amz"),
            ((("description", ["signing"]),), {}, "z"),
            ((("description", ["key"]),), {}, ""),
            ((("description", ["!signing"]),), {}, "am"),
            ((("tag-key", ["Team"]),), {}, ""),
            ((("tag-value", [f"{mark}a", f"{mark}m"]),), {}, "am"),
            ((("all", ["SHOP signing"]),), {}, "z"),
        ):
            self.assertEqual(names(*filters, **order), expected, (filters, order))

    def test_forced_deletion_of_nothing_is_no_error(self):
        self.assertEqual(self.secrets.delete_secret(SecretId=self.name, ForceDeleteWithoutRecovery=True)["Name"], self.name)
        self.assertEqual(self.refused(self.secrets.delete_secret, SecretId=self.name)[0], "ResourceNotFoundException")

    def test_deletion_rules(self):
        self.secrets.create_secret(Name=self.name, SecretString="1")
        for arguments in ({"RecoveryWindowInDays": 6}, {"RecoveryWindowInDays": 31}, {"RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": True}):
            self.assertEqual(self.refused(self.secrets.delete_secret, SecretId=self.name, **arguments)[0], "InvalidParameterException", arguments)
        deleted = self.secrets.delete_secret(SecretId=self.name)["DeletionDate"]
        days = (deleted - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 86400
        self.assertAlmostEqual(days, 30, delta=0.01)
        self.assertIn("DeletedDate", self.secrets.describe_secret(SecretId=self.name))
        listed = self.secrets.list_secrets(IncludePlannedDeletion=True, Filters=[{"Key": "name", "Values": [self.name]}])["SecretList"]
        self.assertEqual([secret["Name"] for secret in listed], [self.name])

    def test_accounts_and_regions_are_apart(self):
        self.secrets.create_secret(Name=self.name, SecretString="here")
        elsewhere = self.aws.client("secretsmanager", region="eu-central-1")
        self.assertEqual(self.refused(elsewhere.get_secret_value, SecretId=self.name)[0], "ResourceNotFoundException")
        arn = elsewhere.create_secret(Name=self.name, SecretString="there")["ARN"]
        self.assertIn(":eu-central-1:", arn)
        self.assertEqual(self.secrets.get_secret_value(SecretId=self.name)["SecretString"], "here")

    def test_unknown_operation_is_named(self):
        code, message, _ = self.refused(self.secrets.get_random_password)
        self.assertEqual(code, "UnknownOperationException")
        self.assertIn("GetRandomPassword", message)


class Durability(local_aws.LocalAwsCase):
    def test_acknowledged_writes_survive_a_kill(self):
        secrets = self.aws.client("secretsmanager")
        for i in range(20):
            secrets.create_secret(Name=f"kept-{i}", SecretString=str(i))
        os.kill(self.aws.document["pid"], signal.SIGKILL)
        time.sleep(0.05)
        self.aws.up()
        secrets = self.aws.client("secretsmanager")
        self.assertEqual([secrets.get_secret_value(SecretId=f"kept-{i}")["SecretString"] for i in range(20)], [str(i) for i in range(20)])

    def test_reset_empties_and_keeps_the_address(self):
        self.aws.client("secretsmanager").create_secret(Name="gone", SecretString="x")
        self.aws.run("local", "reset", "--yes", "--state", self.aws.state)
        self.assertEqual(self.aws.client("secretsmanager").list_secrets()["SecretList"], [])


if __name__ == "__main__":
    local_aws.main()
