// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/mock_integration.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <regex>

#include "aws/local/gateway/access_log.hpp"
#include "aws/local/gateway/identity_validation.hpp"

namespace davit::aws::local::gateway {
namespace {

using Templates = std::map<std::string, std::string>;

/// The one for the media type; JSON's otherwise.
std::string template_for(const Json& document, const char* member, const std::string& media_type)
{
  const auto templates = document.value(member, Templates{});
  const auto found = templates.find(media_type);
  const auto usual = templates.find("application/json");
  return found != templates.end() ? found->second : usual != templates.end() ? usual->second : "";
}

std::string status_in(const std::string& request_template)
{
  static const std::regex k_status(R"re("?statusCode"?\s*:\s*"?([0-9]{3}))re");
  std::smatch match;
  return std::regex_search(request_template, match, k_status) ? match[1].str() : "";
}

/// The document of the response whose pattern is the status, else of the one without a pattern.
std::optional<Json> response_for(const Integration& integration, const std::string& status)
{
  std::optional<Json> usual;
  for (const auto& [code, text] : integration.responses) {
    Json response = Json::parse(text);
    const std::string pattern = response.value("selectionPattern", "");
    if (!pattern.empty() && is_validation_expression(pattern) && is_valid_identity(pattern, status)) {
      return response;
    }
    if (pattern.empty() && (!usual || code == status)) {
      usual = std::move(response);
    }
  }
  return usual;
}

}  // namespace

bool is_plain_template(const std::string& text)
{
  constexpr std::string_view k_programs[] = {"#set", "#if", "#foreach", "$input", "$util", "$stageVariables"};
  return std::none_of(std::begin(k_programs), std::end(k_programs),
                      [&](std::string_view each) { return text.find(each) != std::string::npos; });
}

std::optional<http::Response> mock_response(const Integration& integration, const server::IncomingRequest& request,
                                            const std::function<std::string(const std::string&)>& value_of)
{
  const std::string type(http::media_type_of(request.message.headers.get("content-type").value_or("application/json")));
  const Json details = integration.details.empty() ? Json::object() : Json::parse(integration.details);
  const std::string status = status_in(template_for(details, "requestTemplates", type));
  const auto document = status.empty() ? std::nullopt : response_for(integration, status);
  if (!document) {
    return std::nullopt;
  }
  constexpr std::string_view k_header = "method.response.header.";
  http::Response response{.headers = {{"content-type", "application/json"}}};
  const std::string answered = document->value("statusCode", "");
  std::from_chars(answered.data(), answered.data() + answered.size(), response.status);
  for (const auto& [name, value] : document->value("responseParameters", Templates{})) {
    if (name.starts_with(k_header) && value.size() >= 2 && value.front() == '\'') {
      response.headers.set(name.substr(k_header.size()), value.substr(1, value.size() - 2));
    }
  }
  response.body = access_log_line(template_for(*document, "responseTemplates", type), value_of);
  return response;
}

}  // namespace davit::aws::local::gateway
