// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/service_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "aws/core/spelling.hpp"

namespace davit::aws::auth {
namespace {

using enum Protocol;

constexpr ServiceModel k_models[] = {
    {"acm", "acm", json_1_1, "2015-12-08", "CertificateManager", "acm", "acm"},
    {"apigateway", "api_gateway", rest_json, "2015-07-09", "", "apigateway", "apigateway"},
    {"apigatewayv2", "apigatewayv2", rest_json, "2018-11-29", "", "apigateway", "apigateway"},
    {"cloudformation", "cloudformation", query, "2010-05-15", "", "cloudformation", "cloudformation"},
    {"cloudwatch", "cloudwatch", json_1_0, "2010-08-01", "GraniteServiceVersion20100801", "monitoring", "monitoring"},
    {"cognito-idp", "cognito_identity_provider", json_1_1, "2016-04-18", "AWSCognitoIdentityProviderService", "cognito-idp", "cognito-idp"},
    {"dynamodb", "dynamodb", json_1_0, "2012-08-10", "DynamoDB_20120810", "dynamodb", "dynamodb"},
    {"dynamodbstreams", "dynamodb_streams", json_1_0, "2012-08-10", "DynamoDBStreams_20120810", "streams.dynamodb", "dynamodb",
     "streams-dynamodb"},
    {"ecr", "ecr", json_1_1, "2015-09-21", "AmazonEC2ContainerRegistry_V20150921", "api.ecr", "ecr", "ecr"},
    {"events", "eventbridge", json_1_1, "2015-10-07", "AWSEvents", "events", "events"},
    {"iam", "iam", query, "2010-05-08", "", "iam", "iam"},
    {"kms", "kms", json_1_1, "2014-11-01", "TrentService", "kms", "kms"},
    {"lambda", "lambda", rest_json, "2015-03-31", "", "lambda", "lambda"},
    {"logs", "cloudwatch_logs", json_1_1, "2014-03-28", "Logs_20140328", "logs", "logs"},
    {"s3", "s3", rest_xml, "2006-03-01", "", "s3", "s3"},
    {"secretsmanager", "secrets_manager", json_1_1, "2017-10-17", "secretsmanager", "secretsmanager", "secretsmanager"},
    {"sns", "sns", query, "2010-03-31", "", "sns", "sns"},
    {"sqs", "sqs", json_1_0, "2012-11-05", "AmazonSQS", "sqs", "sqs"},
    {"ssm", "ssm", json_1_1, "2014-11-06", "AmazonSSM", "ssm", "ssm"},
    {"sso", "sso", rest_json, "2019-06-10", "", "portal.sso", "awsssoportal"},
    {"sso-oidc", "sso_oidc", rest_json, "2019-06-10", "", "oidc", "sso-oauth"},
    {"stepfunctions", "sfn", json_1_0, "2016-11-23", "AWSStepFunctions", "states", "states"},
    {"sts", "sts", query, "2011-06-15", "", "sts", "sts"},
};

}  // namespace

std::span<const ServiceModel> service_models()
{
  return k_models;
}

Result<const ServiceModel*> find_service(std::string_view name)
{
  const auto* const found =
      std::find_if(std::begin(k_models), std::end(k_models), [&](const ServiceModel& model) { return model.name == name; });
  if (found != std::end(k_models)) {
    return found;
  }
  std::vector<std::string> names;
  for (const auto& model : k_models) {
    names.emplace_back(model.name);
  }
  const auto near = nearest(name, names);
  return fail(usage_error(fmt::format("unknown service '{}'", name),
                          near ? fmt::format("did you mean '{}'?", *near) : fmt::format("davit knows {}", fmt::join(names, ", "))));
}

}  // namespace davit::aws::auth
