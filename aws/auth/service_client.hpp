// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "aws/auth/session.hpp"
#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/http/message.hpp"

namespace davit::aws::auth {

/// Whether a call changes anything. The first write of a process checks that the credentials belong to the expected account.
enum class Effect { read, write };

/// Whether a call may be sent again.
enum class Retry {
  standard,                ///< on throttling, server errors and lost connections, as AWS's retry behaviour 2.1 says
  paced_by_caller,         ///< the same but for throttling, which the caller itself answers by going slower
  never_once_it_was_sent,  ///< only when no byte of it left: for Lambda's Invoke, which would run the function twice
};

struct ServiceCall {
  std::string operation;  ///< "PutItem"; of REST services it is only named in errors
  std::string body;       ///< the JSON document, the REST payload, or the form fields of a query service after Action and Version
  Effect effect = Effect::read;
  Retry retry = Retry::standard;
  std::optional<std::chrono::milliseconds> read_timeout = std::nullopt;  ///< longest silence of the server; default 60 s
  std::chrono::milliseconds delay{0};                                    ///< wait this long before the first attempt

  std::string method = "POST";  ///< REST services
  std::string path = "/";       ///< REST services; percent-encoded
  std::string query = {};       ///< REST services; percent-encoded
  http::Headers headers = {};   ///< further fields, such as X-Amz-Invocation-Type
};

/// What a service answered. The body is inflated when it came compressed.
struct Answer {
  http::Response response;
  std::optional<Error> failure = std::nullopt;  ///< the service's own error, its kind as DESIGN's exit codes want it
  int attempts = 1;
};

/// Who makes a call that is made to get credentials in the first place.
struct Caller {
  std::optional<Credentials> credentials = std::nullopt;  ///< nothing: the call is not signed
  std::string region = {};                                ///< empty: the session's
};

/// Signed, retried calls to one service. Not for several threads; many calls at once go through call_many().
class ServiceClient
{
public:
  /// `service` is the name of the AWS CLI: "dynamodb", "lambda", "secretsmanager", "sts", "logs", ...
  ServiceClient(Session& session, std::string_view service);
  /// For another caller than the session's own identity.
  ServiceClient(Session& session, std::string_view service, Caller caller);

  /// A successful response; the service's error otherwise.
  Result<http::Response> call(const ServiceCall& call);

  /// call(), with the answer's body read as one JSON object; an empty body is an empty object.
  Result<Json> call_json(const ServiceCall& call);

  /// Whatever the service answered, errors included; an Error only when there is no answer.
  Result<Answer> exchange(const ServiceCall& call);

  /// Hands out the next call, or nothing when there is none at the moment.
  using Next = std::function<std::optional<ServiceCall>()>;
  /// Takes the answer to the `index`-th call that Next handed out. An error it returns stops everything and is returned.
  using Done = std::function<Status(std::size_t index, Result<Answer>)>;

  /// Keeps up to `concurrency` calls under way over one multi handle, each retried by itself, until none is under way and `next` hands out
  /// none. Both functions run on the calling thread; `done` may make `next` have more, so a rejected part can be sent again. Once the user
  /// asks to stop, a call whose delay is not over ends with a cancelled error: it was never sent.
  Status call_many(const Next& next, const Done& done, int concurrency = 8);

private:
  Session& m_session;
  std::string m_service;
  std::optional<Caller> m_caller;
};

}  // namespace davit::aws::auth
