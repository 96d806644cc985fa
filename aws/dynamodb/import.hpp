// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aws/auth/service_client.hpp"
#include "aws/core/result.hpp"
#include "aws/dynamodb/table.hpp"

/// Tables that the service itself makes and fills from S3
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Requesting.html).
namespace davit::aws::dynamodb {

struct ImportRequest {
  TableDefinition table;  ///< must not be there: an import makes it
  std::string bucket;
  std::string prefix;
  std::string input_format;          ///< DYNAMODB_JSON, CSV or ION
  std::string compression = "NONE";  ///< NONE, GZIP or ZSTD
  std::string client_token;          ///< the same request with the same token within eight hours is the same import
};

struct ImportDescription {
  std::string arn;
  std::string status;  ///< IN_PROGRESS, COMPLETED, CANCELLING, CANCELLED or FAILED
  std::string failure_code;
  std::string failure_message;
  std::string log_group_arn;         ///< CloudWatch Logs: what was wrong with which item
  std::int64_t processed_items = 0;  ///< imported and refused
  std::int64_t imported_items = 0;
  std::int64_t errors = 0;  ///< items refused
  std::int64_t processed_bytes = 0;

  [[nodiscard]] bool is_under_way() const { return status == "IN_PROGRESS" || status == "CANCELLING"; }
};

/// The imports of one account and region. Errors are the service's.
class ImportClient
{
public:
  explicit ImportClient(auth::Session& session) : m_service(session, "dynamodb") {}

  Result<ImportDescription> import_table(const ImportRequest& request);
  Result<ImportDescription> describe_import(const std::string& import_arn);

  /// The import of that table which was started last, if the service still knows of one (it does for 90 days).
  Result<std::optional<ImportDescription>> last_import(const std::string& table_arn);

private:
  Result<ImportDescription> call(const std::string& operation, const Json& input, auth::Effect effect);

  auth::ServiceClient m_service;
};

}  // namespace davit::aws::dynamodb
