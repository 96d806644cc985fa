// SPDX-License-Identifier: Apache-2.0
#include "aws/local/json_service.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace davit::aws::local {

ServiceResponse JsonService::handle(const ServiceRequest& request)
{
  auto answered = Answer<Json>();
  try {
    answered = answer(request);
  } catch (const Json::exception&) {
    answered = refuse("SerializationException", "A member of the request has another type than the service's model gives it.");
  }
  if (!answered) {
    return front::render_fault(m_protocol, answered.error());
  }
  return {.status = 200,
          .headers = {{"Content-Type", std::string(front::content_type_of(m_protocol))}},
          .body = answered->is_null() ? std::string() : dump_json(*answered)};
}

Answer<Json> JsonService::answer(const ServiceRequest& request) const
{
  const auto operation = m_operations.find(request.operation);
  if (operation == m_operations.end()) {
    return refuse("UnknownOperationException", fmt::format("The local AWS does not serve {} {}", m_name, request.operation));
  }
  const auto input = parse_json(request.http.body.empty() ? "{}" : std::string_view(request.http.body), "the request");
  if (!input || !input->is_object()) {
    return refuse("SerializationException", input ? "Start of structure or map found where not expected." : input.error().message);
  }
  return operation->second(request.caller, *input);
}

}  // namespace davit::aws::local
