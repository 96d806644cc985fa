# SPDX-License-Identifier: Apache-2.0
"""`davit aws endpoint` beside botocore, which reads AWS's endpoint rules themselves: every service, every kind of region, FIPS and dual stack."""
import concurrent.futures
import itertools
import json
import os
import subprocess
import sys
import unittest

import local_aws

local_aws.use_tools()

import botocore.endpoint_provider
import botocore.loaders

# Every STEPth case: an instrumented build takes its time to start.
STEP = int(sys.argv.pop(2)) if len(sys.argv) > 2 else 1

SERVICES = (
    "acm apigateway apigatewayv2 cloudformation cloudwatch cognito-idp dynamodb dynamodbstreams ecr events iam kms lambda logs "
    "secretsmanager sns sqs ssm sso sso-oidc stepfunctions sts"
).split()
# One or two of each partition, the pseudo-regions, one that no rule knows, and DynamoDB Local.
REGIONS = (
    "us-east-1 us-west-1 eu-west-1 ap-southeast-1 cn-north-1 cn-northwest-1 us-gov-east-1 us-gov-west-1 us-gov-new-3 eusc-de-east-1 "
    "eusc-xx-east-1 us-iso-east-1 us-isob-east-1 eu-isoe-west-1 us-isof-south-1 aws-global aws-cn-global xx-new-9 local"
).split()
# What the rules ask for beside region and kind of endpoint.
OTHER_PARAMETERS = {"sts": {"UseGlobalEndpoint": False}, "dynamodb": {"AccountIdEndpointMode": "disabled"}}


class Oracle:
    def __init__(self):
        self.loader = botocore.loaders.Loader()
        self.partitions = self.loader.load_data("partitions")
        self.providers = {}

    def endpoint(self, service, region, fips, dual_stack):
        """(url, signing region where the rules name one), or nothing where they refuse."""
        if service not in self.providers:
            rules = self.loader.load_service_model(service, "endpoint-rule-set-1")
            self.providers[service] = botocore.endpoint_provider.EndpointProvider(rules, self.partitions)
        parameters = {"Region": region, "UseFIPS": fips, "UseDualStack": dual_stack, **OTHER_PARAMETERS.get(service, {})}
        try:
            found = self.providers[service].resolve_endpoint(**parameters)
        except botocore.exceptions.EndpointProviderError:
            return None
        schemes = found.properties.get("authSchemes") or [{}]
        return found.url, schemes[0].get("signingRegion", region)


class Endpoints(unittest.TestCase):
    @staticmethod
    def davit(case):
        service, region, fips, dual_stack = case
        flags = ["--fips"] * fips + ["--dual-stack"] * dual_stack
        arguments = [local_aws.LocalAwsCase.DAVIT, "aws", "endpoint", service, "--region", region, *flags, "-o", "json"]
        finished = subprocess.run(arguments, env=local_aws.scrubbed_environment(), capture_output=True, text=True, timeout=60)
        if finished.returncode == 2:
            return None
        answer = json.loads(finished.stdout)
        return answer["url"], answer["signingRegion"]

    def test_agree_with_the_published_rules(self):
        oracle = Oracle()
        cases = list(itertools.product(SERVICES, REGIONS, (False, True), (False, True)))[::STEP]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for case, answer in zip(cases, pool.map(self.davit, cases)):
                with self.subTest(case):
                    self.assertEqual(answer, oracle.endpoint(*case))


if __name__ == "__main__":
    local_aws.main()
