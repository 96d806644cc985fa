// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/lambda_service.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr front::RestRoute k_lambda_routes[] = {
    {"POST", "/2015-03-31/functions", "CreateFunction"},
    {"GET", "/2015-03-31/functions", "ListFunctions"},
    {"GET", "/2015-03-31/functions/{FunctionName}", "GetFunction"},
    {"DELETE", "/2015-03-31/functions/{FunctionName}", "DeleteFunction"},
    {"GET", "/2015-03-31/functions/{FunctionName}/configuration", "GetFunctionConfiguration"},
    {"PUT", "/2015-03-31/functions/{FunctionName}/configuration", "UpdateFunctionConfiguration"},
    {"PUT", "/2015-03-31/functions/{FunctionName}/code", "UpdateFunctionCode"},
    {"POST", "/2015-03-31/functions/{FunctionName}/invocations", "Invoke"},
    {"GET", "/2017-03-31/tags/{ARN}", "ListTags"},
    {"POST", "/2017-03-31/tags/{ARN}", "TagResource"},
    {"DELETE", "/2017-03-31/tags/{ARN}", "UntagResource"},
    {"POST", "/2015-03-31/functions/{FunctionName}/versions", "PublishVersion"},
    {"GET", "/2015-03-31/functions/{FunctionName}/versions", "ListVersionsByFunction"},
    {"POST", "/2015-03-31/functions/{FunctionName}/aliases", "CreateAlias"},
    {"GET", "/2015-03-31/functions/{FunctionName}/aliases", "ListAliases"},
    {"GET", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", "GetAlias"},
    {"PUT", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", "UpdateAlias"},
    {"DELETE", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", "DeleteAlias"},
    {"POST", "/2015-03-31/functions/{FunctionName}/policy", "AddPermission"},
    {"GET", "/2015-03-31/functions/{FunctionName}/policy", "GetPolicy"},
    {"DELETE", "/2015-03-31/functions/{FunctionName}/policy/{StatementId}", "RemovePermission"},
    {"POST", "/2014-11-13/functions/{FunctionName}/invoke-async", "InvokeAsync"},
    {"PUT", "/2017-10-31/functions/{FunctionName}/concurrency", "PutFunctionConcurrency"},
    {"GET", "/2019-09-30/functions/{FunctionName}/concurrency", "GetFunctionConcurrency"},
    {"DELETE", "/2017-10-31/functions/{FunctionName}/concurrency", "DeleteFunctionConcurrency"},
    {"PUT", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "PutFunctionEventInvokeConfig"},
    {"GET", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "GetFunctionEventInvokeConfig"},
    {"POST", "/2021-10-31/functions/{FunctionName}/url", "CreateFunctionUrlConfig"},
    {"GET", "/2021-10-31/functions/{FunctionName}/url", "GetFunctionUrlConfig"},
    {"PUT", "/2021-10-31/functions/{FunctionName}/url", "UpdateFunctionUrlConfig"},
    {"DELETE", "/2021-10-31/functions/{FunctionName}/url", "DeleteFunctionUrlConfig"},
    {"GET", "/2021-10-31/functions/{FunctionName}/urls", "ListFunctionUrlConfigs"},
    {"POST", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "UpdateFunctionEventInvokeConfig"},
    {"DELETE", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "DeleteFunctionEventInvokeConfig"},
    {"GET", "/2019-09-25/functions/{FunctionName}/event-invoke-config/list", "ListFunctionEventInvokeConfigs"},
    {"GET", "/2016-08-19/account-settings", "GetAccountSettings"},
    {"POST", "/2021-11-15/functions/{FunctionName}/response-streaming-invocations", "InvokeWithResponseStream"},
    {"POST", "/2018-10-31/layers/{LayerName}/versions", "PublishLayerVersion"},
    {"GET", "/2018-10-31/layers/{LayerName}/versions", "ListLayerVersions"},
    {"GET", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}", "GetLayerVersion"},
    {"DELETE", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}", "DeleteLayerVersion"},
    {"GET", "/2018-10-31/layers", "ListLayers"},
    // Known by name only, to refuse them by it.
    {"PUT", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", "PutProvisionedConcurrencyConfig"},
    {"GET", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", "GetProvisionedConcurrencyConfig"},
    {"GET", "/2020-06-30/functions/{FunctionName}/code-signing-config", "GetFunctionCodeSigningConfig"},
    {"POST", "/2015-03-31/event-source-mappings", "CreateEventSourceMapping"},
    {"GET", "/2015-03-31/event-source-mappings", "ListEventSourceMappings"},
};

}  // namespace

std::span<const front::RestRoute> lambda_routes()
{
  return k_lambda_routes;
}

}  // namespace davit::aws::local::lambda
