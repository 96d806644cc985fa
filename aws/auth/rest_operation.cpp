// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/rest_operation.hpp"

#include <algorithm>
#include <iterator>

namespace davit::aws::auth {
namespace {

/// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html, as far as a function, its versions and its aliases go.
constexpr RestOperation k_operations[] = {
    {"lambda", "AddPermission", "POST", "/2015-03-31/functions/{FunctionName}/policy", "Qualifier"},
    {"lambda", "CreateAlias", "POST", "/2015-03-31/functions/{FunctionName}/aliases"},
    {"lambda", "CreateFunction", "POST", "/2015-03-31/functions"},
    {"lambda", "DeleteAlias", "DELETE", "/2015-03-31/functions/{FunctionName}/aliases/{Name}"},
    {"lambda", "DeleteFunction", "DELETE", "/2015-03-31/functions/{FunctionName}", "Qualifier"},
    {"lambda", "DeleteFunctionConcurrency", "DELETE", "/2017-10-31/functions/{FunctionName}/concurrency"},
    {"lambda", "GetAccountSettings", "GET", "/2016-08-19/account-settings/"},
    {"lambda", "GetAlias", "GET", "/2015-03-31/functions/{FunctionName}/aliases/{Name}"},
    {"lambda", "GetFunction", "GET", "/2015-03-31/functions/{FunctionName}", "Qualifier"},
    {"lambda", "GetFunctionConcurrency", "GET", "/2019-09-30/functions/{FunctionName}/concurrency"},
    {"lambda", "GetFunctionConfiguration", "GET", "/2015-03-31/functions/{FunctionName}/configuration", "Qualifier"},
    {"lambda", "GetPolicy", "GET", "/2015-03-31/functions/{FunctionName}/policy", "Qualifier"},
    {"lambda", "Invoke", "POST", "/2015-03-31/functions/{FunctionName}/invocations", "Qualifier",
     "InvocationType:X-Amz-Invocation-Type,LogType:X-Amz-Log-Type,ClientContext:X-Amz-Client-Context", "Payload"},
    {"lambda", "ListAliases", "GET", "/2015-03-31/functions/{FunctionName}/aliases", "FunctionVersion,Marker,MaxItems"},
    {"lambda", "ListFunctions", "GET", "/2015-03-31/functions/", "MasterRegion,FunctionVersion,Marker,MaxItems"},
    {"lambda", "ListTags", "GET", "/2017-03-31/tags/{Resource}"},
    {"lambda", "ListVersionsByFunction", "GET", "/2015-03-31/functions/{FunctionName}/versions", "Marker,MaxItems"},
    {"lambda", "PublishVersion", "POST", "/2015-03-31/functions/{FunctionName}/versions"},
    {"lambda", "PutFunctionConcurrency", "PUT", "/2017-10-31/functions/{FunctionName}/concurrency"},
    {"lambda", "RemovePermission", "DELETE", "/2015-03-31/functions/{FunctionName}/policy/{StatementId}", "Qualifier,RevisionId"},
    {"lambda", "TagResource", "POST", "/2017-03-31/tags/{Resource}"},
    {"lambda", "UpdateAlias", "PUT", "/2015-03-31/functions/{FunctionName}/aliases/{Name}"},
    {"lambda", "UpdateFunctionCode", "PUT", "/2015-03-31/functions/{FunctionName}/code"},
    {"lambda", "UpdateFunctionConfiguration", "PUT", "/2015-03-31/functions/{FunctionName}/configuration"},
};

}  // namespace

const RestOperation* find_rest_operation(std::string_view service, std::string_view name)
{
  const auto* const found = std::find_if(std::begin(k_operations), std::end(k_operations), [&](const RestOperation& operation) {
    return operation.service == service && operation.name == name;
  });
  return found == std::end(k_operations) ? nullptr : found;
}

}  // namespace davit::aws::auth
