// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/time.hpp"
#include "aws/local/front/credential_store.hpp"
#include "aws/local/lambda/function_store.hpp"
#include "aws/local/lambda/invoker.hpp"
#include "aws/local/lambda/setting_store.hpp"
#include "aws/local/lambda/url_servers.hpp"

namespace davit::aws::local::gateway {

/// What UrlDoor works with; all of it outlives it.
struct UrlDoorParts {
  lambda::FunctionStore& functions;
  lambda::SettingStore& settings;
  lambda::Invoker& invoker;
  const CredentialStore& credentials;
  Clock clock;
};

/// Answers for function URLs: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
/// A URL with AuthType NONE is open to everybody: the policy that AWS wants for it is not asked here.
class UrlDoor
{
public:
  explicit UrlDoor(UrlDoorParts parts) : m_parts(std::move(parts)) {}

  [[nodiscard]] server::StreamedResponse handle(const lambda::FunctionUrl& url, const server::IncomingRequest& request);

private:
  server::StreamedResponse answer(const lambda::FunctionUrl& url, const Json& config, const server::IncomingRequest& request,
                                  const std::string& request_id);
  server::StreamedResponse invoke(const lambda::FunctionUrl& url, bool streams, const server::IncomingRequest& request,
                                  const std::string& request_id, const std::optional<Caller>& caller);
  server::StreamedResponse stream(const lambda::Function& function, lambda::InvokeRequest event);

  UrlDoorParts m_parts;
};

}  // namespace davit::aws::local::gateway
