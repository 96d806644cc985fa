// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/local/fault.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::lambda {

/// A function as calls name it.
struct FunctionName {
  std::string account;
  std::string region;
  std::string name;
  std::string qualifier;  ///< version or alias; empty when none was named

  [[nodiscard]] std::string arn() const;
};

/// NAME, NAME:QUALIFIER, ACCOUNT:function:NAME or a full ARN, with or without a qualifier.
/// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
Answer<FunctionName> parse_function_name(const Caller& caller, const std::string& text);

/// Refuses a function of another region, and one of another account: there are no resource-based policies here.
Answer<FunctionName> reachable(FunctionName name, const Caller& caller);

}  // namespace davit::aws::local::lambda
