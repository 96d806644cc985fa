// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// Lambda's limits for zip archives (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, "Deployment package").
namespace davit::aws::zip {

inline constexpr std::uint64_t k_most_unzipped_bytes = 250ULL << 20U;  ///< a function and all its layers
inline constexpr std::uint64_t k_most_uploaded_bytes = 50ULL << 20U;   ///< an archive in a call of the API; larger ones go by S3

}  // namespace davit::aws::zip
