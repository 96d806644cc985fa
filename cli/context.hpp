// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/output/document.hpp"
#include "cli/term/streams.hpp"

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

private:
  Globals m_globals;
  Streams* m_streams;
};

}  // namespace davit::cli
