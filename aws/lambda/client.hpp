// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/auth/service_client.hpp"
#include "aws/auth/session.hpp"
#include "aws/core/result.hpp"

/// AWS Lambda: https://docs.aws.amazon.com/lambda/latest/api/
namespace davit::aws::lambda {

struct FunctionConfiguration {
  std::string name;
  std::string arn;
  std::string role;
  std::string package_type;  ///< "Image" or "Zip"
  std::string runtime;
  std::string handler;
  std::string description;
  std::string version;
  std::string revision_id;
  std::string code_sha256;
  std::string last_modified;
  std::string state;  ///< "Pending", "Active", "Inactive", "Failed"
  std::string state_reason;
  std::string last_update_status;  ///< "InProgress", "Successful", "Failed"
  std::string last_update_reason;
  std::vector<std::string> architectures;
  int memory_mb = 0;
  int timeout_s = 0;
  std::map<std::string, std::string> environment;
  std::vector<std::string> layers;  ///< ARNs of their versions
  std::string log_group;            ///< of LoggingConfig; empty where Lambda does not say, which means /aws/lambda/NAME
};

struct Function {
  FunctionConfiguration configuration;
  std::string image_uri;           ///< as it was given
  std::string resolved_image_uri;  ///< with the digest
};

/// What is left out keeps AWS's default (create) or stays as it is (update).
struct FunctionSettings {
  std::optional<std::string> role;
  std::optional<std::string> handler;
  std::optional<std::string> runtime;
  std::optional<std::string> description;
  std::optional<int> memory_mb;
  std::optional<int> timeout_s;
  std::optional<std::map<std::string, std::string>> environment;
  std::optional<std::vector<std::string>> layers = std::nullopt;  ///< ARNs of versions
};

/// https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html
struct PublishLayerInput {
  std::string name;
  std::string zip;  ///< the bytes
  std::vector<std::string> runtimes;
  std::vector<std::string> architectures;
};

struct LayerVersion {
  std::string arn;
  std::int64_t version = 0;
  std::string code_sha256;  ///< empty in a list
};

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html
struct FunctionUrlConfig {
  std::string url;
  std::string auth_type;  ///< "NONE" or "AWS_IAM"
};

/// Exactly one of the two.
struct FunctionCode {
  std::string image_uri = {};
  std::string zip = {};  ///< the bytes
};

struct CreateFunctionInput {
  std::string name;
  FunctionCode code;
  FunctionSettings settings;
  std::string architecture = "x86_64";
  bool publish = false;
};

struct UpdateFunctionCodeInput {
  std::string name;
  FunctionCode code;
  std::optional<std::string> architecture = std::nullopt;
  std::optional<std::string> revision_id = std::nullopt;
  bool publish = false;
};

enum class InvocationType { request_response, event, dry_run };

struct InvokeInput {
  std::string function;  ///< name or ARN
  std::string payload;   ///< JSON; may be empty
  InvocationType type = InvocationType::request_response;
  std::string qualifier = {};
  bool log_tail = true;
  std::string client_context = {};  ///< a JSON object, at most 2,687 bytes; Lambda takes none for an event
  /// The function's own time limit, to wait a little longer than it; default Lambda's longest.
  std::optional<std::chrono::seconds> function_timeout = std::nullopt;
  std::chrono::milliseconds delay{0};  ///< wait so long before it is sent
  /// Wait so long and no longer, whatever the function may take.
  std::optional<std::chrono::milliseconds> read_timeout = std::nullopt;
};

struct InvokeOutput {
  int status = 0;
  std::string payload;
  std::string function_error;  ///< "Handled" or "Unhandled": the function failed although the HTTP status is 200
  std::string executed_version;
  std::string request_id;
  std::string log_tail;  ///< the last 4 KB of the log, decoded
};

class Client
{
public:
  explicit Client(auth::Session& session) : m_service(session, "lambda") {}

  Result<FunctionConfiguration> create_function(const CreateFunctionInput& input);
  Result<Function> get_function(const std::string& name, const std::string& qualifier = {});
  Result<FunctionConfiguration> get_function_configuration(const std::string& name, const std::string& qualifier = {});
  Result<FunctionConfiguration> update_function_code(const UpdateFunctionCodeInput& input);
  Result<FunctionConfiguration> update_function_configuration(const std::string& name, const FunctionSettings& settings);
  Status delete_function(const std::string& name);

  Result<LayerVersion> publish_layer_version(const PublishLayerInput& input);
  Result<LayerVersion> get_layer_version(const std::string& arn);

  /// All pages, newest first. Of a layer that there is not, none.
  Result<std::vector<LayerVersion>> list_layer_versions(const std::string& name);
  Status delete_layer_version(const std::string& name, std::int64_t version);

  /// All pages.
  Result<std::vector<FunctionConfiguration>> list_functions();

  /// Of the function, or of one of its aliases.
  Result<FunctionUrlConfig> get_function_url_config(const std::string& name, const std::string& alias = {});

  /// Sent once: a request that may have reached Lambda is never repeated, because the function would run again.
  Result<InvokeOutput> invoke(const InvokeInput& input);

  /// Hands out the next invocation, or nothing when there are no more.
  using Next = std::function<std::optional<InvokeInput>()>;
  /// Takes what became of the `index`-th one. An error it returns stops everything and is returned.
  using Done = std::function<Status(std::size_t index, Result<InvokeOutput>)>;

  /// invoke(), with up to `concurrency` under way at once.
  Status invoke_many(const Next& next, const Done& done, int concurrency);

  /// How often Lambda repeats a failed asynchronous invocation of the function: as GetFunctionEventInvokeConfig says, and twice where
  /// nothing is configured.
  Result<int> maximum_retry_attempts(const std::string& function, const std::string& qualifier = {});

private:
  Result<Json> send(const char* operation, const char* method, std::string path, const Json* body, auth::Effect effect,
                    std::string query = {});

  auth::ServiceClient m_service;
};

}  // namespace davit::aws::lambda
