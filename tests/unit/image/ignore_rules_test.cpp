// SPDX-License-Identifier: Apache-2.0
#include "commands/image/ignore_rules.hpp"

#include <gtest/gtest.h>

#include "tests/support/process.hpp"

namespace davit::commands::image {
namespace {

struct Case {
  const char* lines;
  const char* path;
  bool is_directory;
  bool ignored;
};

std::ostream& operator<<(std::ostream& out, const Case& c)
{
  return out << '"' << c.lines << "\" on " << c.path;
}

class Rules : public testing::TestWithParam<Case>
{
};

TEST_P(Rules, DecideAsGitDoes)
{
  IgnoreRules rules;
  rules.add(GetParam().lines);
  EXPECT_EQ(rules.ignores(GetParam().path, GetParam().is_directory), GetParam().ignored);
}

INSTANTIATE_TEST_SUITE_P(
    Patterns, Rules,
    testing::Values(Case{"tests", "tests", true, true}, Case{"tests", "a/tests", true, true}, Case{"tests", "tests2", true, false},
                    Case{"tests/", "tests", false, false}, Case{"tests/", "a/tests", true, true}, Case{"/tests", "a/tests", true, false},
                    Case{"/tests", "tests", true, true}, Case{"a/b", "c/a/b", false, false}, Case{"a/b", "a/b", false, true},
                    Case{"*.md", "docs/x.md", false, true}, Case{"/*.md", "docs/x.md", false, false}, Case{"a/*", "a/b", false, true},
                    Case{"a/*", "a/b/c", false, false}, Case{"a/**", "a/b/c", false, true}, Case{"a/**", "a", true, false},
                    Case{"**/x", "a/b/x", false, true}, Case{"a/**/x", "a/x", false, true}, Case{"a/**/x", "a/b/c/x", false, true},
                    Case{"[ab].py", "b.py", false, true}, Case{"[ab].py", "c.py", false, false}, Case{"?.py", "x.py", false, true},
                    Case{"*.py\n!keep.py", "keep.py", false, false}, Case{"!keep.py\n*.py", "keep.py", false, true},
                    Case{"# comment\n\nx", "x", false, true}, Case{"x\r\ny", "x", false, true}, Case{"x  ", "x", false, true},
                    Case{"\\#x", "#x", false, true}));

TEST(Rules, DefaultsKeepOutWhatNoHandlerRuns)
{
  const IgnoreRules rules = IgnoreRules::defaults();
  for (const char* path : {".git", "a/__pycache__", "a/b.pyc", ".venv", ".env", ".env.prod", ".davit"}) {
    EXPECT_TRUE(rules.ignores(path, true)) << path;
  }
  for (const char* path : {"app/main.py", "tests/test_x.py", "environment.py", "data/venv.txt", "node_modules"}) {
    EXPECT_FALSE(rules.ignores(path, false)) << path;
  }
}

TEST(Rules, AgreeWithGit)
{
  if (!tests::have_program("git")) {
    DAVIT_SKIP("git is not installed");
  }
  const std::string patterns = "*.log\n!keep.log\n/build\ndocs/*.txt\n**/cache/\nsrc/**/gen\n[Tt]emp*\n";
  const tests::TemporaryDirectory folder;
  folder.write(".gitignore", patterns);
  ASSERT_EQ(tests::run_program("git", {.arguments = {"init", "-q"}, .directory = folder.path()}).exit_code, 0);
  IgnoreRules rules;
  rules.add(patterns);
  for (const std::string path : {"a.log", "x/a.log", "keep.log", "x/keep.log", "build", "x/build", "docs/a.txt", "docs/b/a.txt", "cache",
                                 "src/gen", "src/a/b/gen", "temp1", "x/Temp"}) {
    folder.write(path, "");
    const bool ignored = tests::run_program("git", {.arguments = {"check-ignore", "-q", path}, .directory = folder.path()}).exit_code == 0;
    EXPECT_EQ(rules.ignores(path, false), ignored) << path;
    std::filesystem::remove_all(folder.path() / path.substr(0, path.find('/')));
  }
}

}  // namespace
}  // namespace davit::commands::image
