// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cli/context.hpp"
#include "cli/output/document.hpp"

namespace CLI {
class App;
}

namespace davit::cli {

/// Whether a command changes anything outside davit's own output. One that does takes --dry-run.
enum class Changes { nothing, something };

struct Example {
  std::string command;      ///< "davit table list --env local"
  std::string explanation;  ///< one line
};

/// What CLI11 does not hold about a command; help, manual and completions are made from both.
struct CommandDoc {
  std::string summary;      ///< one line, names the API operation where there is one: "[API: ListTables]"
  std::string description;  ///< paragraphs; empty when the summary says it all
  std::vector<Example> examples;
  Changes changes = Changes::nothing;
};

/// Runs a command whose flags have been parsed into the request it was bound with.
using Run = std::function<Result<Outcome>(Context&)>;

class Registry;

/// A command of a group, which `add` makes below it.
struct Verb {
  const char* name;
  void (*add)(CLI::App& group, Registry& registry);
};

/// The commands of the tree, each with its documentation and the function that runs it.
class Registry
{
public:
  /// Leaves out the verbs that `wants` does not accept: what a command line does not name costs it nothing.
  explicit Registry(std::function<bool(std::string_view verb)> wants) : m_wants(std::move(wants)) {}

  /// Adds a command below `parent`. Flags are added to what it returns; bind() completes it.
  CLI::App& add(CLI::App& parent, const std::string& name, CommandDoc doc);

  /// Adds a group of commands, which cannot be run by itself.
  CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& summary);

  /// Adds those commands of a group that are wanted.
  void add_verbs(CLI::App& group, std::initializer_list<Verb> verbs);

  void bind(const CLI::App& command, Run run);

  [[nodiscard]] const Run* run_of(const CLI::App& command) const;
  [[nodiscard]] const CommandDoc* doc_of(const CLI::App& command) const;

private:
  struct Entry {
    CommandDoc doc;
    Run run;
  };
  std::function<bool(std::string_view)> m_wants;
  std::unordered_map<const CLI::App*, Entry> m_entries;
};

/// A noun or a top-level verb of the tree. Its `add` is called only when the command line, help or the generators need its commands:
/// building all of them would cost more than most offline commands take.
struct Noun {
  const char* name;
  const char* summary;
  void (*add)(CLI::App& root, Registry& registry);
};

}  // namespace davit::cli
