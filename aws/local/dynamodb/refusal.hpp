// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "aws/local/fault.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::dynamodb {

/// An error of DynamoDB: a fault, and further members of its document.
struct Refusal : Fault {
  Refusal(Fault fault) : Fault(std::move(fault)) {}
  std::string members;  ///< JSON text such as `"Item":{...}`; empty when there are none
};

template <typename T>
using Outcome = tl::expected<T, Refusal>;

/// A complaint in the service's words, if there is any.
using Complaint = std::optional<std::string>;

tl::unexpected<Refusal> validation_error(std::string message);
tl::unexpected<Refusal> serialization_error(std::string message);
/// The words that item operations use.
tl::unexpected<Refusal> table_not_found();
/// The words that table operations use.
tl::unexpected<Refusal> table_not_found(std::string_view name);

/// The error document of the JSON 1.0 protocol with DynamoDB's own type prefixes.
ServiceResponse render(const Refusal& refusal);

}  // namespace davit::aws::local::dynamodb

/// Returns a ValidationException from the enclosing function when `expression` (a Complaint) has something to say.
#define DAVIT_REFUSE_IF(expression)                                                        \
  do {                                                                                     \
    if (auto davit_complaint = (expression)) {                                             \
      return ::davit::aws::local::dynamodb::validation_error(std::move(*davit_complaint)); \
    }                                                                                      \
  } while (false)

/// Returns the refusal of `expression` (an Outcome<void>) from the enclosing function, if it has one.
#define DAVIT_OUTCOME(expression)                              \
  do {                                                         \
    if (auto davit_outcome = (expression); !davit_outcome) {   \
      return tl::unexpected(std::move(davit_outcome).error()); \
    }                                                          \
  } while (false)
