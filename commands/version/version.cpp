// SPDX-License-Identifier: Apache-2.0
#include "commands/version/version.hpp"

#include <CLI/App.hpp>

#include "aws/crypto/version.hpp"
#include "aws/http/version.hpp"
#include "davit_commit.hpp"

namespace davit::commands::version {
namespace {

cli::CommandDoc doc()
{
  return {.summary = "Print the version and how this binary was built",
          .description = "With -o also the libraries: the cryptographic one inside davit, and libcurl, which is opened to ask it.",
          .examples = {{"davit version", "The version"}, {"davit version -o json", "Everything that a bug report should name"}}};
}

OrderedJson text_or_null(const std::string& text)
{
  return text.empty() ? OrderedJson() : OrderedJson(text);
}

cli::Document document_of(const VersionResponse& response)
{
  const std::string commit = response.commit.empty() ? "" : " (" + response.commit + ")";
  return {.data = {{"version", response.version},
                   {"commit", text_or_null(response.commit)},
                   {"compiler", response.compiler},
                   {"buildType", response.build_type},
                   {"crypto", response.crypto},
                   {"http", response.http ? OrderedJson(*response.http) : OrderedJson()},
                   {"httpProblem", response.http_failure ? OrderedJson(response.http_failure->message) : OrderedJson()}},
          .text = "davit " + response.version + commit + "\n"};
}

}  // namespace

VersionResponse version(const VersionRequest& request)
{
  VersionResponse response{.version = DAVIT_VERSION,
                           .commit = DAVIT_COMMIT,
                           .compiler = "GCC " __VERSION__,
                           .build_type = DAVIT_BUILD_TYPE,
                           .crypto = aws::crypto::library_version(),
                           .http = std::nullopt,
                           .http_failure = std::nullopt};
  if (request.open_libraries) {
    auto opened = aws::http::library_version();
    if (opened) {
      response.http = *std::move(opened);
    } else {
      response.http_failure = std::move(opened).error();
    }
  }
  return response;
}

void add_version(CLI::App& root, cli::Registry& registry)
{
  const CLI::App& command = registry.add(root, "version", doc());
  registry.bind(command, [](cli::Context& context) -> Result<cli::Outcome> {
    return cli::Outcome{.document = document_of(version({.open_libraries = context.globals().output.has_value()}))};
  });
}

}  // namespace davit::commands::version
