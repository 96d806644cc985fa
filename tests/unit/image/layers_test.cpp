// SPDX-License-Identifier: Apache-2.0
#include "commands/image/layers.hpp"

#include <gtest/gtest.h>

#include "tests/support/process.hpp"

namespace davit::commands::image {
namespace {

/// A native handler in a zip package: the archive's digest does not name its sources.
class ApplicationLayer : public testing::Test
{
protected:
  ApplicationLayer()
  {
    m_project.handler.emplace();
    m_project.handler->kind = cli::config::HandlerKind::native;
    m_base.runtime = cli::config::runtime_named("provided.al2023");
  }

  Result<BuiltLayer> build(const std::function<void()>& while_it_is_made = [] {})
  {
    const auto tree = collect_files(m_folder.path() / "source", "var/task", IgnoreRules::defaults());
    EXPECT_TRUE(tree);
    const ApplicationBlob blob{.is_there = [](const aws::oci::Layer&) { return true; },
                               .write =
                                   [&](const FileTree& whole) {
                                     auto layer = aws::oci::write_layer(m_folder.path() / "cache", 0,
                                                                        [&](aws::oci::TarWriter& tar) { return write_tree(whole, tar); });
                                     while_it_is_made();
                                     return layer;
                                   }};
    return build_application(
        *tree, {.project = m_project, .base = m_base, .cache = m_cache, .lock = m_lock, .progress = [](std::string_view) {}}, blob);
  }

  tests::TemporaryDirectory m_folder;
  cli::config::Project m_project;
  Base m_base;
  LockFile m_lock;
  LayerCache m_cache = *LayerCache::open(m_folder.path() / "cache");
};

TEST_F(ApplicationLayer, WhatWasSavedWhileItWasMadeIsInTheNextOne)
{
  m_folder.write("source/bootstrap", "one");
  const auto first = build([&] { m_folder.write("source/bootstrap", "two"); });
  const auto second = build();
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(second->cached);
  EXPECT_NE(second->layer.diff_id, first->layer.diff_id);
  EXPECT_TRUE(build()->cached);
}

TEST_F(ApplicationLayer, ALayerMadeOfTwoStatesIsThatOfNeither)
{
  m_folder.write("source/bootstrap", "one");
  ASSERT_TRUE(build([&] { m_folder.write("source/bootstrap", "two"); }));
  m_folder.write("source/bootstrap", "one");
  EXPECT_FALSE(build()->cached);
}

}  // namespace
}  // namespace davit::commands::image
