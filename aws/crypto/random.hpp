// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace davit::aws::crypto {

/// Bytes from the kernel's generator.
std::string random_bytes(std::size_t count);

/// A random UUID (RFC 9562 section 5.4), lower case.
std::string random_uuid();

/// A uniform number from [0, 1), for jitter.
double random_fraction();

}  // namespace davit::aws::crypto
