// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit::aws::oci {

/// "sha256:<64 lower-case hexadecimal digits>" of the bytes (image-spec, descriptor.md, "Digests").
std::string digest_of(std::string_view bytes);

/// The same for 32 raw bytes that a Sha256 returned.
std::string digest_from_raw(std::string_view sha256);

/// The hexadecimal part. Refuses every algorithm but sha256 and every other shape, so that a digest of a document can never name a path.
Result<std::string> digest_hex(std::string_view digest);

}  // namespace davit::aws::oci
