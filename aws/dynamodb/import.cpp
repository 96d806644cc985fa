// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/import.hpp"

#include <nlohmann/json.hpp>

#include "aws/core/json_members.hpp"

namespace davit::aws::dynamodb {
namespace {

ImportDescription description_from_json(const Json& json)
{
  return {.arn = text_member(json, "ImportArn"),
          .status = text_member(json, "ImportStatus"),
          .failure_code = text_member(json, "FailureCode"),
          .failure_message = text_member(json, "FailureMessage"),
          .log_group_arn = text_member(json, "CloudWatchLogGroupArn"),
          .processed_items = integer_member(json, "ProcessedItemCount").value_or(0),
          .imported_items = integer_member(json, "ImportedItemCount").value_or(0),
          .errors = integer_member(json, "ErrorCount").value_or(0),
          .processed_bytes = integer_member(json, "ProcessedSizeBytes").value_or(0)};
}

Json input_of(const ImportRequest& request)
{
  Json source{{"S3Bucket", request.bucket}};
  if (!request.prefix.empty()) {
    source["S3KeyPrefix"] = request.prefix;
  }
  return {{"ClientToken", request.client_token},
          {"S3BucketSource", std::move(source)},
          {"InputFormat", request.input_format},
          {"InputCompressionType", request.compression},
          {"TableCreationParameters", create_table_document(request.table)}};
}

}  // namespace

Result<ImportDescription> ImportClient::call(const std::string& operation, const Json& input, auth::Effect effect)
{
  DAVIT_TRY_ASSIGN(const Json answer, m_service.call_json({.operation = operation, .body = dump_json(input), .effect = effect}));
  auto description = description_from_json(object_member(answer, "ImportTableDescription"));
  if (description.arn.empty() || description.status.empty()) {
    return fail(Error{.kind = ErrorKind::unavailable, .message = "the answer to " + operation + " describes no import"});
  }
  return description;
}

Result<ImportDescription> ImportClient::import_table(const ImportRequest& request)
{
  return call("ImportTable", input_of(request), auth::Effect::write);
}

Result<ImportDescription> ImportClient::describe_import(const std::string& import_arn)
{
  return call("DescribeImport", {{"ImportArn", import_arn}}, auth::Effect::read);
}

Result<std::optional<ImportDescription>> ImportClient::last_import(const std::string& table_arn)
{
  std::string last;
  double last_start = -1;
  Json input{{"TableArn", table_arn}, {"PageSize", 25}};
  while (true) {
    DAVIT_TRY_ASSIGN(const Json answer, m_service.call_json({.operation = "ListImports", .body = dump_json(input)}));
    for (const auto& summary : array_member(answer, "ImportSummaryList")) {
      const double start = number_member(summary, "StartTime").value_or(0);
      if (start > last_start) {
        last_start = start;
        last = text_member(summary, "ImportArn");
      }
    }
    const std::string token = text_member(answer, "NextToken");
    if (token.empty()) {
      break;
    }
    input["NextToken"] = token;
  }
  if (last.empty()) {
    return std::nullopt;
  }
  return describe_import(last).map([](ImportDescription&& description) { return std::optional(std::move(description)); });
}

}  // namespace davit::aws::dynamodb
