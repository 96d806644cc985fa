// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/function_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/lambda/reserved_variables.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr std::size_t k_environment_limit = 4096;

tl::unexpected<Fault> invalid(std::string message)
{
  return refuse("InvalidParameterValueException", std::move(message));
}

Answer<int> bounded(const Json& input, const char* member, std::string_view wire_name, int otherwise, int least, int most)
{
  DAVIT_ANSWER_ASSIGN(const auto value, input::integer(input, member));
  if (!value) {
    return otherwise;
  }
  if (*value < least || *value > most) {
    return refuse(
        "ValidationException",
        fmt::format(
            "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must have value {} than or equal to {}",
            *value, wire_name, *value < least ? "greater" : "less", *value < least ? least : most));
  }
  return static_cast<int>(*value);
}

bool is_variable_name(std::string_view name)
{
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto allowed = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return name.size() >= 2 && letter(name[0]) && std::all_of(name.begin(), name.end(), allowed);
}

Answer<std::map<std::string, std::string>> checked_environment(const Json& variables)
{
  std::map<std::string, std::string> environment = variables;
  constexpr auto& k_not_allowed = aws::lambda::k_reserved_variables;
  std::vector<std::string> reserved;
  std::size_t size = 0;
  for (const auto& [name, value] : environment) {
    size += name.size() + value.size();
    if (std::find(k_not_allowed.begin(), k_not_allowed.end(), name) != k_not_allowed.end()) {
      reserved.push_back(name);
    } else if (!is_variable_name(name)) {
      return refuse(
          "ValidationException",
          fmt::format("1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must "
                      "satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+] ('{}' does not)",
                      name));
    }
  }
  if (!reserved.empty()) {
    return invalid(fmt::format(
        "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys "
        "that are currently not supported for modification. Reserved keys used in this request: {}",
        fmt::join(reserved, ", ")));
  }
  if (size > k_environment_limit) {
    return invalid(
        "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.");
  }
  return environment;
}

Answer<void> apply_environment(Function& function, const Json& input)
{
  if (input.contains("Environment") && !input["Environment"].is_null()) {
    DAVIT_ANSWER_ASSIGN(function.environment, checked_environment(input["Environment"].value("Variables", Json::object())));
  }
  return {};
}

Answer<void> apply_image_config(Function& function, const Json& input)
{
  if (!input.contains("ImageConfig") || input["ImageConfig"].is_null()) {
    return {};
  }
  const Json& config = input["ImageConfig"];
  DAVIT_ANSWER_ASSIGN(function.image.entrypoint, input::texts(config, "EntryPoint"));
  DAVIT_ANSWER_ASSIGN(function.image.command, input::texts(config, "Command"));
  DAVIT_ANSWER_ASSIGN(const auto folder, input::text(config, "WorkingDirectory"));
  function.image.working_directory = folder.value_or("");
  return {};
}

/// "arn:aws:iam::123456789012:role/path/name"
bool is_role_arn(std::string_view arn)
{
  const auto partition_end = arn.find(':', 4);
  if (!arn.starts_with("arn:aws") || partition_end == std::string_view::npos) {
    return false;
  }
  const auto rest = arn.substr(partition_end);
  constexpr std::string_view k_service = ":iam::";
  constexpr std::string_view k_resource = ":role/";
  const auto account = rest.substr(std::min(k_service.size(), rest.size()), 12);
  const auto resource = rest.substr(std::min(k_service.size() + 12, rest.size()));
  const bool digits = std::all_of(account.begin(), account.end(), [](char c) { return c >= '0' && c <= '9'; });
  return rest.starts_with(k_service) && account.size() == 12 && digits && resource.starts_with(k_resource) &&
         resource.size() > k_resource.size() && resource.find(' ') == std::string_view::npos;
}

