// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "aws/core/time.hpp"
#include "aws/local/front/credential_store.hpp"
#include "aws/local/front/protocol.hpp"
#include "aws/local/front/rest_route.hpp"
#include "aws/local/server/http_server.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::front {

/// How requests for one service are recognised and answered.
struct Binding {
  std::string signing_name;  ///< as in the credential scope: "dynamodb"
  Protocol protocol = Protocol::json_1_1;
  std::string target_prefix = {};          ///< JSON protocols: "DynamoDB_20120810."
  std::span<const RestRoute> routes = {};  ///< REST protocols
  /// DynamoDB's own manners: x-amz-crc32 on every answer, gzip for those who accept it, the content type that was asked in; and what names
  /// no service at all is answered as it answers that.
  bool is_dynamodb = false;
  std::unique_ptr<Service> service;
  std::size_t largest_body = 16 * 1024 * 1024;
};

/// The one door of the local AWS: every service on one URL. The signature says which service is meant, as the host name does in AWS.
class Front
{
public:
  Front(const CredentialStore& credentials, Clock clock) : m_credentials(credentials), m_clock(std::move(clock)) {}

  /// Before the first request.
  void add(Binding binding) { m_bindings.push_back(std::move(binding)); }

  /// Whether the answer waits for nothing: DynamoDB's operations on some items.
  [[nodiscard]] bool answers_at_once(const server::IncomingRequest& request) const;

  [[nodiscard]] server::StreamedResponse handle(const server::IncomingRequest& request) const;

private:
  [[nodiscard]] ServiceResponse answer(const server::IncomingRequest& request, const Binding* meant) const;
  [[nodiscard]] ServiceResponse dispatch(const Binding& binding, const http::Request& request, const Caller& caller) const;
  [[nodiscard]] const Binding* binding_of(std::string_view signing_name) const;
  [[nodiscard]] const Binding* binding_of_target(const http::Request& request) const;
  [[nodiscard]] const Binding* meant_by(const http::Request& request) const;

  const CredentialStore& m_credentials;
  Clock m_clock;
  std::vector<Binding> m_bindings;
};

}  // namespace davit::aws::local::front
