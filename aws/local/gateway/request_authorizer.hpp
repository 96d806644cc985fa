// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "aws/local/gateway/authorization.hpp"
#include "aws/local/lambda/invoker.hpp"
#include "aws/local/lambda/qualifier.hpp"

namespace davit::aws::local::gateway {

/// Asks a function whether a caller may: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
/// Answers are kept by the values of the identity sources, for as long as the authorizer says.
class RequestAuthorizers
{
public:
  RequestAuthorizers(const lambda::QualifierResolver& resolver, lambda::Invoker& invoker) : m_resolver(resolver), m_invoker(invoker) {}

  Authorization authorize(const Authorizer& authorizer, const server::IncomingRequest& request, const ProxyContext& context);

private:
  struct Kept {
    std::chrono::steady_clock::time_point until;
    Json answer;
  };
  Authorization ask(const Authorizer& authorizer, const std::string& event, const std::string& arn, const std::string& cache_key);
  std::optional<Json> kept(const std::string& cache_key);
  void keep(const std::string& cache_key, const Json& answer, std::chrono::seconds time);

  lambda::QualifierResolver m_resolver;
  lambda::Invoker& m_invoker;
  std::mutex m_mutex;
  std::map<std::string, Kept> m_kept;
};

}  // namespace davit::aws::local::gateway