Answer<void> apply_role(Function& function, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto role, input::text(input, "Role"));
  function.role = role.value_or(function.role);
  if (!is_role_arn(function.role)) {
    return refuse("ValidationException",
                  fmt::format("1 validation error detected: Value '{}' at 'role' failed to satisfy constraint: Member must satisfy regular "
                              "expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{{12}}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
                              function.role));
  }
  return {};
}

Answer<void> apply_numbers(Function& function, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(function.timeout_s, bounded(input, "Timeout", "timeout", function.timeout_s, 1, 900));
  DAVIT_ANSWER_ASSIGN(function.memory_mb, bounded(input, "MemorySize", "memorySize", function.memory_mb, 128, 10240));
  const Json storage = input.value("EphemeralStorage", Json::object());
  DAVIT_ANSWER_ASSIGN(function.ephemeral_storage_mb,
                      bounded(storage, "Size", "ephemeralStorage.size", function.ephemeral_storage_mb, 512, 10240));
  return {};
}

/// Whether a member asks for something: null, false, empty lists and the switched-off settings of a structure do not.
bool asks(const Json& value)
{
  if (value.is_object()) {
    return std::any_of(value.begin(), value.end(), asks);
  }
  return !value.is_null() && value != false && value != "None" && value != "" && !(value.is_array() && value.empty());
}

bool has(const Json& input, const char* member)
{
  return input.contains(member) && asks(input[member]);
}

}  // namespace

Answer<void> check_served(const Function& function, const Json& input)
{
  for (const char* member : {"VpcConfig", "FileSystemConfigs", "DeadLetterConfig", "SnapStart", "CodeSigningConfigArn", "KMSKeyArn",
                             "DurableConfig", "CapacityProviderConfig", "TenancyConfig"}) {
    if (has(input, member)) {
      return invalid(fmt::format("The local AWS does not serve {}", member));
    }
  }
  if (function.package) {
    return has(input, "ImageConfig") ? invalid("Please don't provide ImageConfig when the intended function PackageType is Zip.")
                                     : Answer<void>{};
  }
  if (has(input, "Handler") || has(input, "Runtime") || has(input, "Layers")) {
    return invalid("Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.");
  }
  return {};
}

Answer<void> apply_configuration(Function& function, const Json& input)
{
  if (auto served = check_served(function, input); !served) {
    return served;
  }
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(input, "Description"));
  function.description = description.value_or(function.description);
  const Json logging = input.value("LoggingConfig", Json::object());
  DAVIT_ANSWER_ASSIGN(const auto group, input::text(logging, "LogGroup"));
  function.log_group = group.value_or(function.log_group);
  if (logging.value("LogFormat", "Text") != "Text") {
    return invalid("The local AWS writes logs in LogFormat Text only");
  }
  return apply_role(function, input)
      .and_then([&] { return apply_numbers(function, input); })
      .and_then([&] { return apply_environment(function, input); })
      .and_then([&] { return apply_image_config(function, input); });
}

Answer<std::string> architecture_of(const Json& input, const std::string& otherwise)
{
  DAVIT_ANSWER_ASSIGN(const auto architectures, input::texts(input, "Architectures"));
  const std::string chosen = architectures.empty() ? otherwise : architectures.front();
  if (architectures.size() > 1 || (chosen != "x86_64" && chosen != "arm64")) {
    return refuse("ValidationException",
                  "1 validation error detected: Value at 'architectures' failed to satisfy constraint: Member must satisfy enum value set: "
                  "[x86_64, arm64]");
  }
  return chosen;
}

std::string_view image_architecture(std::string_view architecture)
{
  return architecture == "arm64" ? "arm64" : "amd64";
}

Answer<std::string> image_uri_of(const Json& code)
{
  DAVIT_ANSWER_ASSIGN(auto uri, input::text(code, "ImageUri"));
  if (!uri) {
    return invalid("A function of PackageType Image needs an ImageUri");
  }
  return std::move(*uri);
}

}  // namespace davit::aws::local::lambda
