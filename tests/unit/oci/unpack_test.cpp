// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/unpack.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "aws/oci/layer.hpp"
#include "aws/oci/tar_entry.hpp"
#include "tests/support/process.hpp"

namespace davit::aws::oci {
namespace {

namespace fs = std::filesystem;

/// An archive whose entries may be as wicked as a header can say.
class Archive
{
public:
  Archive& file(const std::string& path, const std::string& content, std::uint32_t mode = 0644)
  {
    return add(path, '0', "", mode, content);
  }
  Archive& folder(const std::string& path, std::uint32_t mode = 0755) { return add(path, '5', "", mode, ""); }
  Archive& symlink(const std::string& path, const std::string& target) { return add(path, '2', target, 0777, ""); }
  Archive& hard_link(const std::string& path, const std::string& target) { return add(path, '1', target, 0644, ""); }
  Archive& device(const std::string& path) { return add(path, '3', "", 0644, ""); }

  [[nodiscard]] std::string bytes() const { return m_bytes + std::string(2 * k_tar_block, '\0'); }

private:
  Archive& add(const std::string& path, char type, const std::string& target, std::uint32_t mode, const std::string& content)
  {
    TarHeader header{};
    std::memcpy(header.name, path.data(), path.size());
    std::memcpy(header.link_target, target.data(), target.size());
    std::snprintf(header.mode, sizeof header.mode, "%07o", mode);
    std::snprintf(header.size, sizeof header.size, "%011zo", content.size());
    std::snprintf(header.mtime, sizeof header.mtime, "%011o", 1000000000);
    header.type = type;
    std::memcpy(header.magic,
                "ustar\0"
                "00",
                8);
    std::snprintf(header.checksum, sizeof header.checksum, "%06o", tar_checksum(header));
    m_bytes.append(reinterpret_cast<const char*>(&header), sizeof header);
    m_bytes += content + std::string((k_tar_block - content.size() % k_tar_block) % k_tar_block, '\0');
    return *this;
  }

  std::string m_bytes;
};

class Unpack : public testing::Test
{
protected:
  Unpack() { fs::create_directory(outside()); }

  fs::path root() const { return m_folder.path() / "root"; }
  fs::path outside() const { return m_folder.path() / "outside"; }

  /// Empty when the layer was unpacked, else the message.
  std::string apply(const Archive& archive)
  {
    const std::string bytes = archive.bytes();
    const auto tree = RootedDirectory::open(root());
    EXPECT_TRUE(tree);
    const auto report = unpack_layer(bytes, *tree);
    return report ? "" : report.error().message;
  }

  std::string content(const std::string& path) const
  {
    std::stringstream out;
    out << std::ifstream(root() / path).rdbuf();
    return out.str();
  }

  bool exists(const std::string& path) const { return fs::exists(fs::symlink_status(root() / path)); }

