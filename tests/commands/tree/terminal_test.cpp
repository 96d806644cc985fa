// SPDX-License-Identifier: Apache-2.0
// What a person at a terminal sees, and what a program that reads davit's streams gets instead.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "tests/support/terminal.hpp"

namespace davit::tests {
namespace {

constexpr std::string_view k_escape = "\x1b[";

/// Works offline, and answers with data.
const std::vector<std::string> k_command{"aws", "endpoint", "dynamodb", "--region", "eu-west-1"};

bool has_escape(const std::string& text)
{
  return text.find(k_escape) != std::string::npos;
}

Finished at_terminal(const Invocation& invocation)
{
  return Terminal(invocation).finish();
}

/// `script` with the function `davit` and nothing else around it.
Finished in_bash(const std::string& script)
{
  return run_program("bash", {.arguments = {"-c", "davit() { \"" DAVIT_BINARY "\" \"$@\"; }\n" + script}});
}

TEST(Color, MarksTheErrorOnATerminal)
{
  const Finished done = at_terminal({.arguments = {"nonsense"}});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_NE(done.out.find("\x1b[1;31merror:\x1b[0m"), std::string::npos) << done.out;
}

TEST(Color, FollowsTheVariables)
{
  const auto colored = [](const std::map<std::string, std::string>& variables, std::vector<std::string> flags) {
    flags.emplace_back("nonsense");
    return has_escape(at_terminal({.arguments = flags, .environment = variables}).out);
  };
  EXPECT_FALSE(colored({{"NO_COLOR", "1"}}, {}));
  EXPECT_TRUE(colored({{"NO_COLOR", ""}}, {})) << "no-color.org: present and not empty";
  EXPECT_FALSE(colored({{"TERM", "dumb"}}, {}));
  EXPECT_FALSE(colored({{"NO_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}}, {}));
  EXPECT_TRUE(colored({{"TERM", "dumb"}, {"CLICOLOR_FORCE", "1"}}, {}));
}

TEST(Color, FollowsTheFlagBeforeTheVariables)
{
  EXPECT_FALSE(has_escape(at_terminal({.arguments = {"--color", "never", "nonsense"}}).out));
  EXPECT_FALSE(has_escape(at_terminal({.arguments = {"--color=never", "nonsense"}, .environment = {{"CLICOLOR_FORCE", "1"}}}).out));
  EXPECT_TRUE(has_escape(at_terminal({.arguments = {"--color=always", "nonsense"}, .environment = {{"NO_COLOR", "1"}}}).out));
}

TEST(Color, IsAbsentFromAPipeUnlessForced)
{
  EXPECT_FALSE(has_escape(run_davit({.arguments = {"nonsense"}}).err));
  EXPECT_TRUE(has_escape(run_davit({.arguments = {"nonsense"}, .environment = {{"CLICOLOR_FORCE", "1"}}}).err));
  EXPECT_FALSE(has_escape(run_davit({.arguments = {"nonsense"}, .environment = {{"CLICOLOR_FORCE", "0"}}}).err));
  EXPECT_TRUE(has_escape(run_davit({.arguments = {"nonsense"}, .environment = {{"FORCE_COLOR", "1"}}}).err));
  EXPECT_TRUE(has_escape(run_davit({.arguments = {"--color=always", "nonsense"}}).err));
}

TEST(Color, NeverStandsInJsonErrors)
{
  const Finished done = at_terminal({.arguments = {"-o", "json", "nonsense"}});
  EXPECT_FALSE(has_escape(done.out)) << done.out;
  EXPECT_TRUE(done.out.starts_with("{\"error\"")) << done.out;
}

TEST(Output, IsATableOnATerminalAndJsonElsewhere)
{
  const Finished shown = at_terminal({.arguments = k_command});
  EXPECT_NE(shown.out.find("dynamodb.eu-west-1.amazonaws.com"), std::string::npos) << shown.out;
  EXPECT_EQ(shown.out.find('{'), std::string::npos) << shown.out;
  const Finished piped = run_davit({.arguments = k_command});
  EXPECT_TRUE(piped.out.starts_with("{")) << piped.out;
}

TEST(Output, IsWhatWasChosenEverywhere)
{
  const auto with = [](const char* format) {
    auto words = k_command;
    words.insert(words.end(), {"-o", format});
    return words;
  };
  EXPECT_TRUE(at_terminal({.arguments = with("json")}).out.starts_with("{"));
  EXPECT_TRUE(at_terminal({.arguments = k_command, .environment = {{"DAVIT_OUTPUT", "json"}}}).out.starts_with("{"));
  EXPECT_FALSE(run_davit({.arguments = with("table")}).out.starts_with("{"));
  EXPECT_FALSE(run_davit({.arguments = with("table"), .environment = {{"DAVIT_OUTPUT", "json"}}}).out.starts_with("{"));
}

TEST(Output, GoesToAFileAsToAPipeEvenAtATerminal)
{
  const TemporaryDirectory folder;
  const auto file = folder.path() / "out";
  const Finished done = Terminal({.arguments = k_command}, file).finish();
  EXPECT_EQ(done.out, "");
  std::stringstream content;
  content << std::ifstream(file).rdbuf();
  EXPECT_TRUE(content.str().starts_with("{")) << content.str();
}

TEST(Output, OfHelpIsStdout)
{
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"--help"}, {"-h"}, {"help"}, {"help", "exit-codes"}, {"local", "up", "--help"}, {}}) {
    const Finished done = run_davit({.arguments = words});
    EXPECT_EQ(done.exit_code, 0);
    EXPECT_GT(done.out.size(), 100U);
    EXPECT_EQ(done.err, "");
  }
}

TEST(Output, OfAGroupAloneIsHelpButNoSuccess)
{
  const Finished done = run_davit({.arguments = {"local"}});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_EQ(done.out, "");
  EXPECT_NE(done.err.find("davit local COMMAND"), std::string::npos) << done.err;
}

TEST(ClosedStream, AReaderThatLeftEndsQuietly)
{
  const Finished done = in_bash("(sleep 0.1; davit --help) | true; echo ${PIPESTATUS[0]}");
  EXPECT_EQ(done.out, "0\n");
  EXPECT_EQ(done.err, "");
}

TEST(ClosedStream, AFullDiskIsAnError)
{
  const Finished done = in_bash("davit version >/dev/full; echo $?");
  EXPECT_EQ(done.out, "1\n");
  EXPECT_NE(done.err.find("davit: error: cannot write the output: No space left on device"), std::string::npos) << done.err;
}

TEST(ClosedStream, AClosedStdoutIsAnError)
{
  const Finished done = in_bash("davit version >&-; echo $?");
  EXPECT_EQ(done.out, "1\n");
  EXPECT_NE(done.err.find("cannot write the output"), std::string::npos) << done.err;
}

TEST(ClosedStream, AClosedStderrLosesNothingElse)
{
  const Finished done = in_bash("davit --version 2>&-; echo $?; davit nonsense 2>&-; echo $?");
  EXPECT_TRUE(done.out.starts_with("davit ")) << done.out;
  EXPECT_TRUE(done.out.ends_with("\n0\n2\n")) << done.out;
}

}  // namespace
}  // namespace davit::tests
