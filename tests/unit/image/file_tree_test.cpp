// SPDX-License-Identifier: Apache-2.0
#include "commands/image/file_tree.hpp"

#include <gtest/gtest.h>

#include "aws/oci/layer.hpp"
#include "aws/oci/tar_reader.hpp"
#include "commands/image/installed_tree.hpp"
#include "tests/support/process.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

Names names_of(const FileTree& tree)
{
  Names names;
  for (const auto& [path, unused] : tree.files) {
    names.push_back(path);
  }
  return names;
}

class SourceFolder : public testing::Test
{
protected:
  fs::path source() const { return m_folder.path() / "source"; }

  Result<FileTree> collect() { return collect_files(source(), "var/task", IgnoreRules::defaults()); }

  std::string failure()
  {
    const auto tree = collect();
    return tree ? "" : tree.error().message;
  }

  tests::TemporaryDirectory m_folder;
};

TEST_F(SourceFolder, TakesWhatNoRuleIgnores)
{
  m_folder.write("source/app/main.py", "x");
  m_folder.write("source/app/__pycache__/main.pyc", "x");
  m_folder.write("source/.git/HEAD", "x");
  fs::create_directories(source() / "empty");
  const auto tree = collect();
  ASSERT_TRUE(tree);
  EXPECT_EQ(names_of(*tree), (Names{"var/task/app/main.py"}));
}

TEST_F(SourceFolder, WritesFoldersBeforeTheirFilesAndTwoModesOnly)
{
  m_folder.write("source/a-b", "1");
  m_folder.write("source/a/x", "22");
  fs::permissions(m_folder.write("source/a/run", "333"), fs::perms::owner_exec | fs::perms::owner_read);
  fs::create_symlink("x", source() / "a/link");
  const auto tree = collect();
  ASSERT_TRUE(tree);
  std::string archive;
  aws::oci::TarWriter tar(
      [&](std::string_view bytes) {
        archive += bytes;
        return Status{};
      },
      0);
  ASSERT_TRUE(write_tree(*tree, tar) && tar.finish());
  aws::oci::TarReader reader(archive);
  Names listed;
  for (auto entry = reader.next(); entry && *entry; entry = reader.next()) {
    listed.push_back(fmt::format("{} {:o} {}", (*entry)->path, (*entry)->mode, (*entry)->link_target));
  }
  EXPECT_EQ(listed, (Names{"var 755 ", "var/task 755 ", "var/task/a 755 ", "var/task/a-b 644 ", "var/task/a/link 777 x",
                           "var/task/a/run 755 ", "var/task/a/x 644 "}));
}

TEST_F(SourceFolder, RefusesLinksThatLeadOut)
{
  m_folder.write("source/a/x", "");
  fs::create_symlink("../../secret", source() / "a/out");
  EXPECT_EQ(failure(), "the link " + (source() / "a/out").string() + " leads out of the source folder, to ../../secret");
  fs::remove(source() / "a/out");
  fs::create_symlink("/etc/passwd", source() / "out");
  EXPECT_NE(failure(), "");
  fs::remove(source() / "out");
  fs::create_symlink("../a/x", source() / "a/within");
  EXPECT_EQ(failure(), "");
}

TEST_F(SourceFolder, RefusesNamesThatMeanADeletionOrAreNoText)
{
  m_folder.write("source/.wh.x", "");
  EXPECT_EQ(failure(), "the name '.wh.x' would delete a file of the image");
  fs::remove(source() / ".wh.x");
  m_folder.write("source/\xff\xfe", "");
  EXPECT_EQ(failure(), "the name of the file 'fffe' is not UTF-8");
}

TEST_F(SourceFolder, ReportsAFolderThatIsNotThere)
{
  EXPECT_EQ(failure(), "cannot read the folder " + source().string() + "/: No such file or directory");
}

class InstalledWheels : public testing::Test
{
protected:
  Result<FileTree> tree(cli::config::Architecture architecture = cli::config::Architecture::x86_64)
  {
    return installed_tree(m_folder.path(), "var/task", "/usr/bin/python3.11", architecture);
  }

  tests::TemporaryDirectory m_folder;
};

TEST_F(InstalledWheels, LoseWhatNamesThisMachine)
{
  m_folder.write("pkg/__init__.py", "");
  m_folder.write("pkg/__pycache__/__init__.cpython-311.pyc", "");
  m_folder.write("pkg-1.dist-info/INSTALLER", "pip\n");
  m_folder.write("pkg-1.dist-info/REQUESTED", "");
  m_folder.write("pkg-1.dist-info/direct_url.json", "{}");
  m_folder.write("pkg-1.dist-info/METADATA", "Name: pkg\n");
  m_folder.write("pkg-1.dist-info/RECORD",
                 "pkg/__init__.py,sha256=x,0\r\n../../bin/tool,sha256=y,99\npkg-1.dist-info/INSTALLER,sha256=z,4\n"
                 "pkg/__pycache__/__init__.cpython-311.pyc,,\npkg-1.dist-info/RECORD,,\npkg-1.dist-info/METADATA,sha256=m,10\n");
  m_folder.write("bin/tool", "#!/home/me/venv/bin/python3\nprint()\n");
  m_folder.write("bin/script", "#!/bin/sh\necho\n");
  const auto installed = tree();
  ASSERT_TRUE(installed) << installed.error().message;
  EXPECT_EQ(names_of(*installed),
            (Names{"var/task/bin/script", "var/task/bin/tool", "var/task/pkg-1.dist-info/METADATA", "var/task/pkg-1.dist-info/RECORD",
                   "var/task/pkg/__init__.py", "var/task/pkg/__pycache__/__init__.cpython-311.pyc"}));
  EXPECT_EQ(installed->files.at("var/task/bin/tool").content, "#!/usr/bin/python3.11\nprint()\n");
  EXPECT_EQ(installed->files.at("var/task/bin/script").content, "#!/bin/sh\necho\n");
  EXPECT_EQ(installed->files.at("var/task/pkg-1.dist-info/RECORD").content,
            "bin/tool,,\npkg-1.dist-info/METADATA,sha256=m,10\npkg-1.dist-info/RECORD,,\npkg/__init__.py,sha256=x,0\n");
}

TEST_F(InstalledWheels, AreRefusedForAnotherMachine)
{
  fs::create_directories(m_folder.path() / "pkg");
  fs::copy_file(DAVIT_BINARY, m_folder.path() / "pkg/_native.so");
#if defined(__x86_64__)
  EXPECT_TRUE(tree(cli::config::Architecture::x86_64));
  const auto other = tree(cli::config::Architecture::arm64);
#else
  EXPECT_TRUE(tree(cli::config::Architecture::arm64));
  const auto other = tree(cli::config::Architecture::x86_64);
#endif
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("var/task/pkg/_native.so is for another machine"), std::string::npos);
}

}  // namespace
}  // namespace davit::commands::image
