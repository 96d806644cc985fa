// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace davit::aws::auth {
namespace {

/// A group of regions with its own domain: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
struct Partition {
  std::string_view id;
  std::string_view region_prefix;
  std::string_view suffix;
  std::string_view dual_stack_suffix;
};

/// The first one is also for regions that no prefix fits.
constexpr Partition k_partitions[] = {
    {"aws", "", "amazonaws.com", "api.aws"},
    {"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"},
    {"aws-eusc", "eusc-de-", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    {"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    {"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
};

/// IAM has one endpoint a partition. The rows say what no rule would: which region signs, and the four hosts.
struct GlobalEndpoint {
  std::string_view partition;
  std::string_view signing_region;
  std::string_view plain, dual_stack, fips, fips_dual_stack;
};

constexpr GlobalEndpoint k_iam_endpoints[] = {
    {"aws", "us-east-1", "iam.amazonaws.com", "iam.global.api.aws", "iam-fips.amazonaws.com", "iam-fips.global.api.aws"},
    {"aws-cn", "cn-north-1", "iam.cn-north-1.amazonaws.com.cn", "iam.global.api.amazonwebservices.com.cn", "", ""},
    {"aws-us-gov", "us-gov-west-1", "iam.us-gov.amazonaws.com", "iam.us-gov.api.aws", "iam.us-gov.amazonaws.com", "iam.us-gov.api.aws"},
    {"aws-eusc", "eusc-de-east-1", "iam.eusc-de-east-1.amazonaws.eu", "iam.api.amazonwebservices.eu", "iam-fips.amazonaws.eu",
     "iam-fips.api.amazonwebservices.eu"},
    {"aws-iso", "us-iso-east-1", "iam.us-iso-east-1.c2s.ic.gov", "iam.api.aws.ic.gov", "iam-fips.us-iso-east-1.c2s.ic.gov",
     "iam-fips.api.aws.ic.gov"},
    {"aws-iso-b", "us-isob-east-1", "iam.us-isob-east-1.sc2s.sgov.gov", "iam.api.aws.scloud", "iam-fips.us-isob-east-1.sc2s.sgov.gov",
     "iam-fips.api.aws.scloud"},
    {"aws-iso-e", "eu-isoe-west-1", "iam.eu-isoe-west-1.cloud.adc-e.uk", "iam.api.cloud-aws.adc-e.uk", "iam-fips.cloud.adc-e.uk",
     "iam-fips.api.cloud-aws.adc-e.uk"},
    {"aws-iso-f", "us-isof-south-1", "iam.us-isof-south-1.csp.hci.ic.gov", "iam.api.aws.hci.ic.gov", "iam-fips.csp.hci.ic.gov",
     "iam-fips.api.aws.hci.ic.gov"},
};

/// "north-1" of cn-north-1: a word and a number.
bool is_place_and_number(std::string_view text)
{
  const std::size_t hyphen = text.find('-');
  return hyphen != 0 && hyphen != std::string_view::npos && hyphen + 1 < text.size() &&
         text.find_first_not_of("0123456789", hyphen + 1) == std::string_view::npos;
}

/// By the shape of the region's name, or as the pseudo-region of a whole partition, such as aws-cn-global.
const Partition& partition_of(std::string_view region)
{
  const auto* const found = std::find_if(std::begin(k_partitions) + 1, std::end(k_partitions), [&](const Partition& partition) {
    const std::string_view prefix = partition.region_prefix;
    return (region.starts_with(prefix) && is_place_and_number(region.substr(prefix.size()))) ||
           region == fmt::format("{}-global", partition.id);
  });
  return found == std::end(k_partitions) ? k_partitions[0] : *found;
}

bool is_among(std::string_view text, std::initializer_list<std::string_view> list)
{
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// GovCloud's plain hosts are FIPS hosts for most services, and some have no "-fips" name at all.
bool is_fips_already(const ServiceModel& service, const Partition& partition, std::string_view region, DualStack dual_stack)
{
  if (partition.id != "aws-us-gov") {
    return false;
  }
  if (service.name == "cloudwatch" || dual_stack == DualStack::yes) {
    return is_among(service.name, {"cloudwatch", "events"});
  }
  if (service.name == "stepfunctions") {
    return region == "us-gov-west-1";
  }
  if (is_among(service.name, {"events", "sns", "logs"})) {
    return is_among(region, {"us-gov-east-1", "us-gov-west-1"});
  }
  return !is_among(service.name, {"lambda", "ecr", "secretsmanager", "cognito-idp", "apigateway", "apigatewayv2", "kms", "iam"});
}

/// Services that answer over IPv6 on their ordinary host instead of one below the dual-stack domain.
bool has_dual_stack_on_plain_host(const ServiceModel& service, const Partition& partition, std::string_view region, Fips fips)
{
  if (service.name == "secretsmanager") {
    return is_among(partition.id, {"aws", "aws-us-gov"}) || (partition.id == "aws-cn" && fips == Fips::no);
  }
  if (service.name == "cognito-idp" && partition.id == "aws") {
    return fips == Fips::no || is_among(region, {"us-east-1", "us-east-2", "us-west-1", "us-west-2"});
  }
  return false;
}

Endpoint make(const ServiceModel& service, std::string_view host, std::string_view signing_region, std::string_view region)
{
  return {.url = {.scheme = "https", .host = std::string(host), .port = 443},
          .signing_name = std::string(service.signing_name),
          .signing_region = std::string(signing_region),
          .origin = fmt::format("region {}", region)};
}

Endpoint regional(const ServiceModel& service, const std::string& region, Fips fips, DualStack dual_stack)
{
  const Partition& partition = partition_of(region);
  const bool dual = dual_stack == DualStack::yes;
  // Step Functions in GovCloud has only FIPS hosts over IPv6.
  const bool fips_only = service.name == "stepfunctions" && partition.id == "aws-us-gov" && dual;
  const bool marked = fips_only || (fips == Fips::yes && !is_fips_already(service, partition, region, dual_stack));
  const bool other_prefix = dual && !service.dual_stack_prefix.empty() &&
                            !(service.name == "dynamodbstreams" && !is_among(partition.id, {"aws", "aws-cn", "aws-us-gov"}));
  const bool dual_suffix = dual && !has_dual_stack_on_plain_host(service, partition, region, fips);
  return make(service,
              fmt::format("{}{}.{}.{}", other_prefix ? service.dual_stack_prefix : service.host_prefix, marked ? "-fips" : "", region,
                          dual_suffix ? partition.dual_stack_suffix : partition.suffix),
              region, region);
}

Endpoint global_iam(const ServiceModel& service, const std::string& region, Fips fips, DualStack dual_stack)
{
  const Partition& partition = partition_of(region);
  const auto& row = *std::find_if(std::begin(k_iam_endpoints), std::end(k_iam_endpoints),
                                  [&](const GlobalEndpoint& endpoint) { return endpoint.partition == partition.id; });
  const bool dual = dual_stack == DualStack::yes;
  if (fips == Fips::yes && row.fips.empty()) {
    return make(service, fmt::format("iam-fips.{}", dual ? partition.dual_stack_suffix : partition.suffix), "cn-northwest-1", region);
  }
  const std::string_view host = fips == Fips::yes ? (dual ? row.fips_dual_stack : row.fips) : (dual ? row.dual_stack : row.plain);
  return make(service, host, row.signing_region, region);
}

/// Dual stack is a label of the host here, below the ordinary domain
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/dual-stack-endpoints.html).
Endpoint s3(const ServiceModel& service, const std::string& region, Fips fips, DualStack dual_stack)
{
  return make(service,
              fmt::format("s3{}{}.{}.{}", fips == Fips::yes ? "-fips" : "", dual_stack == DualStack::yes ? ".dualstack" : "", region,
                          partition_of(region).suffix),
              region, region);
}

/// The region of DynamoDB Local in AWS's own rules.
Result<Endpoint> dynamodb_local(Fips fips, DualStack dual_stack)
{
  if (fips == Fips::yes || dual_stack == DualStack::yes) {
    return fail(usage_error("the region local has neither a FIPS nor a dual-stack endpoint", "name a region of AWS, or drop the option"));
  }
  return Endpoint{.url = {.scheme = "http", .host = "localhost", .port = 8000},
                  .signing_name = "dynamodb",
                  .signing_region = "us-east-1",
                  .origin = "region local"};
}

Result<Endpoint> custom_endpoint(const ServiceModel& service, const std::string& region, Fips fips, DualStack dual_stack,
                                 const CustomEndpoint& custom)
{
  if (fips == Fips::yes || dual_stack == DualStack::yes) {
    return fail(usage_error(fmt::format("the endpoint {} of {} cannot be combined with {}", custom.url, custom.origin,
                                        fips == Fips::yes ? "FIPS" : "dual stack"),
                            "drop one of the two: a custom endpoint is used as it is"));
  }
  auto url = parse_url(custom.url);
  if (!url) {
    return fail(std::move(url).error().wrap(custom.origin));
  }
  return Endpoint{
      .url = std::move(*url), .signing_name = std::string(service.signing_name), .signing_region = region, .origin = custom.origin};
}

}  // namespace

Status check_region(std::string_view region)
{
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; };
  const bool is_label = !region.empty() && region.size() <= 63 && region.front() != '-' && region.back() != '-' &&
                        std::all_of(region.begin(), region.end(), allowed);
  if (!is_label) {
    return fail(usage_error(fmt::format("'{}' is no region", region), "regions look like eu-central-1"));
  }
  return {};
}

Result<Endpoint> resolve_endpoint(const ServiceModel& service, const std::string& region, Fips fips, DualStack dual_stack,
                                  const std::optional<CustomEndpoint>& custom)
{
  if (!region.empty() || !custom) {
    DAVIT_TRY(check_region(region));
  }
  if (custom) {
    return custom_endpoint(service, region, fips, dual_stack, *custom);
  }
  if (service.name == "dynamodb" && region == "local") {
    return dynamodb_local(fips, dual_stack);
  }
  if (service.name == "sts" && region == "aws-global" && fips == Fips::no && dual_stack == DualStack::no) {
    return make(service, "sts.amazonaws.com", "us-east-1", region);
  }
  if (service.name == "s3") {
    return s3(service, region, fips, dual_stack);
  }
  return service.name == "iam" ? global_iam(service, region, fips, dual_stack) : regional(service, region, fips, dual_stack);
}

}  // namespace davit::aws::auth
