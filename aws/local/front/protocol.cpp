// SPDX-License-Identifier: Apache-2.0
#include "aws/local/front/protocol.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"
#include "aws/crypto/random.hpp"

namespace davit::aws::local::front {
namespace {

struct RefusalCodes {
  Refusal refusal;
  std::string_view json_code;
  int json_status;
  int rest_status;
  std::string_view query_code;
  int query_status;
};

constexpr RefusalCodes k_refusals[] = {
    {Refusal::missing_signature, "MissingAuthenticationTokenException", 400, 403, "MissingAuthenticationToken", 403},
    {Refusal::incomplete_signature, "IncompleteSignatureException", 400, 403, "IncompleteSignature", 400},
    {Refusal::unknown_key, "UnrecognizedClientException", 400, 403, "InvalidClientTokenId", 403},
    {Refusal::wrong_signature, "InvalidSignatureException", 400, 403, "SignatureDoesNotMatch", 403},
    {Refusal::unknown_operation, "UnknownOperationException", 400, 404, "InvalidAction", 400},
    {Refusal::body_too_large, "RequestEntityTooLargeException", 413, 413, "RequestEntityTooLarge", 413},
    {Refusal::malformed_body, "InternalServerError", 500, 500, "InternalFailure", 500},
};

std::string fault_type(const Fault& fault)
{
  return fault.status >= 500 ? "Receiver" : "Sender";
}

/// The first version of the JSON protocol names the package of an error, too; what the front says comes from the framework's.
ServiceResponse json_fault(const Fault& fault, Protocol protocol)
{
  const std::string package = protocol == Protocol::json_1_0 ? "com.amazon.coral.service#" : "";
  const Json body = {{"__type", package + fault.code}, {"message", fault.message}};
  return {.status = fault.status, .headers = {{"Content-Type", std::string(content_type_of(protocol))}}, .body = dump_json(body)};
}

ServiceResponse rest_json_fault(const Fault& fault)
{
  const Json body = {{"Type", fault.status >= 500 ? "Service" : "User"}, {"Message", fault.message}, {"message", fault.message}};
  return {
      .status = fault.status, .headers = {{"Content-Type", "application/json"}, {"x-amzn-ErrorType", fault.code}}, .body = dump_json(body)};
}

ServiceResponse query_fault(const Fault& fault)
{
  const std::string request_id = crypto::random_uuid();
  return {.status = fault.status,
          .headers = {{"Content-Type", "text/xml"}, {"x-amzn-RequestId", request_id}},
          .body = fmt::format(
              "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    <Type>{}</Type>\n    <Code>{}</Code>\n"
              "    <Message>{}</Message>\n  </Error>\n  <RequestId>{}</RequestId>\n</ErrorResponse>\n",
              fault_type(fault), fault.code, escape_xml(fault.message), request_id)};
}

ServiceResponse rest_xml_fault(const Fault& fault)
{
  return {.status = fault.status,
          .headers = {{"Content-Type", "application/xml"}},
          .body = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message></Error>", fault.code,
                              escape_xml(fault.message))};
}

}  // namespace

ServiceResponse render_fault(Protocol protocol, const Fault& fault)
{
  switch (protocol) {
    case Protocol::json_1_0:
    case Protocol::json_1_1:
      return json_fault(fault, protocol);
    case Protocol::rest_json:
      return rest_json_fault(fault);
    case Protocol::rest_xml:
      return rest_xml_fault(fault);
    case Protocol::query:
      return query_fault(fault);
  }
  return json_fault(fault, Protocol::json_1_1);
}

std::string_view content_type_of(Protocol protocol)
{
  switch (protocol) {
    case Protocol::json_1_0:
      return "application/x-amz-json-1.0";
    case Protocol::json_1_1:
      return "application/x-amz-json-1.1";
    case Protocol::rest_json:
      return "application/json";
    case Protocol::rest_xml:
      return "application/xml";
    case Protocol::query:
      return "text/xml";
  }
  return "application/octet-stream";
}

std::string escape_xml(std::string_view text)
{
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&apos;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

Fault fault_of(Refusal refusal, Protocol protocol, std::string message)
{
  const auto& codes =
      *std::find_if(std::begin(k_refusals), std::end(k_refusals), [&](const auto& entry) { return entry.refusal == refusal; });
  switch (protocol) {
    case Protocol::json_1_0:
    case Protocol::json_1_1:
      return {std::string(codes.json_code), std::move(message), codes.json_status};
    case Protocol::rest_json:
      return {std::string(codes.json_code), std::move(message), codes.rest_status};
    case Protocol::rest_xml:
      if (refusal == Refusal::unknown_operation) {
        return {"NotImplemented", std::move(message), 501};
      }
      [[fallthrough]];
    case Protocol::query:
      return {std::string(codes.query_code), std::move(message), codes.query_status};
  }
  return {std::string(codes.json_code), std::move(message), codes.json_status};
}

}  // namespace davit::aws::local::front
