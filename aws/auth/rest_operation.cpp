// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/rest_operation.hpp"

#include <algorithm>
#include <iterator>

namespace davit::aws::auth {
namespace {

/// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html, without response streams and durable executions.
constexpr RestOperation k_operations[] = {
    {"lambda", "AddLayerVersionPermission", "POST", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy", "RevisionId"},
    {"lambda", "AddPermission", "POST", "/2015-03-31/functions/{FunctionName}/policy", "Qualifier"},
    {"lambda", "CreateAlias", "POST", "/2015-03-31/functions/{FunctionName}/aliases"},
    {"lambda", "CreateCodeSigningConfig", "POST", "/2020-04-22/code-signing-configs"},
    {"lambda", "CreateEventSourceMapping", "POST", "/2015-03-31/event-source-mappings"},
    {"lambda", "CreateFunction", "POST", "/2015-03-31/functions"},
    {"lambda", "CreateFunctionUrlConfig", "POST", "/2021-10-31/functions/{FunctionName}/url", "Qualifier"},
    {"lambda", "DeleteAlias", "DELETE", "/2015-03-31/functions/{FunctionName}/aliases/{Name}"},
    {"lambda", "DeleteCodeSigningConfig", "DELETE", "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}"},
    {"lambda", "DeleteEventSourceMapping", "DELETE", "/2015-03-31/event-source-mappings/{UUID}"},
    {"lambda", "DeleteFunction", "DELETE", "/2015-03-31/functions/{FunctionName}", "Qualifier"},
    {"lambda", "DeleteFunctionCodeSigningConfig", "DELETE", "/2020-06-30/functions/{FunctionName}/code-signing-config"},
    {"lambda", "DeleteFunctionConcurrency", "DELETE", "/2017-10-31/functions/{FunctionName}/concurrency"},
    {"lambda", "DeleteFunctionEventInvokeConfig", "DELETE", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "Qualifier"},
    {"lambda", "DeleteFunctionUrlConfig", "DELETE", "/2021-10-31/functions/{FunctionName}/url", "Qualifier"},
    {"lambda", "DeleteLayerVersion", "DELETE", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}"},
    {"lambda", "DeleteProvisionedConcurrencyConfig", "DELETE", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", "Qualifier"},
    {"lambda", "GetAccountSettings", "GET", "/2016-08-19/account-settings/"},
    {"lambda", "GetAlias", "GET", "/2015-03-31/functions/{FunctionName}/aliases/{Name}"},
    {"lambda", "GetCodeSigningConfig", "GET", "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}"},
    {"lambda", "GetEventSourceMapping", "GET", "/2015-03-31/event-source-mappings/{UUID}"},
    {"lambda", "GetFunction", "GET", "/2015-03-31/functions/{FunctionName}", "Qualifier"},
    {"lambda", "GetFunctionCodeSigningConfig", "GET", "/2020-06-30/functions/{FunctionName}/code-signing-config"},
    {"lambda", "GetFunctionConcurrency", "GET", "/2019-09-30/functions/{FunctionName}/concurrency"},
    {"lambda", "GetFunctionConfiguration", "GET", "/2015-03-31/functions/{FunctionName}/configuration", "Qualifier"},
    {"lambda", "GetFunctionEventInvokeConfig", "GET", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "Qualifier"},
    {"lambda", "GetFunctionRecursionConfig", "GET", "/2024-08-31/functions/{FunctionName}/recursion-config"},
    {"lambda", "GetFunctionUrlConfig", "GET", "/2021-10-31/functions/{FunctionName}/url", "Qualifier"},
    {"lambda", "GetLayerVersion", "GET", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}"},
    {"lambda", "GetLayerVersionByArn", "GET", "/2018-10-31/layers", "find=LayerVersion,Arn"},
    {"lambda", "GetLayerVersionPolicy", "GET", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy"},
    {"lambda", "GetPolicy", "GET", "/2015-03-31/functions/{FunctionName}/policy", "Qualifier"},
    {"lambda", "GetProvisionedConcurrencyConfig", "GET", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", "Qualifier"},
    {"lambda", "GetRuntimeManagementConfig", "GET", "/2021-07-20/functions/{FunctionName}/runtime-management-config", "Qualifier"},
    {"lambda", "Invoke", "POST", "/2015-03-31/functions/{FunctionName}/invocations", "Qualifier",
     "InvocationType:X-Amz-Invocation-Type,LogType:X-Amz-Log-Type,ClientContext:X-Amz-Client-Context", "Payload"},
    {"lambda", "ListAliases", "GET", "/2015-03-31/functions/{FunctionName}/aliases", "FunctionVersion,Marker,MaxItems"},
    {"lambda", "ListCodeSigningConfigs", "GET", "/2020-04-22/code-signing-configs", "Marker,MaxItems"},
    {"lambda", "ListEventSourceMappings", "GET", "/2015-03-31/event-source-mappings", "EventSourceArn,FunctionName,Marker,MaxItems"},
    {"lambda", "ListFunctionEventInvokeConfigs", "GET", "/2019-09-25/functions/{FunctionName}/event-invoke-config/list", "Marker,MaxItems"},
    {"lambda", "ListFunctionUrlConfigs", "GET", "/2021-10-31/functions/{FunctionName}/urls", "Marker,MaxItems"},
    {"lambda", "ListFunctions", "GET", "/2015-03-31/functions/", "MasterRegion,FunctionVersion,Marker,MaxItems"},
    {"lambda", "ListFunctionsByCodeSigningConfig", "GET", "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}/functions",
     "Marker,MaxItems"},
    {"lambda", "ListLayerVersions", "GET", "/2018-10-31/layers/{LayerName}/versions",
     "CompatibleRuntime,Marker,MaxItems,CompatibleArchitecture"},
    {"lambda", "ListLayers", "GET", "/2018-10-31/layers", "CompatibleRuntime,Marker,MaxItems,CompatibleArchitecture"},
    {"lambda", "ListProvisionedConcurrencyConfigs", "GET", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency",
     "List=ALL,Marker,MaxItems"},
    {"lambda", "ListTags", "GET", "/2017-03-31/tags/{Resource}"},
    {"lambda", "ListVersionsByFunction", "GET", "/2015-03-31/functions/{FunctionName}/versions", "Marker,MaxItems"},
    {"lambda", "PublishLayerVersion", "POST", "/2018-10-31/layers/{LayerName}/versions"},
    {"lambda", "PublishVersion", "POST", "/2015-03-31/functions/{FunctionName}/versions"},
    {"lambda", "PutFunctionCodeSigningConfig", "PUT", "/2020-06-30/functions/{FunctionName}/code-signing-config"},
    {"lambda", "PutFunctionConcurrency", "PUT", "/2017-10-31/functions/{FunctionName}/concurrency"},
    {"lambda", "PutFunctionEventInvokeConfig", "PUT", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "Qualifier"},
    {"lambda", "PutFunctionRecursionConfig", "PUT", "/2024-08-31/functions/{FunctionName}/recursion-config"},
    {"lambda", "PutProvisionedConcurrencyConfig", "PUT", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", "Qualifier"},
    {"lambda", "PutRuntimeManagementConfig", "PUT", "/2021-07-20/functions/{FunctionName}/runtime-management-config", "Qualifier"},
    {"lambda", "RemoveLayerVersionPermission", "DELETE", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy/{StatementId}",
     "RevisionId"},
    {"lambda", "RemovePermission", "DELETE", "/2015-03-31/functions/{FunctionName}/policy/{StatementId}", "Qualifier,RevisionId"},
    {"lambda", "TagResource", "POST", "/2017-03-31/tags/{Resource}"},
    {"lambda", "UntagResource", "DELETE", "/2017-03-31/tags/{Resource}", "TagKeys:tagKeys"},
    {"lambda", "UpdateAlias", "PUT", "/2015-03-31/functions/{FunctionName}/aliases/{Name}"},
    {"lambda", "UpdateCodeSigningConfig", "PUT", "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}"},
    {"lambda", "UpdateEventSourceMapping", "PUT", "/2015-03-31/event-source-mappings/{UUID}"},
    {"lambda", "UpdateFunctionCode", "PUT", "/2015-03-31/functions/{FunctionName}/code"},
    {"lambda", "UpdateFunctionConfiguration", "PUT", "/2015-03-31/functions/{FunctionName}/configuration"},
    {"lambda", "UpdateFunctionEventInvokeConfig", "POST", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "Qualifier"},
    {"lambda", "UpdateFunctionUrlConfig", "PUT", "/2021-10-31/functions/{FunctionName}/url", "Qualifier"},
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html, of which davit itself uses the second.
    {"s3", "ListBuckets", "GET", "/"},
    {"s3", "ListObjectsV2", "GET", "/{Bucket}",
     "list-type=2,ContinuationToken:continuation-token,Delimiter:delimiter,EncodingType:encoding-type,MaxKeys:max-keys,Prefix:prefix,StartAfter:start-after"},
};

}  // namespace

const RestOperation* find_rest_operation(std::string_view service, std::string_view name)
{
  const auto* const found = std::find_if(std::begin(k_operations), std::end(k_operations), [&](const RestOperation& operation) {
    return operation.service == service && operation.name == name;
  });
  return found == std::end(k_operations) ? nullptr : found;
}

std::vector<std::string> rest_operation_names(std::string_view service)
{
  std::vector<std::string> out;
  for (const auto& operation : k_operations) {
    if (operation.service == service) {
      out.emplace_back(operation.name);
    }
  }
  return out;
}

}  // namespace davit::aws::auth
