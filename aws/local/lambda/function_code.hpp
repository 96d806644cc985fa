// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/lambda/operations.hpp"

namespace davit::aws::local::lambda {

/// Takes the image or the archive over that Code of CreateFunction, or the members of UpdateFunctionCode, name.
Answer<void> take_code(const LambdaParts& parts, Function& function, const Json& code);

/// Resolves image or package, unpacks it, and refuses one that could not be started here.
Answer<void> unpack_code(const LambdaParts& parts, Function& function);

}  // namespace davit::aws::local::lambda
