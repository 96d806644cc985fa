// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/core/result.hpp"

namespace davit::aws::http {

/// The HTTP library and its TLS library with their versions, "libcurl 7.88.1 (OpenSSL/3.0.17)". Opens them; the error is open_curl's.
Result<std::string> library_version();

}  // namespace davit::aws::http
