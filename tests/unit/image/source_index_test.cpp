// SPDX-License-Identifier: Apache-2.0
#include "commands/image/source_index.hpp"

#include <gtest/gtest.h>

#include "tests/support/process.hpp"

namespace davit::commands::image {
namespace {

using Knows = SourceIndex::Knows;

FileTree tree_of(std::int64_t changed_ns, std::uint64_t size = 3, std::uint64_t inode = 1)
{
  FileTree tree;
  tree.files["var/task/a.py"] = {.source = "a.py",
                                 .stamp = {.device = 1, .inode = inode, .size = size, .modified_ns = 5, .changed_ns = changed_ns}};
  tree.files["var/task/b"] = {
      .source = "b", .link = "a.py", .stamp = {.device = 1, .inode = 2, .size = 4, .modified_ns = 5, .changed_ns = 5}};
  return tree;
}

std::int64_t seconds_ago(int seconds)
{
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count() -
         seconds * std::int64_t{1'000'000'000};
}

class Index : public testing::Test
{
protected:
  SourceIndex::Found find(const FileTree& tree, std::int64_t mtime = 0) { return m_index.find(look_at(tree, mtime)); }

  tests::TemporaryDirectory m_folder;
  SourceIndex m_index{m_folder.path()};
};

TEST_F(Index, KnowsAContentAgainByALook)
{
  const FileTree tree = tree_of(7);
  EXPECT_EQ(find(tree).knows, Knows::nothing);
  ASSERT_TRUE(m_index.remember(look_at(tree, 0), "sha256:one"));
  EXPECT_EQ(find(tree).knows, Knows::content);
  EXPECT_EQ(find(tree).content, "sha256:one");
  EXPECT_EQ(find(tree, 1).knows, Knows::nothing) << "another time in the archive is another archive";
}

TEST_F(Index, AChangeOfTheSameSizeHasToBeRead)
{
  ASSERT_TRUE(m_index.remember(look_at(tree_of(7), 0), "sha256:one"));
  EXPECT_EQ(find(tree_of(8)).knows, Knows::shape);
  EXPECT_EQ(find(tree_of(7, 3, 9)).knows, Knows::shape) << "another file in its place";
}

TEST_F(Index, WhatDiffersInNamesSizesModesOrLinksIsNew)
{
  ASSERT_TRUE(m_index.remember(look_at(tree_of(7), 0), "sha256:one"));
  EXPECT_EQ(find(tree_of(7, 4)).knows, Knows::nothing);
  FileTree renamed = tree_of(7);
  renamed.files["var/task/c.py"] = renamed.files.extract("var/task/a.py").mapped();
  EXPECT_EQ(find(renamed).knows, Knows::nothing);
  FileTree executable = tree_of(7);
  executable.files["var/task/a.py"].executable = true;
  EXPECT_EQ(find(executable).knows, Knows::nothing);
  FileTree linked = tree_of(7);
  linked.files["var/task/b"].link = "c.py";
  EXPECT_EQ(find(linked).knows, Knows::nothing);
}

TEST_F(Index, WhatChangedJustNowIsNotBelieved)
{
  const FileTree young = tree_of(seconds_ago(1));
  ASSERT_TRUE(m_index.remember(look_at(young, 0), "sha256:one"));
  EXPECT_EQ(find(young).knows, Knows::shape);
  const FileTree settled = tree_of(seconds_ago(60));
  ASSERT_TRUE(m_index.remember(look_at(settled, 0), "sha256:one"));
  EXPECT_EQ(find(settled).knows, Knows::content);
}

TEST_F(Index, ADamagedFileKnowsNothing)
{
  const FileTree tree = tree_of(7);
  ASSERT_TRUE(m_index.remember(look_at(tree, 0), "sha256:one"));
  for (const auto& entry : std::filesystem::directory_iterator(m_folder.path())) {
    m_folder.write(entry.path().filename().string(), "{\"stamp\": 3, \"content\"");
  }
  EXPECT_EQ(find(tree).knows, Knows::nothing);
}

}  // namespace
}  // namespace davit::commands::image
