// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "templates/catalogue.hpp"
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

TEST(Init, WritesAProjectThatIsRight)
{
  const TemporaryDirectory folder;
  const auto done = run_davit({.arguments = {"init", "--template", "shop", "--name", "corner-shop", "here"}, .directory = folder.path()});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.err.find("next:\n  cd here\n  davit config check\n"), std::string::npos) << done.err;
  const auto document = nlohmann::json::parse(done.out);
  EXPECT_EQ(document.at("name"), "corner-shop");
  for (const auto& file : document.at("files")) {
    EXPECT_TRUE(fs::is_regular_file(folder.path() / "here" / file.get<std::string>())) << file;
  }
  const std::string project = content_of(folder.path() / "here/davit.yaml");
  EXPECT_NE(project.find("\nname: corner-shop "), std::string::npos);
  EXPECT_NE(project.find("repository: corner-shop-api"), std::string::npos);
  EXPECT_NE(content_of(folder.path() / "here/.gitignore").find(".davit/"), std::string::npos);
  for (const char* command : {"config", "terraform"}) {
    const auto check = run_davit({.arguments = {command, "check"}, .directory = folder.path() / "here"});
    EXPECT_EQ(check.exit_code, 0) << check.err;
  }
}

TEST(Init, WritesTheTemplateByteForByte)
{
  const TemporaryDirectory folder;
  ASSERT_EQ(run_davit({.arguments = {"init", "--template", "shop"}, .directory = folder.path()}).exit_code, 0);
  for (const auto& file : templates::catalogue().front().files) {
    const fs::path written = folder.path() / (file.path == "gitignore" ? ".gitignore" : std::string(file.path));
    EXPECT_EQ(content_of(written), content_of(fs::path(DAVIT_SOURCE_DIR) / "templates/shop" / file.path)) << file.path;
  }
}

/// Nothing that a tool left in the working tree, and nothing that is committed forgotten.
TEST(Init, HasTheFilesOfTheRepository)
{
  const auto listed = run_program("git", {.arguments = {"-c", "safe.directory=*", "-C", DAVIT_SOURCE_DIR "/templates/shop", "ls-files"}});
  if (listed.exit_code != 0) {
    DAVIT_SKIP("the source tree is no git checkout");
  }
  std::set<std::string> committed;
  std::stringstream lines(listed.out);
  for (std::string line; std::getline(lines, line);) {
    committed.insert(line);
  }
  std::set<std::string> embedded;
  for (const auto& file : templates::catalogue().front().files) {
    embedded.insert(std::string(file.path));
  }
  EXPECT_EQ(embedded, committed);
}

TEST(Init, NeverOverwrites)
{
  const TemporaryDirectory folder;
  folder.write("davit.yaml", "mine");
  folder.write("smoke/health.yaml/file", "in the way");
  fs::create_symlink("nowhere", folder.path() / "README.md");
  const auto done = run_davit({.arguments = {"init", "--template", "shop"}, .directory = folder.path()});
  EXPECT_EQ(done.exit_code, 5);
  for (const char* name : {"davit.yaml: exists", "smoke/health.yaml: exists", "README.md: exists"}) {
    EXPECT_NE(done.err.find(name), std::string::npos) << done.err;
  }
  EXPECT_EQ(content_of(folder.path() / "davit.yaml"), "mine");
  EXPECT_FALSE(fs::exists(folder.path() / "backend")) << "nothing was written";
}

TEST(Init, TakesBackWhatAFailureLeavesHalfDone)
{
  const TemporaryDirectory folder;
  folder.write("infra", "a file where a folder must be");
  const auto done = run_davit({.arguments = {"init", "--template", "shop"}, .directory = folder.path()});
  EXPECT_EQ(done.exit_code, 2) << done.err;
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1) << done.err;
}

TEST(Init, OnlyPlansWithDryRun)
{
  const TemporaryDirectory folder;
  const auto done = run_davit({.arguments = {"init", "--template", "shop", "--dry-run", "new"}, .directory = folder.path()});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  const auto plan = nlohmann::json::parse(done.out);
  EXPECT_EQ(plan.at("dryRun"), true);
  EXPECT_EQ(plan.at("steps").size(), templates::catalogue().front().files.size());
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Init, NamesWhatIsWrongWithItsFlags)
{
  const TemporaryDirectory folder;
  const auto refused = [&](std::vector<std::string> arguments, const std::string& message) {
    const auto done = run_davit({.arguments = std::move(arguments), .directory = folder.path()});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_NE(done.err.find(message), std::string::npos) << done.err;
  };
  refused({"init"}, "init needs a template");
  refused({"init", "--template", "shpo"}, "did you mean 'shop'?");
  refused({"init", "--template", "shop", "--name", "My Shop"}, "\"My Shop\" is no project name");
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace davit::tests
