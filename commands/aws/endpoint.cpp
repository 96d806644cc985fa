// SPDX-License-Identifier: Apache-2.0
#include "commands/aws/endpoint.hpp"

#include <CLI/App.hpp>
#include <memory>

#include "aws/auth/session.hpp"

namespace davit::commands::aws {
namespace {

using davit::aws::auth::DualStack;
using davit::aws::auth::Endpoint;
using davit::aws::auth::Fips;

cli::CommandDoc endpoint_doc()
{
  return {.summary = "Show where a service would be called, and why there",
          .description =
              "Nothing is sent. In order: --endpoint-url, AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, the profile's services section, "
              "the profile's "
              "endpoint_url, and the service's own endpoint in the region.",
          .examples = {{"davit aws endpoint dynamodb --region eu-west-1", "The service's own endpoint"},
                       {"davit aws endpoint sts --region us-gov-west-1 --fips -o json", "With FIPS, for a script"}}};
}

struct EndpointFlags {
  std::string service;
  bool fips = false;
  bool dual_stack = false;
};

/// A path that says nothing is left out, as AWS's documentation writes endpoints.
std::string url_text(const Endpoint& endpoint)
{
  std::string url = endpoint.url.to_string();
  if (endpoint.url.path == "/" && url.ends_with('/')) {
    url.pop_back();
  }
  return url;
}

Result<cli::Outcome> run(cli::Context& context, const EndpointFlags& flags)
{
  DAVIT_TRY_ASSIGN(auto* session, context.session());
  DAVIT_TRY_ASSIGN(const Endpoint endpoint,
                   session->endpoint(flags.service, {.fips = flags.fips ? Fips::yes : Fips::no,
                                                     .dual_stack = flags.dual_stack ? DualStack::yes : DualStack::no}));
  cli::Document document{
      .data = {
          {"url", url_text(endpoint)}, {"signingName", endpoint.signing_name}, {"signingRegion", nullptr}, {"origin", endpoint.origin}}};
  if (!endpoint.signing_region.empty()) {
    document.data["signingRegion"] = endpoint.signing_region;
  }
  return cli::Outcome{.document = std::move(document)};
}

}  // namespace

void add_endpoint(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<EndpointFlags>();
  CLI::App& command = registry.add(group, "endpoint", endpoint_doc());
  command.add_option("service", flags->service, "Name of the service as in the AWS CLI")->required()->type_name("SERVICE");
  command.add_flag("--fips", flags->fips, "The FIPS 140 validated endpoint");
  command.add_flag("--dual-stack", flags->dual_stack, "The endpoint that answers over IPv6 too");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::aws