  tests::TemporaryDirectory m_folder;
};

TEST_F(Unpack, WritesTheTree)
{
  ASSERT_EQ(apply(Archive()
                      .folder("usr/")
                      .folder("usr/bin/", 0555)
                      .file("usr/bin/run", "#!", 04755)
                      .symlink("bin", "usr/bin")
                      .hard_link("again", "bin/run")),
            "");
  struct stat info {
  };
  ASSERT_EQ(::stat((root() / "usr/bin/run").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0755U) << "without the set-user-ID bit";
  EXPECT_EQ(info.st_mtime, 1000000000);
  EXPECT_EQ(info.st_nlink, 2);
  EXPECT_EQ(content("bin/run"), "#!");
  ASSERT_EQ(::stat((root() / "usr/bin").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0755U) << "the owner keeps the right to write";
  EXPECT_EQ(info.st_mtime, 1000000000);
}

TEST_F(Unpack, LaterLayersReplaceAndHide)
{
  ASSERT_EQ(
      apply(
          Archive().folder("a").file("a/x", "1").file("a/y", "1").folder("b").file("b/x", "1").file("c", "1").folder("d").file("d/x", "1")),
      "");
  ASSERT_EQ(apply(Archive()
                      .file("a/new", "2")
                      .file("a/.wh.x", "")
                      .file("b/new", "2")
                      .file("b/.wh..wh..opq", "")
                      .folder("c")
                      .file("d", "2")
                      .file(".wh.never", "")),
            "");
  EXPECT_FALSE(exists("a/x"));
  EXPECT_EQ(content("a/y"), "1");
  EXPECT_EQ(content("a/new"), "2");
  EXPECT_FALSE(exists("b/x"));
  EXPECT_EQ(content("b/new"), "2") << "an opaque whiteout hides the lower layers only, wherever it stands";
  EXPECT_TRUE(fs::is_directory(root() / "c"));
  EXPECT_EQ(content("d"), "2");
  EXPECT_FALSE(exists(".wh.never"));
}

TEST_F(Unpack, LinksOfTheTreeLeadWithinIt)
{
  ASSERT_EQ(apply(Archive().folder("usr").folder("usr/lib").symlink("lib", "/usr/lib").file("lib/x", "1")), "");
  EXPECT_EQ(content("usr/lib/x"), "1");
  EXPECT_TRUE(fs::is_symlink(root() / "lib"));
}

TEST_F(Unpack, RefusesPathsThatClimb)
{
  EXPECT_EQ(apply(Archive().file("../outside/x", "bad")), "the path '../outside/x' leads out of the image");
  EXPECT_EQ(apply(Archive().file("a/../../outside/x", "bad")), "the path 'a/../../outside/x' leads out of the image");
  EXPECT_TRUE(fs::is_empty(outside()));
}

TEST_F(Unpack, AbsolutePathsStartAtTheRoot)
{
  ASSERT_EQ(apply(Archive().file("/etc/x", "1").file("./etc/y", "2")), "");
  EXPECT_EQ(content("etc/x"), "1");
  EXPECT_EQ(content("etc/y"), "2");
}

TEST_F(Unpack, NothingGoesThroughALinkToTheOutside)
{
  ASSERT_EQ(apply(Archive().symlink("out", outside().string()).file("out/x", "kept in")), "");
  EXPECT_EQ(content(outside().relative_path() / "x"), "kept in") << "an absolute target starts at the tree's own root";
  ASSERT_EQ(apply(Archive().symlink("up", "../../../../outside").folder("outside").file("up/y", "kept in")), "");
  EXPECT_EQ(content("outside/y"), "kept in");
  EXPECT_TRUE(fs::is_empty(outside()));
}

TEST_F(Unpack, ReplacesALinkInsteadOfWritingThroughIt)
{
  std::ofstream(outside() / "victim") << "whole";
  ASSERT_EQ(apply(Archive().symlink("x", (outside() / "victim").string()).file("x", "new")), "");
  EXPECT_FALSE(fs::is_symlink(root() / "x"));
  std::stringstream kept;
  kept << std::ifstream(outside() / "victim").rdbuf();
  EXPECT_EQ(kept.str(), "whole");
}

TEST_F(Unpack, WhiteoutsRemoveNothingOutside)
{
  std::ofstream(outside() / "victim") << "whole";
  ASSERT_EQ(apply(Archive().symlink("out", "../outside")), "");
  EXPECT_EQ(apply(Archive().file("out/.wh.victim", "")), "");
  EXPECT_EQ(apply(Archive().file("out/.wh..wh..opq", "")), "");
  EXPECT_NE(apply(Archive().file("../outside/.wh.victim", "")), "");
  EXPECT_EQ(apply(Archive().file("a/.wh...", "")), "the path 'a/..' leads out of the image");
  EXPECT_TRUE(fs::exists(outside() / "victim"));
}

TEST_F(Unpack, HardLinksReachNothingOutside)
{
  std::ofstream(outside() / "secret") << "secret";
  EXPECT_NE(apply(Archive().hard_link("x", "../outside/secret")), "");
  EXPECT_NE(apply(Archive().hard_link("x", (outside() / "secret").string())), "");
  EXPECT_NE(apply(Archive().symlink("out", "../outside").hard_link("x", "out/secret")), "");
  EXPECT_FALSE(exists("x"));
}

TEST_F(Unpack, LinksInACircleEnd)
{
  EXPECT_EQ(apply(Archive().symlink("a", "b").symlink("b", "a").file("a/x", "")), "cannot open 'a/x': Too many levels of symbolic links");
}

TEST_F(Unpack, SkipsDevices)
{
  const std::string bytes = Archive().device("dev-null").bytes();
  const auto tree = RootedDirectory::open(root());
  const auto report = unpack_layer(bytes, *tree);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->skipped, std::vector<std::string>{"dev-null"});
}

TEST_F(Unpack, VerifiesTheUncompressedLayer)
{
  auto layout = Layout::create(m_folder.path() / "image");
  ASSERT_TRUE(layout);
  const auto layer = write_layer(layout->blobs(), 0, [](TarWriter& tar) { return tar.add_file("a", 0644, "x"); });
  ASSERT_TRUE(layer);
  ImageConfig config{.platform = {.architecture = "amd64"}};
  config.diff_ids = {layer->descriptor.digest};  // of the compressed bytes: a classic mistake
  ASSERT_TRUE(layout->put("wrong", config, {layer->descriptor}));
  EXPECT_FALSE(unpack(*layout, *layout->find("wrong"), root()));
  config.diff_ids = {layer->diff_id};
  ASSERT_TRUE(layout->put("right", config, {layer->descriptor}));
  const auto report = unpack(*layout, *layout->find("right"), m_folder.path() / "root2");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->bytes, 1);
}

}  // namespace
}  // namespace davit::aws::oci
