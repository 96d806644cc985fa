// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "aws/local/front/credential_store.hpp"
#include "aws/local/lambda/isolation.hpp"

namespace davit::aws::local {

struct LocalAwsOptions {
  std::filesystem::path state;       ///< folder of everything that is kept; must exist
  std::uint16_t port = 0;            ///< 0 takes a free one
  std::uint16_t gateway_port = 0;    ///< of the front door; 0 takes a free one
  std::uint16_t registry_port = 0;   ///< of ECR's registry; 0 takes a free one
  std::string region = "us-east-1";  ///< that the front door serves
  std::string account_id;            ///< that the front door serves
  std::vector<Principal> principals;
  std::optional<lambda::Isolation> isolation;  ///< of handlers; nothing chooses the strongest that this machine allows
  Clock clock = system_now;
  std::chrono::milliseconds expiry_interval{30'000};  ///< how often DynamoDB deletes expired items
  std::chrono::milliseconds event_retry_wait{
      1'000};              ///< before Lambda's second attempt at an asynchronous event; twice that before the third
  bool throttles = false;  ///< DynamoDB holds provisioned tables to their capacity
};

/// The embedded local AWS: every service on one URL, on loopback, with its state in one SQLite file.
class LocalAws
{
public:
  /// Serves from the moment that it returns.
  static Result<std::unique_ptr<LocalAws>> start(LocalAwsOptions options);
  LocalAws(const LocalAws&) = delete;
  LocalAws& operator=(const LocalAws&) = delete;
  ~LocalAws();

  [[nodiscard]] std::string endpoint() const;  ///< URL of every service
  [[nodiscard]] std::string gateway() const;   ///< URL of the API Gateway front door
  [[nodiscard]] std::string registry() const;  ///< host:port of ECR's registry
  [[nodiscard]] lambda::Isolation isolation() const;
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::uint16_t gateway_port() const;
  [[nodiscard]] std::uint16_t registry_port() const;

  /// Deletes what a local AWS that does not run has kept in that folder; unpacked images and the keys of user pools stay.
  static Status erase(const std::filesystem::path& state);

private:
  struct Parts;
  explicit LocalAws(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> m_parts;
};

}  // namespace davit::aws::local
