// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace davit::aws::local::lambda {

/// A client of the Runtime API for Python (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html), of its standard library alone, for zip
/// packages that bring none: AWS's runtimes have one of their own. Takes the handler as its argument.
std::string_view python_client();

}  // namespace davit::aws::local::lambda
