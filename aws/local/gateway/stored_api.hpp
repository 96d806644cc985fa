// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/gateway/api.hpp"

namespace davit::aws::local::gateway {

/// An API as the database keeps it, and back. What older versions of davit have kept can be read; JSON's exceptions for anything else.
Json document_to_store(const Api& api);
Api stored_api(const Json& document);

}  // namespace davit::aws::local::gateway
