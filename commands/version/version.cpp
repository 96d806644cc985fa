// SPDX-License-Identifier: Apache-2.0
#include "commands/version/version.hpp"

#include <CLI/App.hpp>

#include "aws/crypto/version.hpp"
#include "aws/http/version.hpp"
#include "davit_commit.hpp"

namespace davit::commands::version {
namespace {

cli::CommandDoc version_doc()
{
  return {.summary = "Print the version and how this binary was built",
          .description =
              "On a terminal one line; elsewhere, and with -o, the compiler and the libraries as well. libcurl is opened to ask it "
              "for its version only with -o; without, `http` is null.",
          .examples = {{"davit version", "The version"}, {"davit version -o json", "Everything that a bug report should name"}}};
}

OrderedJson text_or_null(const std::string& text)
{
  return text.empty() ? OrderedJson() : OrderedJson(text);
}

cli::Document document_of(const VersionResponse& response)
{
  return {.data = {{"version", response.version},
                   {"commit", text_or_null(response.commit)},
                   {"compiler", response.compiler},
                   {"buildType", response.build_type},
                   {"crypto", response.crypto},
                   {"http", response.http ? OrderedJson(*response.http) : OrderedJson()},
                   {"httpProblem", response.http_failure ? OrderedJson(response.http_failure->message) : OrderedJson()}}};
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

std::string version_line()
{
  const std::string commit = DAVIT_COMMIT;
  return "davit " DAVIT_VERSION + (commit.empty() ? "" : " (" + commit + ")") + "\n";
}

void add_version(CLI::App& root, cli::Registry& registry)
{
  const CLI::App& command = registry.add(root, "version", version_doc());
  registry.bind(command, [](cli::Context& context) -> Result<cli::Outcome> {
    cli::Document document = document_of(version({.open_libraries = context.globals().output.has_value()}));
    if (context.streams().out.is_terminal()) {
      document.text = version_line();
    }
    return cli::Outcome{.document = std::move(document)};
  });
}

}  // namespace davit::commands::version
