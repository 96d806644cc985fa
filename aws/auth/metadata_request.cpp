// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/metadata_request.hpp"

#include <fmt/format.h>

#include "aws/auth/credentials_document.hpp"

namespace davit::aws::auth {

Result<std::string> ask_metadata(http::Client& client, const http::Request& request, int attempts, std::chrono::milliseconds patience)
{
  const http::SendOptions options{.connect_timeout = patience, .read_timeout = patience, .max_body_bytes = 64U << 10U, .direct = true};
  http::TransferResult result = client.send(request, options);
  while (--attempts > 0 && (!result.response || result.response->status >= 500) && result.failure != http::Failure::cancelled) {
    result = client.send(request, options);
  }
  if (!result.response) {
    return fail(std::move(result.response).error());
  }
  if (result.response->status == 200) {
    return std::move(result.response->body);
  }
  Error error = credentials_error(fmt::format("{} answered with HTTP {}", request.url.authority(), result.response->status));
  error.kind = result.response->status == 404 ? ErrorKind::not_found : error.kind;
  return fail(std::move(error));
}

}  // namespace davit::aws::auth
