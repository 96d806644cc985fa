// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/result.hpp"
#include "aws/core/uri.hpp"
#include "aws/http/client.hpp"
#include "commands/workflow/smoke/target.hpp"

namespace davit::commands::workflow::smoke {

/// Sends a step's request to an API below `base` and reads the answer. A connection error is ErrorKind::unavailable.
Result<Answer> exchange(aws::http::Client& client, const Url& base, const PreparedRequest& request);

/// The step's request as one to `base`.
Result<aws::http::Request> http_request(const Url& base, const PreparedRequest& request);

/// The answer's parts as checks want them: names of headers in lower case, repeated ones joined, the body as JSON where it is any.
Answer answer_of(int status, const aws::http::Headers& headers, std::string body);

}  // namespace davit::commands::workflow::smoke
