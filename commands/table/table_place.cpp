// SPDX-License-Identifier: Apache-2.0
#include "commands/table/table_place.hpp"

#include <CLI/App.hpp>

#include "aws/auth/session.hpp"

namespace davit::commands::table {
namespace {

/// The region of arn:aws:dynamodb:REGION:ACCOUNT:table/NAME; empty for any other name.
std::string region_of_arn(const std::string& name)
{
  if (!name.starts_with("arn:")) {
    return {};
  }
  std::size_t start = 0;
  for (int colons = 0; colons < 3; ++colons) {
    const auto colon = name.find(':', start);
    if (colon == std::string::npos) {
      return {};
    }
    start = colon + 1;
  }
  return name.substr(start, name.find(':', start) - start);
}

/// Another environment is looked at as by a command line of its own: it takes neither profile nor endpoint from this one.
cli::Globals globals_of(const cli::Globals& here, const PlaceFlags& flags, const std::string& arn_region)
{
  cli::Globals out = here;
  if (!flags.environment.empty()) {
    out.environment = flags.environment;
    out.profile.clear();
    out.region.clear();
    out.endpoint_url.clear();
  }
  out.profile = flags.profile.empty() ? out.profile : flags.profile;
  out.region = !flags.region.empty() ? flags.region : arn_region.empty() ? out.region : arn_region;
  out.endpoint_url = flags.endpoint_url.empty() ? out.endpoint_url : flags.endpoint_url;
  return out;
}

}  // namespace

void add_place_flags(CLI::App& command, PlaceFlags& flags, const std::string& word, const std::string& what)
{
  command.add_option("--" + word + "-env", flags.environment, what + " is that of this environment")->type_name("NAME");
  command.add_option("--" + word + "-profile", flags.profile, what + " is reached by this AWS profile")->type_name("NAME");
  command.add_option("--" + word + "-region", flags.region, what + " is in this region")->type_name("REGION");
  command.add_option("--" + word + "-endpoint-url", flags.endpoint_url, what + " is at this endpoint")->type_name("URL");
}

Result<TablePlace> open_place(cli::Context& context, const std::string& name, const PlaceFlags& flags)
{
  const std::string arn_region = region_of_arn(name);
  std::unique_ptr<cli::Context> elsewhere;
  if (flags.is_elsewhere() || !arn_region.empty()) {
    elsewhere = std::make_unique<cli::Context>(globals_of(context.globals(), flags, arn_region), context.streams());
  }
  cli::Context& used = elsewhere ? *elsewhere : context;
  DAVIT_TRY_ASSIGN(auto* session, used.session());
  DAVIT_TRY_ASSIGN(auto target, find_target(used, name));
  DAVIT_TRY_ASSIGN(const auto endpoint, session->endpoint("dynamodb"));
  TablePlace out{.context = std::move(elsewhere),
                 .target = std::move(target),
                 .client = aws::dynamodb::Client{*session},
                 .table = {},
                 .endpoint = endpoint.url.to_string()};
  DAVIT_TRY_ASSIGN(out.table, describe(used, out.client, out.target));
  return out;
}

bool is_same_table(const TablePlace& one, const TablePlace& other)
{
  return one.endpoint == other.endpoint && one.table.arn == other.table.arn && one.table.name == other.table.name;
}

}  // namespace davit::commands::table
