// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/dynamodb_service.hpp"

#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/expiry.hpp"
#include "aws/local/dynamodb/operations.hpp"
#include "aws/local/dynamodb/throttle/throttled_call.hpp"
#include "aws/local/dynamodb/transaction/request_tokens.hpp"

namespace davit::aws::local::dynamodb {
namespace {

constexpr const char* k_content_type = "application/x-amz-json-1.0";

constexpr std::string_view k_target_prefix = "DynamoDB_20120810.";
constexpr std::string_view k_streams_prefix = "DynamoDBStreams_20120810.";

/// Of another protocol, which the service does not answer in JSON.
bool is_foreign(const http::Request& request)
{
  const std::string type = request.headers.get("Content-Type").value_or(request.body.empty() ? k_content_type : "");
  const std::string_view name = http::media_type_of(type);
  return request.method != "POST" || (name != k_content_type && name != "application/json");
}

ServiceResponse foreign_answer()
{
  return {.status = 404, .headers = {}, .body = "<UnknownOperationException/>\n"};
}

// Operations of the service that are not served here (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations.html).
constexpr std::array<std::string_view, 30> k_not_served{"CreateBackup",
                                                        "CreateGlobalTable",
                                                        "DeleteBackup",
                                                        "DeleteResourcePolicy",
                                                        "DescribeBackup",
                                                        "DescribeContributorInsights",
                                                        "DescribeExport",
                                                        "DescribeGlobalTable",
                                                        "DescribeGlobalTableSettings",
                                                        "DescribeImport",
                                                        "DescribeKinesisStreamingDestination",
                                                        "DescribeTableReplicaAutoScaling",
                                                        "DisableKinesisStreamingDestination",
                                                        "EnableKinesisStreamingDestination",
                                                        "ExportTableToPointInTime",
                                                        "GetResourcePolicy",
                                                        "ImportTable",
                                                        "ListBackups",
                                                        "ListContributorInsights",
                                                        "ListExports",
                                                        "ListGlobalTables",
                                                        "ListImports",
                                                        "PutResourcePolicy",
                                                        "RestoreTableFromBackup",
                                                        "RestoreTableToPointInTime",
                                                        "UpdateContributorInsights",
                                                        "UpdateGlobalTable",
                                                        "UpdateGlobalTableSettings",
                                                        "UpdateKinesisStreamingDestination",
                                                        "UpdateTableReplicaAutoScaling"};

bool is_not_served(std::string_view operation)
{
  return std::find(k_not_served.begin(), k_not_served.end(), operation) != k_not_served.end();
}

/// The service says nothing of what it never had; what is only missing here is named.
Refusal unknown_operation(const std::string& operation)
{
  return Fault{"UnknownOperationException", is_not_served(operation) ? operation + " is not served by the local DynamoDB" : ""};
}

/// A table shows its stream; who would read it is told that there is nothing to read.
Refusal streams_not_served()
{
  return Fault{"UnknownOperationException",
               "DynamoDB Streams is not served by the local DynamoDB: a table shows its stream, but no records are kept"};
}

/// The parser keeps its own stack, so that no nesting exhausts ours.
Outcome<Json> parse_body(const std::string& body)
{
  Json input = Json::parse(body, nullptr, false);
  if (input.is_discarded()) {
    return serialization_error("");
  }
  if (input.is_array()) {
    return serialization_error("Start of list found where not expected");
  }
  if (!input.is_object()) {
    return serialization_error("Unexpected value type in payload");
  }
  return input;
}

class DynamoDbService final : public Service
{
public:
  DynamoDbService(store::Database& database, const ServiceOptions& options)
      : m_engine{database, Catalog(database, options.clock)},
        m_expiry_interval(options.expiry_interval),
        m_buckets(options.throttles ? std::make_unique<CapacityBuckets>(options.clock) : nullptr)
  {
  }

  Status load()
  {
    DAVIT_TRY(m_engine.catalog.load());
    DAVIT_TRY(create_request_tokens(m_engine.database));
    if (m_expiry_interval) {
      m_expiry = std::make_unique<Expiry>(m_engine, *m_expiry_interval);
    }
    return {};
  }

  ServiceResponse handle(const ServiceRequest& request) override
  {
    if (is_foreign(request.http)) {
      return foreign_answer();
    }
    try {
      auto answer = run(request);
      if (!answer) {
        return render(answer.error());
      }
      return {.status = 200, .headers = {{"Content-Type", k_content_type}}, .body = std::move(*answer)};
    } catch (const Json::exception& unexpected) {
      return render(Refusal(Fault{"InternalServerError", unexpected.what(), 500}));
    }
  }

  [[nodiscard]] std::optional<ServiceResponse> refuse_unread(const http::Request& request) const override
  {
    if (is_foreign(request)) {
      return foreign_answer();
    }
    const bool is_compressed = request.headers.get("Content-Encoding").has_value();
    if (!request.body.empty() && !is_compressed && !Json::accept(request.body)) {
      return render(serialization_error("").value());
    }
    std::string operation = request.headers.get("X-Amz-Target").value_or("");
    if (operation.starts_with(k_streams_prefix)) {
      return render(streams_not_served());
    }
    operation.erase(0, operation.starts_with(k_target_prefix) ? k_target_prefix.size() : operation.size());
    const bool is_known = operation_named(operation) != nullptr || is_not_served(operation);
    return is_known ? std::nullopt : std::optional(render(unknown_operation(operation)));
  }

private:
  Outcome<std::string> run(const ServiceRequest& request)
  {
    const OperationEntry* operation = operation_named(request.operation);
    if (operation == nullptr) {
      return tl::unexpected(unknown_operation(request.operation));
    }
    DAVIT_ANSWER_ASSIGN(const Json input, parse_body(request.http.body));
    if (auto complaint = serialization_complaint(input, operation->input)) {
      return serialization_error(std::move(*complaint));
    }
    if (operation->first_complaint != nullptr) {
      DAVIT_REFUSE_IF(operation->first_complaint(input));
    }
    DAVIT_REFUSE_IF(constraint_complaint(input, operation->input));
    const Call call{.caller = request.caller, .input = input, .host = request.http.headers.get("Host").value_or("")};
    return m_buckets ? run_throttled(*m_buckets, request.operation, operation->run, m_engine, call) : operation->run(m_engine, call);
  }

  Engine m_engine;
  std::optional<std::chrono::milliseconds> m_expiry_interval;
  std::unique_ptr<CapacityBuckets> m_buckets;  ///< nothing where tables are not held to their capacity
  std::unique_ptr<Expiry> m_expiry;            ///< the last, so that it ends before what it works on
};

}  // namespace

const OperationEntry* operation_named(std::string_view name)
{
  static const std::map<std::string, OperationEntry, std::less<>> k_operations = [] {
    std::map<std::string, OperationEntry, std::less<>> all;
    for (auto* family :
         {table_operations, write_operations, read_operations, transaction_operations, statement_operations, setting_operations}) {
      for (auto& [operation, entry] : family()) {
        all.emplace(operation, std::move(entry));
      }
    }
    return all;
  }();
  const auto found = k_operations.find(name);
  return found == k_operations.end() ? nullptr : &found->second;
}

Result<std::unique_ptr<Service>> make_dynamodb_service(store::Database& database, const ServiceOptions& options)
{
  auto service = std::make_unique<DynamoDbService>(database, options);
  DAVIT_TRY(service->load());
  return service;
}

}  // namespace davit::aws::local::dynamodb
