// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/local/fault.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::front {

/// The wire protocols of AWS: https://smithy.io/2.0/aws/protocols/
enum class Protocol { json_1_0, json_1_1, rest_json, rest_xml, query };

/// What a fault looks like in that protocol.
ServiceResponse render_fault(Protocol protocol, const Fault& fault);

std::string_view content_type_of(Protocol protocol);

/// The five characters that XML reserves, escaped.
std::string escape_xml(std::string_view text);

/// Why a request was turned away before any service saw it.
enum class Refusal {
  missing_signature,
  incomplete_signature,
  unknown_key,
  wrong_signature,
  unknown_operation,
  body_too_large,
  malformed_body,
};

/// The code and status that services of that protocol answer with:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html (JSON),
/// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html (query)
Fault fault_of(Refusal refusal, Protocol protocol, std::string message);

}  // namespace davit::aws::local::front
