// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace davit::aws::crypto {

/// The cryptographic library inside this binary, "OpenSSL 3.0.17 1 Jul 2025".
std::string library_version();

}  // namespace davit::aws::crypto
