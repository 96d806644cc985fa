// SPDX-License-Identifier: Apache-2.0
// Every tests/golden/config/*.yaml is wrong in its own way; the .expected beside it says what `davit config check` answers.
// DAVIT_UPDATE_GOLDEN=1 writes those anew, for a reviewer to read in the diff.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/process.hpp"

namespace davit::tests {
namespace {

namespace fs = std::filesystem;

const fs::path k_folder = fs::path(DAVIT_SOURCE_DIR) / "tests/golden/config";

std::vector<fs::path> wrong_files()
{
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(k_folder)) {
    if (entry.path().extension() == ".yaml") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string content_of(const fs::path& file)
{
  std::stringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

class WrongProjectFile : public testing::TestWithParam<fs::path>
{
};

TEST_P(WrongProjectFile, IsRefusedWithPlaceAndExitCode)
{
  const fs::path expected = fs::path(GetParam()).replace_extension(".expected");
  const Finished done = run_davit({.arguments = {"config", "check", "--project", GetParam().filename().string()}, .directory = k_folder});
  EXPECT_EQ(done.out, "");
  const std::string actual = "exit " + std::to_string(done.exit_code) + "\n" + done.err;
  if (std::getenv("DAVIT_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(expected) << actual;
  }
  EXPECT_EQ(actual, content_of(expected));
  EXPECT_EQ(done.exit_code, 2);
}

INSTANTIATE_TEST_SUITE_P(Golden, WrongProjectFile, testing::ValuesIn(wrong_files()),
                         [](const auto& instance) { return instance.param.stem().string(); });

TEST(WrongProjectFiles, AreAtLeastForty)
{
  EXPECT_GE(wrong_files().size(), 40U);
}

}  // namespace
}  // namespace davit::tests
