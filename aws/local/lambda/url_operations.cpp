// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "aws/crypto/random.hpp"
#include "aws/local/json_input.hpp"
#include "aws/local/lambda/operations.hpp"
#include "aws/local/lambda/qualifier.hpp"

/// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
namespace davit::aws::local::lambda {
namespace {

/// The function or alias of a URL.
struct UrlOwner {
  Function function;
  std::string qualifier;  ///< an alias, or empty
  std::string arn;

  [[nodiscard]] std::string setting() const { return qualifier.empty() ? k_latest : qualifier; }
};

Answer<UrlOwner> url_owner(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(auto name, name_of(request));
  if (is_version_number(name.qualifier)) {
    return refuse("ValidationException",
                  fmt::format("1 validation error detected: Value '{}' at 'qualifier' failed to satisfy constraint: Member must satisfy "
                              "regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)",
                              name.qualifier));
  }
  name.qualifier = name.qualifier == k_latest ? "" : name.qualifier;
  DAVIT_ANSWER_ASSIGN(auto function, QualifierResolver(parts.functions, parts.settings).find(name));
  return UrlOwner{std::move(function), name.qualifier, name.arn()};
}

/// 32 lower-case letters and digits, as AWS's.
std::string new_url_id()
{
  static constexpr std::string_view k_letters = "abcdefghijklmnopqrstuvwxyz234567";
  std::string id;
  for (const char byte : crypto::random_bytes(32)) {
    id += k_letters[static_cast<unsigned char>(byte) % k_letters.size()];
  }
  return id;
}

/// As it is stored: the members of the API, and "id", "port", "qualifier".
Json url_document(const Json& url)
{
  Json document = url;
  document["FunctionUrl"] = fmt::format("http://127.0.0.1:{}/", url.at("port").get<int>());
  for (const char* member : {"id", "port", "qualifier"}) {
    document.erase(member);
  }
  return document;
}

Answer<void> check_one_of(const std::string& value, std::string_view wire_name, std::string_view one, std::string_view other)
{
  if (value != one && value != other) {
    return refuse(
        "ValidationException",
        fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must satisfy enum value "
                    "set: [{}, {}]",
                    value, wire_name, one, other));
  }
  return {};
}

/// The members that the request has; those that it leaves out stay.
Answer<void> apply_url(const Json& input, Json& url)
{
  DAVIT_ANSWER_ASSIGN(const auto auth, input::text(input, "AuthType"));
  DAVIT_ANSWER_ASSIGN(const auto mode, input::text(input, "InvokeMode"));
  url["AuthType"] = auth.value_or(url.value("AuthType", ""));
  url["InvokeMode"] = mode.value_or(url.value("InvokeMode", "BUFFERED"));
  if (input.contains("Cors") && !input["Cors"].is_null()) {
    url["Cors"] = input["Cors"];
    if (url["Cors"].empty()) {
      url.erase("Cors");
    }
  }
  return check_one_of(url["AuthType"], "authType", "NONE", "AWS_IAM").and_then([&] {
    return check_one_of(url["InvokeMode"], "invokeMode", "BUFFERED", "RESPONSE_STREAM");
  });
}

tl::unexpected<Fault> no_url()
{
  return refuse("ResourceNotFoundException", "The resource you requested does not exist.", 404);
}

std::string url_time(const LambdaParts& parts)
{
  const TimePoint now = parts.clock();
  return fmt::format("{}.{:03}Z", to_rfc3339(now).substr(0, 19), now.time_since_epoch().count() % 1000);
}

Answer<Json> stored_url(const LambdaParts& parts, const UrlOwner& owner)
{
  DAVIT_STORED_ASSIGN(auto url, parts.settings.find(owner.function.caller(), owner.function.name, k_url, owner.setting()));
  if (!url) {
    return no_url();
  }
  return std::move(*url);
}

}  // namespace

Answer<ServiceResponse> create_url(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN([[maybe_unused]] const auto auth, input::required_text(input, "AuthType", "ValidationException"));
  DAVIT_ANSWER_ASSIGN(const auto owner, url_owner(parts, request));
  if (stored_url(parts, owner)) {
    return refuse(
        "ResourceConflictException",
        fmt::format("Failed to create function url config for [functionArn = {}]. Error message:  FunctionUrlConfig exists for this "
                    "Lambda function",
                    owner.arn),
        409);
  }
  Json url = {{"FunctionArn", owner.arn}, {"CreationTime", url_time(parts)}, {"id", new_url_id()}, {"qualifier", owner.qualifier}};
  url["LastModifiedTime"] = url["CreationTime"];
  if (const auto applied = apply_url(input, url); !applied) {
    return tl::unexpected(applied.error());
  }
  const Caller caller = owner.function.caller();
  DAVIT_STORED_ASSIGN(url["port"], parts.urls.open({caller, owner.function.name, owner.qualifier, url["id"]}));
  DAVIT_STORED(parts.settings.put(caller, owner.function.name, k_url, owner.setting(), url));
  Json document = url_document(url);
  document.erase("LastModifiedTime");
  return json_response(201, document);
}

Answer<ServiceResponse> get_url(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto owner, url_owner(parts, request));
  DAVIT_ANSWER_ASSIGN(const Json url, stored_url(parts, owner));
  return json_response(200, url_document(url));
}

Answer<ServiceResponse> update_url(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(const auto owner, url_owner(parts, request));
  DAVIT_ANSWER_ASSIGN(Json url, stored_url(parts, owner));
  if (const auto applied = apply_url(input, url); !applied) {
    return tl::unexpected(applied.error());
  }
  url["LastModifiedTime"] = url_time(parts);
  DAVIT_STORED(parts.settings.put(owner.function.caller(), owner.function.name, k_url, owner.setting(), url));
  return json_response(200, url_document(url));
}

Answer<ServiceResponse> delete_url(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto owner, url_owner(parts, request));
  DAVIT_STORED_ASSIGN(const bool erased, parts.settings.erase(owner.function.caller(), owner.function.name, k_url, owner.setting()));
  return erased ? ServiceResponse{.status = 204} : Answer<ServiceResponse>(no_url());
}

Answer<ServiceResponse> list_urls(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto latest, latest_of(parts, request));
  DAVIT_STORED_ASSIGN(const auto urls, parts.settings.list(latest.caller(), latest.name, k_url));
  Json documents = Json::array();
  for (const auto& url : urls) {
    documents.push_back(url_document(url.document));
  }
  return json_response(200, page_of(request, "FunctionUrlConfigs", std::move(documents)));
}

}  // namespace davit::aws::local::lambda
