// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/fault.hpp"
#include "aws/local/lambda/function.hpp"

namespace davit::aws::local::lambda {

/// What CreateFunction and UpdateFunctionConfiguration have in common: description, role, time limit, memory, environment, image settings.
/// Members that the request leaves out stay as they are. https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
Answer<void> apply_configuration(Function& function, const Json& input);

/// Architectures of a request; what the function has when it names none.
Answer<std::string> architecture_of(const Json& input, const std::string& otherwise);

/// "amd64" for "x86_64": the name that image specifications use.
std::string_view image_architecture(std::string_view architecture);

/// Refuses by name what a request asks for and the local AWS has not, or this kind of function has not.
Answer<void> check_served(const Function& function, const Json& input);

/// ImageUri, and a refusal for code in other forms.
Answer<std::string> image_uri_of(const Json& code);

}  // namespace davit::aws::local::lambda
