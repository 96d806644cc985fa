// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/layout.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "aws/oci/digest.hpp"
#include "aws/oci/layer.hpp"
#include "tests/support/process.hpp"

namespace davit::aws::oci {
namespace {

namespace fs = std::filesystem;

Layer put_layer(const Layout& layout, const std::string& content)
{
  auto layer = write_layer(layout.blobs(), 0, [&](TarWriter& tar) { return tar.add_file("a", 0644, content); });
  EXPECT_TRUE(layer);
  return *layer;
}

ImageConfig config_for(const Layer& layer)
{
  ImageConfig config{.platform = {.architecture = "amd64"}, .created = "1970-01-01T00:00:00Z"};
  config.diff_ids = {layer.diff_id};
  return config;
}

Layout layout_with(const fs::path& folder, const std::string& tag, const std::string& content)
{
  auto layout = Layout::create(folder);
  EXPECT_TRUE(layout);
  const Layer layer = put_layer(*layout, content);
  EXPECT_TRUE(layout->put(tag, config_for(layer), {layer.descriptor}));
  return *layout;
}

std::size_t files_in(const fs::path& folder)
{
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(LayoutReference, SplitsFolderAndTag)
{
  const auto text = [](std::string_view reference) {
    const auto parsed = parse_layout_reference(reference);
    return parsed ? parsed->directory.string() + "|" + parsed->tag : "error: " + parsed.error().message;
  };
  EXPECT_EQ(text("oci:base"), "base|");
  EXPECT_EQ(text("oci:/a/b:v1"), "/a/b|v1");
  EXPECT_EQ(text("/a:b/c"), "/a:b/c|");
  EXPECT_EQ(text("/a:b/c:d"), "/a:b/c|d");
  EXPECT_EQ(text("oci:"), "error: 'oci:' is no image layout");
  EXPECT_EQ(text("oci:dir:"), "error: 'oci:dir:' is no image layout");
}

TEST(Layout, KnowsTheDigestOfAnImageBeforeItIsPut)
{
  const tests::TemporaryDirectory folder;
  auto layout = Layout::create(folder.path());
  ASSERT_TRUE(layout);
  const FillLayer fill = [](TarWriter& tar) { return tar.add_file("a", 0644, "content"); };
  const auto layer = write_layer(layout->blobs(), 0, fill);
  ASSERT_TRUE(layer);
  EXPECT_EQ(diff_id_of(0, fill), layer->diff_id);
  const Annotations annotations{{"a", "b"}};
  const auto put = layout->put("latest", config_for(*layer), {layer->descriptor}, annotations);
  ASSERT_TRUE(put);
  EXPECT_EQ(Layout::digest_of_image(config_for(*layer), {layer->descriptor}, annotations), put->digest);
}

TEST(Layout, FindsWhatWasPut)
{
  const tests::TemporaryDirectory folder;
  const Layout layout = layout_with(folder.path() / "image", "v1", "one");
  const auto image = layout.find("v1");
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->config.platform.architecture, "amd64");
  EXPECT_EQ(image->manifest.layers.size(), 1);
  EXPECT_TRUE(layout.find("")) << "the only image needs no tag";
  EXPECT_EQ(*layout.tags(), std::vector<std::string>{"v1"});
}

TEST(Layout, ReplacesATagAndPrunesWhatNothingNeeds)
{
  const tests::TemporaryDirectory folder;
  Layout layout = layout_with(folder.path(), "v1", "one");
  const Layer two = put_layer(layout, "two");
  ASSERT_TRUE(layout.put("v1", config_for(two), {two.descriptor}));
  EXPECT_EQ(layout.tags()->size(), 1);
  EXPECT_EQ(files_in(layout.blobs()), 6);
  ASSERT_TRUE(layout.prune());
  EXPECT_EQ(files_in(layout.blobs()), 3);
  EXPECT_TRUE(layout.find("v1"));
}

TEST(Layout, MissingTagNamesTheOthers)
{
  const tests::TemporaryDirectory folder;
  Layout layout = layout_with(folder.path(), "v1", "one");
  const auto missing = layout.find("v2");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_EQ(missing.error().hint, "it holds: v1");
}

TEST(Layout, RefusesAnImageWhoseLayerIsMissing)
{
  const tests::TemporaryDirectory folder;
  auto layout = Layout::create(folder.path());
  ASSERT_TRUE(layout);
  const Layer layer = put_layer(*layout, "x");
  fs::remove(*layout->path_of(layer.descriptor.digest));
  EXPECT_FALSE(layout->put("v1", config_for(layer), {layer.descriptor}));
}

TEST(Layout, NamesADamagedBlob)
{
  const tests::TemporaryDirectory folder;
  const Layout layout = layout_with(folder.path(), "v1", "one");
  const auto image = layout.find("v1");
  ASSERT_TRUE(image);
  const Descriptor layer = image->manifest.layers.front();
  std::fstream(*layout.path_of(layer.digest)) << "X";
  const auto read = layout.read(layer);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message.substr(0, 12 + layer.digest.size()), "blob " + layer.digest + " is dam");
  std::ofstream(*layout.path_of(image->manifest.config.digest), std::ios::app) << "X";
  EXPECT_FALSE(layout.find("v1"));
}

TEST(Layout, RefusesAFolderWithOtherThings)
{
  const tests::TemporaryDirectory folder;
  folder.write("notes.txt", "mine");
  const auto layout = Layout::create(folder.path());
  ASSERT_FALSE(layout);
  EXPECT_EQ(layout.error().kind, ErrorKind::usage);
  EXPECT_EQ(Layout::open(folder.path()).error().kind, ErrorKind::not_found);
}

TEST(Layout, ADigestCannotNameAPath)
{
  const tests::TemporaryDirectory folder;
  const auto layout = Layout::create(folder.path());
  ASSERT_TRUE(layout);
  EXPECT_FALSE(layout->path_of("sha256:../../../etc/passwd"));
  EXPECT_FALSE(layout->path_of("sha512:" + std::string(128, 'a')));
  EXPECT_FALSE(layout->path_of("sha256:" + std::string(64, 'A')));
}

TEST(Layout, ChoosesThePlatformOfAnIndex)
{
  const tests::TemporaryDirectory folder;
  Layout layout = layout_with(folder.path(), "v1", "one");
  Descriptor image = layout.find("v1")->descriptor;
  image.platform = Platform{.architecture = "amd64"};
  image.annotations.clear();
  const std::string nested = to_text(std::vector<Descriptor>{image});
  folder.write("blobs/sha256/" + digest_of(nested).substr(7), nested);
  const Descriptor index{.media_type = std::string(media_type::k_index), .digest = digest_of(nested), .size = nested.size()};
  folder.write("index.json", to_text(std::vector<Descriptor>{index}));
  EXPECT_TRUE(layout.find("", "amd64"));
  EXPECT_FALSE(layout.find("", "arm64"));
}

TEST(Config, KeepsWhatItDoesNotKnow)
{
  const std::string text =
      R"({"created":"2020-01-01T00:00:00Z","architecture":"arm64","os":"linux","variant":"v8","config":{"Env":["A=b"],"Entrypoint":["/e"],)"
      R"("StopSignal":"SIGINT"},"rootfs":{"type":"layers","diff_ids":[]},"history":[{"created_by":"x","empty_layer":true}],"os.features":["f"]})";
  const auto config = parse_config(text, "config");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->variable("A"), "b");
  EXPECT_EQ(config->variable("B"), std::nullopt);
  EXPECT_EQ(to_text(*config), text);
}

TEST(Config, ReadsDockersNulls)
{
  const auto config =
      parse_config(R"({"architecture":"amd64","os":"linux","config":{"Env":null,"Cmd":null,"Labels":null},"rootfs":{"diff_ids":[]}})", "c");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->environment.empty());
}

TEST(Manifest, RefusesAnotherShape)
{
  EXPECT_FALSE(parse_manifest("[]", "m"));
  EXPECT_FALSE(parse_manifest(R"({"config":{"digest":"x","size":1},"layers":[]})", "m"));
  EXPECT_FALSE(parse_manifest(R"({"config":{"digest":"sha256:00","size":-1},"layers":[]})", "m"));
  EXPECT_FALSE(parse_manifest("{", "m"));
}

}  // namespace
}  // namespace davit::aws::oci
