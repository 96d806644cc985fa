// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "aws/core/result.hpp"
#include "cli/config/project.hpp"
#include "cli/output/document.hpp"
#include "cli/term/streams.hpp"

namespace davit::aws::auth {
class Session;
}

namespace davit::cli {

/// The flags that every command takes.
struct Globals {
  std::string environment;             ///< --env
  std::filesystem::path project_file;  ///< --project; empty means look for davit.yaml from here upwards
  std::string profile;                 ///< --profile
  std::string region;                  ///< --region
  std::string endpoint_url;            ///< --endpoint-url
  std::filesystem::path state;         ///< --state: the folder of the local AWS
  std::optional<Format> output;        ///< -o
  ColorWhen color = ColorWhen::automatic;
  bool debug = false;
  bool quiet = false;
  bool no_input = false;
};

/// What a command runs in: the global flags, the terminal, and (made on first use) the project and the AWS session.
class Context
{
public:
  Context(Globals globals, Streams& streams) : m_globals(std::move(globals)), m_streams(&streams) {}

  [[nodiscard]] const Globals& globals() const { return m_globals; }
  [[nodiscard]] Streams& streams() const { return *m_streams; }

  /// The project file with the block of --env laid over it, read once. Usage error with every problem of the file, or that there is none.
  /// The pointer is the context's.
  Result<const config::Project*> project();

  /// project(), and nullptr where there is no project. An environment other than `local` needs one.
  Result<const config::Project*> project_if_any();

  /// The file that project() reads: --project, else the nearest davit.yaml from the working directory upwards.
  [[nodiscard]] Result<std::filesystem::path> project_file() const;

  /// `.davit/` beside davit.yaml (which may be wrong), else in the working directory. Not made here.
  [[nodiscard]] std::filesystem::path state_directory() const;

  /// Credentials, region and endpoints for this command line, made on first use; nothing is sent. `--env local` takes all of them from the
  /// running local AWS and ignores every AWS variable and file. Usage error when it is not running. The pointer is the context's.
  Result<aws::auth::Session*> session();

private:
  [[nodiscard]] std::optional<std::filesystem::path> find_project() const;

  Globals m_globals;
  Streams* m_streams;
  std::optional<Result<config::Project>> m_project;
  std::shared_ptr<aws::auth::Session> m_session;
};

}  // namespace davit::cli
