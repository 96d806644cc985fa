// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aws/auth/service_client.hpp"
#include "aws/auth/session.hpp"
#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "aws/crypto/secret.hpp"

/// Amazon ECR: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/
namespace davit::aws::ecr {

/// What opens the registry, for twelve hours.
struct Authorization {
  std::string host;  ///< of the registry, with its port when it has one
  std::string user;
  crypto::Secret password;
};

struct Repository {
  std::string name;
  std::string uri;
  std::string tag_mutability;  ///< MUTABLE, IMMUTABLE, or either _WITH_EXCLUSION
  bool scan_on_push = false;
};

struct CreateRepositoryInput {
  std::string name;
  bool immutable_tags = false;
  bool scan_on_push = true;
};

/// One weakness that a scan found.
struct Finding {
  std::string id;        ///< "CVE-2024-1234"
  std::string severity;  ///< CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNDEFINED
  std::string package;   ///< empty when the scan does not say
  std::string version;
  std::string uri;
  std::string description;
};

struct ScanResult {
  std::string status;       ///< COMPLETE, IN_PROGRESS, ACTIVE (of continuous scans), FAILED, UNSUPPORTED_IMAGE, ...
  std::string description;  ///< why it failed
  std::string digest;
  std::optional<TimePoint> completed;
  std::vector<Finding> findings;  ///< of basic and of enhanced scans
};

class Client
{
public:
  explicit Client(auth::Session& session) : m_service(session, "ecr") {}
  /// In another region than the session's. Credentials error when the session has none.
  static Result<Client> in_region(auth::Session& session, const std::string& region);

  /// For the caller's own registry; of `account` when it is not empty.
  Result<Authorization> get_authorization_token(const std::string& account = {});

  /// Nothing when it does not exist.
  Result<std::optional<Repository>> find_repository(const std::string& name);
  /// Conflict error when it exists.
  Result<Repository> create_repository(const CreateRepositoryInput& input);

  /// `version` is a tag or a digest. Conflict error when the image was scanned too recently (LimitExceededException).
  Status start_image_scan(const std::string& repository, const std::string& version);
  /// All pages. Nothing when no scan was ever made.
  Result<std::optional<ScanResult>> find_scan(const std::string& repository, const std::string& version);

private:
  Client(auth::Session& session, auth::Caller caller) : m_service(session, "ecr", std::move(caller)) {}

  auth::ServiceClient m_service;
};

}  // namespace davit::aws::ecr
