// SPDX-License-Identifier: Apache-2.0
#include "tests/support/local_aws.hpp"

#include <stdexcept>

namespace davit::tests {

LocalAws::LocalAws(const std::vector<std::string>& flags)
{
  std::vector<std::string> arguments{"local", "up", "--state", m_state.path().string(), "-o", "json"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  const Finished up = run_davit({.arguments = arguments});
  if (up.exit_code != 0) {
    throw std::runtime_error("davit local up failed: " + up.err);
  }
  m_document = nlohmann::json::parse(up.out);
}

LocalAws::~LocalAws()
{
  static_cast<void>(run_davit({.arguments = {"local", "down", "--state", m_state.path().string()}}));
}

std::map<std::string, std::string> LocalAws::environment() const
{
  return {{"AWS_ENDPOINT_URL", endpoint()},
          {"AWS_ACCESS_KEY_ID", m_document.at("accessKeyId")},
          {"AWS_SECRET_ACCESS_KEY", m_document.at("secretAccessKey")},
          {"AWS_REGION", m_document.at("region")},
          {"AWS_DEFAULT_REGION", m_document.at("region")}};
}

Finished LocalAws::davit(std::vector<std::string> arguments, const std::string& input) const
{
  return run_davit({.arguments = std::move(arguments), .environment = environment(), .input = input});
}

}  // namespace davit::tests
