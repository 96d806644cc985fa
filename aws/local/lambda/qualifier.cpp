// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/qualifier.hpp"

#include <algorithm>
#include <random>

namespace davit::aws::local::lambda {
namespace {

/// In [0, 1).
double roll()
{
  thread_local std::mt19937_64 random(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(random);
}

std::string rolled_version(const Json& alias)
{
  double left = roll();
  for (const auto& [version, weight] : alias.at("weights").items()) {
    left -= weight.get<double>();
    if (left < 0) {
      return version;
    }
  }
  return alias.at("version");
}

}  // namespace

bool is_version_number(std::string_view qualifier)
{
  return !qualifier.empty() && std::all_of(qualifier.begin(), qualifier.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Answer<Function> QualifierResolver::find(const FunctionName& name) const
{
  return resolve(name, Weights::ignored);
}

Answer<Function> QualifierResolver::choose(const FunctionName& name) const
{
  return resolve(name, Weights::rolled_for);
}

Answer<Function> QualifierResolver::resolve(const FunctionName& name, Weights weights) const
{
  if (name.qualifier.empty() || name.qualifier == k_latest || is_version_number(name.qualifier)) {
    return version_of(name, name.qualifier);
  }
  const Caller owner{.account_id = name.account, .region = name.region};
  DAVIT_STORED_ASSIGN(const auto alias, m_settings.find(owner, name.name, k_alias, name.qualifier));
  if (!alias) {
    return refuse("ResourceNotFoundException", "Function not found: " + name.arn(), 404);
  }
  return version_of(name, weights == Weights::rolled_for ? rolled_version(*alias) : alias->at("version").get<std::string>());
}

Answer<Function> QualifierResolver::version_of(const FunctionName& name, const std::string& version) const
{
  const Caller owner{.account_id = name.account, .region = name.region};
  DAVIT_STORED_ASSIGN(
      auto function, is_version_number(version) ? m_functions.find_version(owner, name.name, version) : m_functions.find(owner, name.name));
  if (!function) {
    return refuse("ResourceNotFoundException", "Function not found: " + name.arn(), 404);
  }
  return std::move(*function);
}

}  // namespace davit::aws::local::lambda
