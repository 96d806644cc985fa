// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace davit::commands::workflow::invoke {

/// What the event is made of: a file, or an HTTP request. With neither it is {}.
struct EventSource {
  std::string file;
  std::string method;
  std::string path;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;                  ///< or @FILE
  std::string token;                 ///< profile of davit.yaml
};

/// The event as JSON text. Usage error for a file that is no JSON, flags that do not fit together, or a header that is none.
Result<std::string> event_payload(cli::Context& context, const EventSource& source);

}  // namespace davit::commands::workflow::invoke
