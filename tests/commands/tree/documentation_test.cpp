// SPDX-License-Identifier: Apache-2.0
// Help, manual, completions and examples against the command tree that they document.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/process.hpp"

namespace davit::tests {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file)
{
  std::stringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

/// What `davit __generate` writes, once for all cases.
const fs::path& generated()
{
  static const TemporaryDirectory k_folder;
  static const Finished k_done = run_davit({.arguments = {"__generate", k_folder.path().string()}});
  EXPECT_EQ(k_done.exit_code, 0) << k_done.err;
  return k_folder.path();
}

const nlohmann::ordered_json& interface()
{
  static const auto k_interface = nlohmann::ordered_json::parse(content_of(generated() / "interface.json"));
  return k_interface;
}

/// The words of a shell line, quotes honoured, up to a pipe or redirection.
std::vector<std::string> words_of(const std::string& line)
{
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i <= line.size(); ++i) {
    const char c = i < line.size() ? line[i] : ' ';
    if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == ' ' && in_word) {
      words.push_back(std::exchange(word, {}));
      in_word = false;
    } else if ((c == '|' || c == '>' || c == '<' || c == '#' || c == ')' || c == ';') && !in_word) {
      break;
    } else if (c != ' ') {
      word += c;
      in_word = true;
    }
  }
  return words;
}

/// The davit command lines of an example: `davit a | davit b` has two.
std::vector<std::vector<std::string>> davit_lines(const std::string& example)
{
  std::vector<std::vector<std::string>> out;
  for (std::size_t at = example.find("davit "); at != std::string::npos; at = example.find("davit ", at + 1)) {
    const char before = at == 0 ? ' ' : example[at - 1];
    if (before == ' ' || before == '(' || before == '"') {
      std::string rest = example.substr(at + 6);
      out.push_back(words_of(before == '"' || before == '(' ? rest.substr(0, rest.find(')')) : rest));
    }
  }
  return out;
}

TEST(Documentation, EveryExampleWouldRun)
{
  int examples = 0;
  for (const auto& [command, facts] : interface().items()) {
    for (const std::string example : facts.at("examples")) {
      for (auto words : davit_lines(example)) {
        ++examples;
        words.insert(words.begin(), "__parse");
        const Finished parsed = run_davit({.arguments = words});
        EXPECT_EQ(parsed.exit_code, 0) << command << ": " << example << "\n" << parsed.err;
      }
    }
  }
  EXPECT_GT(examples, 0);
}

TEST(Documentation, EveryCommandHasAnExampleOfItself)
{
  for (const auto& [command, facts] : interface().items()) {
    if (command == "davit") {
      continue;
    }
    const auto& examples = facts.at("examples");
    const bool shows_itself = std::any_of(examples.begin(), examples.end(),
                                          [&](const std::string& example) { return example.find(command) != std::string::npos; });
    EXPECT_TRUE(shows_itself) << command;
  }
}

TEST(Documentation, EveryChangingCommandHasADryRun)
{
  for (const auto& [command, facts] : interface().items()) {
    const auto& flags = facts.at("flags");
    const bool has_dry_run = std::find(flags.begin(), flags.end(), "--dry-run") != flags.end();
    EXPECT_EQ(facts.at("changes").get<bool>(), has_dry_run) << command;
  }
}

TEST(Documentation, EveryCommandAnswersHelp)
{
  for (const auto& [command, facts] : interface().items()) {
    auto words = words_of(command);
    words.erase(words.begin());
    words.push_back("--help");
    const Finished help = run_davit({.arguments = words});
    EXPECT_EQ(help.exit_code, 0) << command;
    EXPECT_NE(help.out.find("Usage: " + command), std::string::npos) << command << "\n" << help.out;
    EXPECT_EQ(help.err, "") << command;
  }
}

TEST(Documentation, ManualAndCompletionsAreSound)
{
  const auto check = [](const std::string& program, std::vector<std::string> arguments) {
    const Finished done = run_program(program, {.arguments = std::move(arguments)});
    EXPECT_EQ(done.exit_code, 0) << program << ": " << done.out << done.err;
  };
  for (const char* program : {"mandoc", "bash", "zsh", "fish"}) {
    if (!have_program(program)) {
      DAVIT_SKIP(std::string(program) + " is not installed");
    }
  }
  for (const auto& page : fs::directory_iterator(generated() / "man")) {
    check("mandoc", {"-Tlint", "-Wwarning", page.path().string()});
  }
  check("bash", {"-n", (generated() / "completions/davit.bash").string()});
  check("zsh", {"-n", (generated() / "completions/_davit").string()});
  check("fish", {"-n", (generated() / "completions/davit.fish").string()});
}

