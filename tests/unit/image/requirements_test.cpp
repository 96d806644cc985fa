// SPDX-License-Identifier: Apache-2.0
#include "commands/image/requirements.hpp"

#include <gtest/gtest.h>

#include "commands/image/pip.hpp"
#include "tests/support/process.hpp"

namespace davit::commands::image {
namespace {

using Names = std::vector<std::string>;

class RequirementsFile : public testing::Test
{
protected:
  Result<Requirements> read(const std::string& content) { return read_requirements(m_folder.write("requirements.txt", content)); }

  tests::TemporaryDirectory m_folder;
};

TEST_F(RequirementsFile, NamesProjectsAndWhatIsNotPinned)
{
  const auto read_back = read(
      "# header\nFast_API==0.1  # web\nboto3>=1.28\nuvicorn[standard] == 0.2 ; python_version > '3.8'\n"
      "x @ https://example.com/x-1.0-py3-none-any.whl\ny==1.*\n\n");
  ASSERT_TRUE(read_back) << read_back.error().message;
  EXPECT_EQ(read_back->projects, (Names{"fast-api", "boto3", "uvicorn", "x", "y"}));
  EXPECT_EQ(read_back->unpinned, (Names{"boto3", "y"}));
}

TEST_F(RequirementsFile, CommentsAndBlankLinesDoNotChangeTheKey)
{
  const std::string plain = read("a==1\nb==2\n")->content;
  EXPECT_EQ(read("# note\na==1   # why\n\n  b==2")->content, plain);
  EXPECT_NE(read("a==1\nb==3\n")->content, plain);
}

TEST_F(RequirementsFile, JoinsContinuedLines)
{
  const auto hashed = read("a==1 \\\n  --hash=sha256:00 \\\n  --hash=sha256:11\nb==2\n");
  ASSERT_TRUE(hashed);
  EXPECT_EQ(hashed->projects, (Names{"a", "b"}));
  EXPECT_TRUE(hashed->unpinned.empty());
}

TEST_F(RequirementsFile, IncludedFilesBelongToTheKey)
{
  m_folder.write("more/base.txt", "six==1.17.0\n-r ../requirements.txt\n");
  m_folder.write("limits.txt", "urllib3<3\n");
  const auto first = read("-r more/base.txt\n--constraint=limits.txt\n--index-url https://example.com/simple\na==1\n");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->projects, (Names{"six", "a"})) << "a constraint installs nothing";
  m_folder.write("limits.txt", "urllib3<2\n");
  EXPECT_NE(read_requirements(m_folder.path() / "requirements.txt")->content, first->content);
}

TEST_F(RequirementsFile, VariablesAndFoldersOfWheelsBelongToTheKey)
{
  const std::string text = "--find-links wheels\na==${DAVIT_TEST_VERSION}\nb @ https://${DAVIT_TEST_VERSION}:x@example.com/b.whl\n";
  ::setenv("DAVIT_TEST_VERSION", "1", 1);
  const std::string first = read(text)->content;
  EXPECT_EQ(first.find("x@example"), std::string::npos) << "passwords choose nothing";
  ::setenv("DAVIT_TEST_VERSION", "2", 1);
  const std::string second = read(text)->content;
  EXPECT_NE(second, first);
  m_folder.write("wheels/a-2-py3-none-any.whl", "content");
  EXPECT_NE(read(text)->content, second);
  ::unsetenv("DAVIT_TEST_VERSION");
}

TEST_F(RequirementsFile, AWheelOfThisMachineNamesItsProject)
{
  m_folder.write("wheels/Fast_API-1-py3-none-any.whl", "content");
  const auto read_back = read("./wheels/Fast_API-1-py3-none-any.whl\n");
  ASSERT_TRUE(read_back) << read_back.error().message;
  EXPECT_EQ(read_back->projects, Names{"fast-api"});
}

TEST_F(RequirementsFile, RefusesWhatIsNoWheelAllAtOnce)
{
  const auto refused =
      read("a==1\n-e .\n./folder\ngit+https://example.com/x.git\nb @ git+ssh://example.com/y\n--no-binary :all:\nz @ file:///tmp/z\n");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  std::vector<int> lines;
  for (const auto& diagnostic : refused.error().diagnostics) {
    lines.push_back(diagnostic.line);
  }
  EXPECT_EQ(lines, (std::vector{2, 3, 4, 5, 6, 7}));
}

TEST_F(RequirementsFile, AMissingIncludeNamesTheFile)
{
  const auto missing = read("-r nothing.txt\n");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("nothing.txt"), std::string::npos);
}

TEST(PlatformTags, NewestFirstDownToTheOldest)
{
  using cli::config::Architecture;
  EXPECT_EQ(platform_tags({.interpreter = "", .minor = 11, .glibc_minor = 19}, Architecture::x86_64),
            (Names{"manylinux_2_19_x86_64", "manylinux_2_18_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64",
                   "manylinux_2_12_x86_64", "manylinux2010_x86_64", "manylinux_2_5_x86_64", "manylinux1_x86_64", "linux_x86_64"}));
  EXPECT_EQ(platform_tags({.interpreter = "", .minor = 12, .glibc_minor = 18}, Architecture::arm64),
            (Names{"manylinux_2_18_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64", "linux_aarch64"}));
}

}  // namespace
}  // namespace davit::commands::image
