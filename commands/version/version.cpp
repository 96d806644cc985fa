// SPDX-License-Identifier: Apache-2.0
#include "commands/version/version.hpp"

#include <CLI/App.hpp>

namespace davit::commands::version {
namespace {

cli::CommandDoc doc()
{
  return {.summary = "Print the version and how this binary was built",
          .description = {},
          .examples = {{"davit version", "The version, for a bug report"}, {"davit version -o json", "The same, for a script"}}};
}

cli::Document document_of(const VersionResponse& response)
{
  return {.data = {{"version", response.version}, {"compiler", response.compiler}, {"buildType", response.build_type}},
          .text = "davit " + response.version + "\n"};
}

}  // namespace

VersionResponse version()
{
  return {.version = DAVIT_VERSION, .compiler = "GCC " __VERSION__, .build_type = DAVIT_BUILD_TYPE};
}

void add_version(CLI::App& root, cli::Registry& registry)
{
  const CLI::App& command = registry.add(root, "version", doc());
  registry.bind(command, [](cli::Context&) -> Result<cli::Outcome> { return cli::Outcome{.document = document_of(version())}; });
}

}  // namespace davit::commands::version
