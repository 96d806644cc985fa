// SPDX-License-Identifier: Apache-2.0
#include "commands/image/lock_file.hpp"

#include <gtest/gtest.h>

#include "aws/core/file.hpp"
#include "tests/support/process.hpp"

namespace davit::commands::image {
namespace {

class Lock : public testing::Test
{
protected:
  Lock() { m_project.directory = m_folder.path(); }

  tests::TemporaryDirectory m_folder;
  cli::config::Project m_project;
};

TEST_F(Lock, IsEmptyWithoutAFile)
{
  const auto lock = read_lock(m_project);
  ASSERT_TRUE(lock);
  EXPECT_EQ(*lock, LockFile{});
}

TEST_F(Lock, ReadsWhatItWrote)
{
  const std::string hash(64, 'a');
  LockFile lock;
  lock.bases["oci:base arm64"] = "sha256:" + hash;
  lock.layers["dependencies cp312 arm64 glibc2.34"] = {
      .requirements = "sha256:x",
      .wheels = {{.name = "six", .version = "1.17.0", .sha256 = hash},
                 {.name = "own", .version = "1", .sha256 = hash, .source = "wheels/own.whl"}}};
  ASSERT_TRUE(write_lock(m_project, lock));
  const auto again = read_lock(m_project);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, lock);
}

TEST_F(Lock, SaysWhatIsWrongWithAFile)
{
  const std::string hash(64, 'a');
  for (
      const std::string& text :
      {std::string("[]"), std::string("{}"), std::string(R"({"version": 2, "bases": {}, "layers": {}})"),
       std::string(R"({"version": 1, "bases": {}})"),
       std::string(R"({"version": 1, "bases": {"x": {"digest": "sha256:../../etc"}}, "layers": {}})"), std::string("not JSON"),
       std::string(
           R"({"version": 1, "bases": {}, "layers": {"x": {"requirements": "", "wheels": [{"name": "a", "version": "1", "sha256": "b --x"}]}}})")}) {
    m_folder.write("davit.lock", text);
    const auto lock = read_lock(m_project);
    ASSERT_FALSE(lock) << text;
    EXPECT_NE(lock.error().message.find("davit.lock"), std::string::npos) << lock.error().message;
  }
}

}  // namespace
}  // namespace davit::commands::image
