// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/fault.hpp"
#include "aws/local/lambda/function_name.hpp"
#include "aws/local/lambda/function_store.hpp"
#include "aws/local/lambda/setting_store.hpp"

namespace davit::aws::local::lambda {

bool is_version_number(std::string_view qualifier);

/// Finds versions by what calls name them by: nothing or $LATEST, a number, an alias.
class QualifierResolver
{
public:
  QualifierResolver(FunctionStore& functions, SettingStore& settings) : m_functions(functions), m_settings(settings) {}

  /// The version that the name stands for; of an alias with weights the main one. A 404 fault when it stands for none.
  Answer<Function> find(const FunctionName& name) const;

  /// Likewise, but an alias with weights is rolled for, as for each invocation.
  /// https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
  Answer<Function> choose(const FunctionName& name) const;

private:
  enum class Weights { ignored, rolled_for };
  Answer<Function> resolve(const FunctionName& name, Weights weights) const;
  Answer<Function> version_of(const FunctionName& name, const std::string& version) const;

  FunctionStore& m_functions;
  SettingStore& m_settings;
};

}  // namespace davit::aws::local::lambda
