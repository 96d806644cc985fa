// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/local/json_input.hpp"
#include "aws/local/lambda/operations.hpp"

/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
namespace davit::aws::local::lambda {
namespace {

constexpr const char* k_reserved = "ReservedConcurrentExecutions";

Answer<int> reservation_of(const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto most, input::integer(input, k_reserved));
  if (!most || *most < 0) {
    return refuse(
        "ValidationException",
        fmt::format("1 validation error detected: Value {} at 'reservedConcurrentExecutions' failed to satisfy constraint: Member "
                    "must {}",
                    most ? fmt::format("'{}'", *most) : "null", most ? "have value greater than or equal to 0" : "not be null"));
  }
  return static_cast<int>(std::min<std::int64_t>(*most, ConcurrencyLimiter::k_account_limit + 1));
}

}  // namespace

Answer<ServiceResponse> put_concurrency(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(const int most, reservation_of(input));
  DAVIT_ANSWER_ASSIGN(const auto latest, latest_of(parts, request));
  DAVIT_STORED_ASSIGN(const auto before, parts.settings.find(latest.caller(), latest.name, k_concurrency));
  const int available = parts.invoker.limiter().unreserved() + (before ? before->get<int>() : 0);
  if (available - most < ConcurrencyLimiter::k_least_unreserved) {
    return refuse("InvalidParameterValueException",
                  fmt::format("Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below "
                              "its minimum value of [{}].",
                              ConcurrencyLimiter::k_least_unreserved));
  }
  DAVIT_STORED(parts.settings.put(latest.caller(), latest.name, k_concurrency, "", most));
  parts.invoker.limiter().reserve(latest.arn(), most);
  return json_response(200, {{k_reserved, most}});
}

Answer<ServiceResponse> get_concurrency(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto latest, latest_of(parts, request));
  DAVIT_STORED_ASSIGN(const auto most, parts.settings.find(latest.caller(), latest.name, k_concurrency));
  return json_response(200, most ? Json{{k_reserved, *most}} : Json::object());
}

Answer<ServiceResponse> delete_concurrency(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto latest, latest_of(parts, request));
  DAVIT_STORED_ASSIGN(const bool erased, parts.settings.erase(latest.caller(), latest.name, k_concurrency));
  if (erased) {
    parts.invoker.limiter().reserve(latest.arn(), std::nullopt);
  }
  return ServiceResponse{.status = 204};
}

/// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
Answer<ServiceResponse> get_account_settings(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_STORED_ASSIGN(const auto functions, parts.functions.list(request.caller));
  return json_response(200, {{"AccountLimit",
                              {{"TotalCodeSize", 80'530'636'800},
                               {"CodeSizeUnzipped", 262'144'000},
                               {"CodeSizeZipped", 52'428'800},
                               {"ConcurrentExecutions", ConcurrencyLimiter::k_account_limit},
                               {"UnreservedConcurrentExecutions", parts.invoker.limiter().unreserved()}}},
                             {"AccountUsage", {{"TotalCodeSize", 0}, {"FunctionCount", functions.size()}}}});
}

}  // namespace davit::aws::local::lambda