/// What bash offers for the last word.
std::string completed_by_bash(const std::string& words)
{
  const std::string script = "source '" + (generated() / "completions/davit.bash").string() + "'; COMP_WORDS=(davit " + words +
                             "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _davit; echo \"${COMPREPLY[*]}\"";
  return run_program("bash", {.arguments = {"-c", script}}).out;
}

TEST(Completion, OfBashKnowsCommandsAndFlags)
{
  EXPECT_EQ(completed_by_bash("vers"), "version\n");
  EXPECT_EQ(completed_by_bash("--env local --reg"), "--region\n");
  EXPECT_EQ(completed_by_bash("local stat"), "status\n");
  EXPECT_EQ(completed_by_bash("local up --fore"), "--foreground\n");
}

TEST(Completion, OfBashKnowsTheWordsThatAFlagTakes)
{
  EXPECT_EQ(completed_by_bash("version -o js"), "json jsonl\n");
  EXPECT_EQ(completed_by_bash("version --color ''"), "auto always never\n");
  EXPECT_EQ(completed_by_bash("version --output = ta"), "table\n") << "bash splits at the equals sign";
  EXPECT_EQ(completed_by_bash("version --output ="), "table json jsonl yaml tsv\n");
}

TEST(Completion, OfBashKnowsHelp)
{
  EXPECT_EQ(completed_by_bash("help exit"), "exit-codes\n");
  EXPECT_EQ(completed_by_bash("help table se"), "seed\n");
}

/// What zsh's _davit hands to the functions of its completion system, which stand in here.
std::string completed_by_zsh(const std::string& words)
{
  const std::string script =
      "compdef() { }; _files() { print files }\n"
      "_describe() { print -l -- ${(P)2%%:*} }; compadd() { print -l -- ${(P)2} }\n"
      "source '" +
      (generated() / "completions/_davit").string() + "'\nwords=(davit " + words + " ''); CURRENT=$#words; _davit";
  return run_program("zsh", {.arguments = {"-f", "-c", script}}).out;
}

TEST(Completion, OfZshKnowsCommandsFlagsAndWords)
{
  if (!have_program("zsh")) {
    DAVIT_SKIP("zsh is not installed");
  }
  const auto offers = [](const std::string& words, const std::string& word) {
    return ("\n" + completed_by_zsh(words)).find("\n" + word + "\n") != std::string::npos;
  };
  EXPECT_TRUE(offers("", "table")) << completed_by_zsh("");
  EXPECT_TRUE(offers("--env local table", "seed")) << completed_by_zsh("--env local table");
  EXPECT_TRUE(offers("local up", "--foreground")) << completed_by_zsh("local up");
  EXPECT_TRUE(offers("version -o", "jsonl")) << completed_by_zsh("version -o");
  EXPECT_TRUE(offers("help", "exit-codes")) << completed_by_zsh("help");
  EXPECT_TRUE(offers("help table", "seed")) << completed_by_zsh("help table");
}

TEST(Completion, OfFishKnowsCommandsFlagsAndWords)
{
  if (!have_program("fish")) {
    DAVIT_SKIP("fish is not installed");
  }
  const auto completed = [](const std::string& line) {
    const std::string script = "source '" + (generated() / "completions/davit.fish").string() + "'; complete -C '" + line + "'";
    return run_program("fish", {.arguments = {"--no-config", "-c", script}}).out;
  };
  EXPECT_TRUE(completed("davit vers").starts_with("version\t")) << completed("davit vers");
  EXPECT_TRUE(completed("davit local up --fore").starts_with("--foreground\t")) << completed("davit local up --fore");
  EXPECT_TRUE(completed("davit version --color alw").starts_with("always\t")) << completed("davit version --color alw");
  EXPECT_TRUE(completed("davit --env local table se").starts_with("seed\t")) << completed("davit --env local table se");
  EXPECT_TRUE(completed("davit help exit").starts_with("exit-codes")) << completed("davit help exit");
  EXPECT_TRUE(completed("davit help table se").starts_with("seed\t")) << completed("davit help table se");
}

}  // namespace
}  // namespace davit::tests
