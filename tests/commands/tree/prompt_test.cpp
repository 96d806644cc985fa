// SPDX-License-Identifier: Apache-2.0
// Questions: asked of a person at a terminal, never of a script; and the signals that interrupt them.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "tests/support/terminal.hpp"

namespace davit::tests {
namespace {

/// `local reset` of a folder with something in it, which asks before it deletes that.
class Prompt : public testing::Test
{
protected:
  Prompt() { m_folder.write("state/local.sqlite", ""); }

  [[nodiscard]] Invocation reset(const std::vector<std::string>& flags = {}) const
  {
    Invocation invocation{.arguments = {"local", "reset", "--state", (m_folder.path() / "state").string()}};
    invocation.arguments.insert(invocation.arguments.end(), flags.begin(), flags.end());
    return invocation;
  }

  [[nodiscard]] Finished answered(const std::string& keys) const
  {
    Terminal terminal(reset());
    terminal.wait_for("[y/N] ");
    terminal.type(keys);
    return terminal.finish();
  }

  TemporaryDirectory m_folder;
};

TEST_F(Prompt, ShowsThePlanBeforeTheQuestion)
{
  const Finished done = answered("y\n");
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_LT(done.out.find("delete"), done.out.find("Go on? [y/N]")) << done.out;
}

TEST_F(Prompt, TakesOnlyYesForAYes)
{
  for (const char* keys : {"n\n", "\n", "yep\n", "\x04"}) {
    const Finished done = answered(keys);
    EXPECT_EQ(done.exit_code, 1) << keys;
    EXPECT_NE(done.out.find("nothing was changed"), std::string::npos) << done.out;
  }
}

TEST_F(Prompt, IsNotShownWithTheFlagThatAnswersIt)
{
  const Finished done = Terminal(reset({"--yes"})).finish();
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_EQ(done.out.find("[y/N]"), std::string::npos) << done.out;
}

TEST_F(Prompt, IsAnErrorThatNamesTheFlagWhereNobodyCanAnswer)
{
  const Finished piped = run_davit(reset());
  EXPECT_EQ(piped.exit_code, 2);
  EXPECT_NE(piped.err.find("--yes"), std::string::npos) << piped.err;
  Invocation with_answer = reset();
  with_answer.input = "y\n";
  EXPECT_EQ(run_davit(with_answer).exit_code, 2) << "an answer from a pipe was meant for another command";
}

TEST_F(Prompt, IsForbiddenByNoInput)
{
  const Finished done = Terminal(reset({"--no-input"})).finish();
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_NE(done.out.find("--yes"), std::string::npos) << done.out;
}

TEST_F(Prompt, IsNotNeededByADryRun)
{
  const Finished done = run_davit(reset({"--dry-run"}));
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.out.find("\"dryRun\": true"), std::string::npos) << done.out;
}

TEST_F(Prompt, EndsBySignalWithItsExitCode)
{
  Terminal interrupted(reset());
  interrupted.wait_for("[y/N] ");
  interrupted.type("\x03");
  EXPECT_EQ(interrupted.finish().exit_code, 130);

  Terminal terminated(reset());
  terminated.wait_for("[y/N] ");
  ::kill(terminated.pid(), SIGTERM);
  EXPECT_EQ(terminated.finish().exit_code, 143);
}

TEST_F(Prompt, ReadsNoDataFromATerminal)
{
  const Finished done = Terminal({.arguments = {"jwt", "verify"}}).finish();
  EXPECT_EQ(done.exit_code, 2) << done.out;
}

}  // namespace
}  // namespace davit::tests
