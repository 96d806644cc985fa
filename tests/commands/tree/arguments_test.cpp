// SPDX-License-Identifier: Apache-2.0
// What the words of a command line are taken for.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/process.hpp"

namespace davit::tests {
namespace {

Finished run(std::vector<std::string> words)
{
  return run_davit({.arguments = std::move(words)});
}

TEST(Arguments, CalledLikeACommandAreNoCommands)
{
  const TemporaryDirectory folder;
  folder.write("davit.yaml", "name: shop\nregion: eu-west-1\ntables: {config: {key: id}}\n");
  const auto create = [&](const std::string& name) {
    return run_davit({.arguments = {"table", "create", name, "--dry-run"},
                      .environment = {{"AWS_ACCESS_KEY_ID", "test"},
                                      {"AWS_SECRET_ACCESS_KEY", "test"},
                                      {"AWS_ENDPOINT_URL", "http://127.0.0.1:9"},
                                      {"AWS_MAX_ATTEMPTS", "1"}},
                      .directory = folder.path()});
  };
  EXPECT_NE(create("secret").err.find("'secret'"), std::string::npos) << "every table would have been created: " << create("secret").err;
  for (const auto& words : std::vector<std::vector<std::string>>{{"version", "config"}, {"config", "check", "version"}}) {
    const Finished done = run(words);
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_NE(done.err.find("takes no argument '" + words.back() + "'"), std::string::npos) << done.err;
  }
  EXPECT_EQ(run({"__parse", "invoke", "status", "GET", "/x"}).exit_code, 0);
}

TEST(Arguments, ThatBeginWithAHyphenComeAfterTwo)
{
  for (const auto& words : std::vector<std::vector<std::string>>{{"item", "get", "orders", "u-1", "--", "-x"},
                                                                 {"item", "get", "--", "orders", "-u", "-5"},
                                                                 {"table", "check", "a.jsonl", "--key", "id", "--", "--key", "--"},
                                                                 {"item", "get", "orders", "u-1", "-5"}}) {
    std::vector<std::string> parsed{"__parse"};
    parsed.insert(parsed.end(), words.begin(), words.end());
    EXPECT_EQ(run(parsed).exit_code, 0) << words.back();
  }
  const Finished file = run({"table", "check", "--key", "id", "--", "-absent.jsonl"});
  EXPECT_NE(file.err.find("cannot read -absent.jsonl"), std::string::npos) << file.err;
  EXPECT_NE(run({"version", "--", "-x"}).err.find("takes no argument '-x'"), std::string::npos);
  EXPECT_NE(run({"--", "version"}).err.find("unknown command 'version'"), std::string::npos);
  const Finished bare = run({"__parse", "item", "get", "orders", "u-1", "-x"});
  EXPECT_EQ(bare.exit_code, 2);
  EXPECT_NE(bare.err.find("comes after `--`"), std::string::npos) << bare.err;
}

TEST(Arguments, InBracketsAreOneValue)
{
  const Finished file = run({"table", "check", "--key", "[id, at:N]", "[a,b]"});
  EXPECT_EQ(file.exit_code, 2);
  EXPECT_NE(file.err.find("cannot read [a,b]"), std::string::npos) << file.err;
}

/// As `--env "$UNSET"` and `--env=$UNSET` leave them.
TEST(EmptyValues, AreNeverTakenForAbsentOnes)
{
  for (const auto& words : std::vector<std::vector<std::string>>{{"version", "--env", ""},
                                                                 {"version", "--env="},
                                                                 {"--env=", "version"},
                                                                 {"deploy", "--env=", "--dry-run"},
                                                                 {"table", "describe", ""},
                                                                 {"jwt", "verify", "--issuer", ""}}) {
    const Finished done = run(words);
    EXPECT_EQ(done.exit_code, 2) << words.back();
    EXPECT_NE(done.err.find(" is empty"), std::string::npos) << done.err;
  }
  EXPECT_EQ(run_davit({.arguments = {"version"}, .environment = {{"DAVIT_ENV", ""}}}).exit_code, 0) << "an empty variable is none";
}

TEST(Help, IsACommandLikeAnyOther)
{
  EXPECT_EQ(run({"help", "table", "seed"}).out, run({"table", "seed", "--help"}).out);
  EXPECT_EQ(run({"--env", "local", "help", "table"}).out, run({"table", "-h"}).out);
  EXPECT_EQ(run({"help", "--color", "never", "exit-codes"}).out, run({"help", "exit-codes"}).out);
  EXPECT_EQ(run({"help"}).out, run({"--help"}).out);
  EXPECT_TRUE(nlohmann::json::parse(run({"help", "output", "-o", "json"}).out).at("help").is_string());
}

TEST(Help, OfAMistypedCommandNamesTheNearest)
{
  for (const auto& words : std::vector<std::vector<std::string>>{{"tabel", "--help"}, {"--help", "tabel"}, {"help", "tabel"}}) {
    const Finished done = run(words);
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_NE(done.err.find("did you mean 'table'?"), std::string::npos) << done.err;
  }
}

TEST(Version, IsPrintedWhereverItIsAskedFor)
{
  const Finished first = run({"--version"});
  EXPECT_TRUE(first.out.starts_with("davit ")) << first.out;
  EXPECT_EQ(std::count(first.out.begin(), first.out.end(), '\n'), 1);
  for (const auto& words : std::vector<std::vector<std::string>>{{"--env", "dev", "--version"}, {"config", "show", "--version"}}) {
    EXPECT_EQ(run(words).out, first.out);
  }
  EXPECT_TRUE(nlohmann::json::parse(run({"version"}).out).at("version").is_string());
}

TEST(Group, ByItselfIsAnErrorInTheFormatThatWasChosen)
{
  const Finished text = run({"table"});
  EXPECT_EQ(text.exit_code, 2);
  EXPECT_TRUE(text.err.starts_with("davit: error: 'davit table' needs a command\n")) << text.err;
  const Finished json = run({"table", "-o", "json"});
  EXPECT_EQ(json.exit_code, 2);
  EXPECT_EQ(nlohmann::json::parse(json.err).at("error").at("exitCode"), 2);
}

}  // namespace
}  // namespace davit::tests
