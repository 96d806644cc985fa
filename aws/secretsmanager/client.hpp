// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/auth/service_client.hpp"
#include "aws/auth/session.hpp"
#include "aws/core/result.hpp"
#include "aws/core/time.hpp"

/// AWS Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/apireference/
namespace davit::aws::secretsmanager {

struct SecretEntry {
  std::string arn;
  std::string name;
  std::string description;
  std::optional<TimePoint> created;
  std::optional<TimePoint> last_changed;
  std::optional<TimePoint> deleted;  ///< set while a deletion is scheduled
  bool rotation_enabled = false;
};

/// Exactly one of the two values is there. Bytes are not encoded here, whatever the wire does.
struct SecretValue {
  std::string arn;
  std::string name;
  std::string version_id;
  std::vector<std::string> version_stages;
  std::optional<std::string> text;
  std::optional<std::string> binary;
};

struct SecretVersion {
  std::string arn;
  std::string name;
  std::string version_id;
};

struct GetSecretValueInput {
  std::string secret_id;  ///< name or ARN
  std::string version_id = {};
  std::string version_stage = {};  ///< default AWSCURRENT
};

struct CreateSecretInput {
  std::string name;
  std::string text;
  std::string description = {};
};

struct DeleteSecretInput {
  std::string secret_id;
  bool force = false;  ///< at once, without the days in which it could be restored
  std::optional<int> recovery_window_days = std::nullopt;
};

class Client
{
public:
  explicit Client(auth::Session& session) : m_service(session, "secretsmanager") {}

  /// All pages.
  Result<std::vector<SecretEntry>> list_secrets();
  Result<SecretEntry> describe_secret(const std::string& secret_id);
  Result<SecretValue> get_secret_value(const GetSecretValueInput& input);

  /// Conflict error when the name is taken, also by a secret that is scheduled for deletion.
  Result<SecretVersion> create_secret(const CreateSecretInput& input);

  /// A new AWSCURRENT version of an existing secret.
  Result<SecretVersion> put_secret_value(const std::string& secret_id, const std::string& text);
  Status delete_secret(const DeleteSecretInput& input);

private:
  Result<Json> write(const char* operation, Json input);

  auth::ServiceClient m_service;
};

}  // namespace davit::aws::secretsmanager
