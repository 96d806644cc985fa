// SPDX-License-Identifier: Apache-2.0
// `davit image build` and `inspect` without a network: native handlers on `scratch`, and everything that is refused.
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "aws/oci/layer.hpp"
#include "aws/oci/layout.hpp"
#include "tests/support/process.hpp"

namespace davit {
namespace {

namespace fs = std::filesystem;
namespace oci = aws::oci;

// A valid ELF header of an x86_64 program without segments: nothing for a loader to do.
std::string static_program()
{
  std::string elf(
      "\x7f"
      "ELF\x02\x01\x01",
      7);
  elf.resize(64);
  elf[16] = 2;   // ET_EXEC
  elf[18] = 62;  // EM_X86_64
  return elf;
}

class ImageBuild : public testing::Test
{
protected:
  void project(const std::string& handler) { m_folder.write("davit.yaml", "name: demo\nregion: eu-central-1\nhandler: " + handler + "\n"); }

  void native_project()
  {
    project("{kind: native, source: out, entry: bootstrap, base: scratch}");
    m_folder.write("out/bootstrap", static_program());
  }

  tests::Finished davit(std::vector<std::string> arguments, std::map<std::string, std::string> environment = {})
  {
    return tests::run_davit({.arguments = std::move(arguments), .environment = std::move(environment), .directory = m_folder.path()});
  }

  Json build(std::vector<std::string> more = {})
  {
    std::vector<std::string> arguments{"image", "build", "-o", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto finished = davit(arguments);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return Json::parse(finished.out.empty() ? "{}" : finished.out);
  }

  std::string refusal()
  {
    const auto finished = davit({"image", "build"});
    EXPECT_EQ(finished.exit_code, 2) << finished.err;
    EXPECT_FALSE(fs::exists(m_folder.path() / ".davit/image/index.json") &&
                 Json::parse(std::ifstream(m_folder.path() / ".davit/image/index.json"))["manifests"].size() > 0);
    return finished.err;
  }

  /// A base with Python for that architecture, as far as files can tell.
  void python_base(const std::string& architecture = "amd64")
  {
    auto layout = oci::Layout::create(m_folder.path() / "base");
    const auto layer = oci::write_layer(layout->blobs(), 0, [](oci::TarWriter& tar) -> Status {
      DAVIT_TRY(tar.add_file("usr/bin/python3.11", 0755, "x"));
      return tar.add_file("lib/x86_64-linux-gnu/libc.so.6", 0755, "GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n");
    });
    oci::ImageConfig config{.platform = {.architecture = architecture}};
    config.diff_ids = {layer->diff_id};
    ASSERT_TRUE(layout->put("latest", config, {layer->descriptor}));
  }

  tests::TemporaryDirectory m_folder;
};

TEST_F(ImageBuild, BuildsANativeHandlerFromScratch)
{
  native_project();
  const Json built = build();
  EXPECT_EQ(built["layout"], (m_folder.path() / ".davit/image").string() + ":latest");
  ASSERT_EQ(built["layers"].size(), 1);
  EXPECT_EQ(built["layers"][0]["kind"], "application");
  EXPECT_EQ(built["layers"][0]["cached"], false);
  const auto inspected = davit({"image", "inspect", "-o", "json"});
  ASSERT_EQ(inspected.exit_code, 0) << inspected.err;
  const Json image = Json::parse(inspected.out);
  EXPECT_EQ(image["digest"], built["digest"]);
  EXPECT_EQ(image["entrypoint"], Json::array({"/var/task/bootstrap"}));
  EXPECT_EQ(image["architecture"], "amd64");
  EXPECT_EQ(image["created"], "1970-01-01T00:00:00Z");
  EXPECT_EQ(image["environment"]["LAMBDA_TASK_ROOT"], "/var/task");
  EXPECT_EQ(image["layers"][0]["files"], 1);
}

/// The build before has settled: what it saw more than two seconds after the last change is believed without reading.
TEST_F(ImageBuild, NoticesAChangeOfTheSameSizeAndTime)
{
  native_project();
  const fs::path data = m_folder.write("out/data", "one");
  const auto before = fs::last_write_time(data);
  build();
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));
  const Json settled = build();
  EXPECT_EQ(settled["changed"], false);
  EXPECT_EQ(build()["layers"][0]["cached"], true);
  m_folder.write("out/data", "two");
  fs::last_write_time(data, before);
  const Json changed = build();
  EXPECT_EQ(changed["changed"], true);
  EXPECT_NE(changed["digest"], settled["digest"]);
  m_folder.write("out/data", "one");
  EXPECT_EQ(build()["digest"], settled["digest"]);
}

TEST_F(ImageBuild, KeepsTheNewestRecordsOfItsCache)
{
  native_project();
  const Json built = build();
  for (int i = 0; i < 400; ++i) {
    const fs::path old = m_folder.write(fmt::format(".davit/cache/{}.json", i), "{}");
    fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(1));
  }
  m_folder.write("out/data", "x");
  build();
  EXPECT_EQ(std::distance(fs::directory_iterator(m_folder.path() / ".davit/cache"), fs::directory_iterator()), 257);
  fs::remove(m_folder.path() / "out/data");
  EXPECT_EQ(build()["digest"], built["digest"]);
}

TEST_F(ImageBuild, DoesNothingTwice)
{
  native_project();
  const Json first = build();
  const Json second = build();
  EXPECT_EQ(first["digest"], second["digest"]);
  EXPECT_EQ(first["changed"], true);
  EXPECT_EQ(second["changed"], false);
  EXPECT_EQ(second["layers"][0]["cached"], true);
}

TEST_F(ImageBuild, DigestDependsOnContentAlone)
{
  native_project();
  m_folder.write("out/a", "1");
  m_folder.write("out/b", "2");
  const Json first = build();
  fs::rename(m_folder.path() / "out", m_folder.path() / "old");
  m_folder.write("out/b", "2");
  m_folder.write("out/a", "1");
  fs::permissions(m_folder.write("out/bootstrap", static_program()), fs::perms::owner_read);
  fs::remove_all(m_folder.path() / ".davit");
  EXPECT_EQ(build()["digest"], first["digest"]);
  m_folder.write("out/a", "3");
  EXPECT_NE(build()["digest"], first["digest"]);
}

TEST_F(ImageBuild, SourceDateEpochSetsTheTimes)
{
  native_project();
  const auto finished = davit({"image", "build", "-o", "json"}, {{"SOURCE_DATE_EPOCH", "1700000000"}});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(Json::parse(davit({"image", "inspect", "-o", "json"}).out)["created"], "2023-11-14T22:13:20Z");
  for (const char* wrong : {"yesterday", "-1", "99999999999999", "1.5"}) {
    EXPECT_EQ(davit({"image", "build"}, {{"SOURCE_DATE_EPOCH", wrong}}).exit_code, 2) << wrong;
  }
}

TEST_F(ImageBuild, DryRunWritesNoImage)
{
  native_project();
  const auto finished = davit({"image", "build", "--dry-run", "-o", "json"});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(Json::parse(finished.out)["dryRun"], true);
  EXPECT_FALSE(fs::exists(m_folder.path() / ".davit/image"));
}

TEST_F(ImageBuild, KeepsOtherTagsOfALayout)
{
  native_project();
  const Json first = build({"--out", "dist", "--tag", "one"});
  m_folder.write("out/more", "x");
  build({"--out", "dist", "--tag", "two"});
  const auto inspected = davit({"image", "inspect", "oci:dist:one", "-o", "json"});
  ASSERT_EQ(inspected.exit_code, 0) << inspected.err;
  EXPECT_EQ(Json::parse(inspected.out)["digest"], first["digest"]);
}

TEST_F(ImageBuild, InspectFindsDamage)
{
  native_project();
  const std::string digest = build()["layers"][0]["digest"];
  std::fstream(m_folder.path() / ".davit/image/blobs/sha256" / digest.substr(7)) << "X";
  const auto inspected = davit({"image", "inspect"});
  EXPECT_EQ(inspected.exit_code, 1);
  EXPECT_NE(inspected.err.find("blob " + digest + " is damaged"), std::string::npos) << inspected.err;
}

TEST_F(ImageBuild, InspectSaysWhatIsThere)
{
  native_project();
  EXPECT_EQ(davit({"image", "inspect"}).exit_code, 3);
  build();
  const auto missing = davit({"image", "inspect", "prod"});
  EXPECT_EQ(missing.exit_code, 3);
  EXPECT_NE(missing.err.find("it holds: latest"), std::string::npos) << missing.err;
}

TEST_F(ImageBuild, NamesTheRegistryThatItCannotReach)
{
  project("{kind: python, source: src, entry: app.handler, base: \"127.0.0.1:1/lambda/python:3.12\"}");
  const auto refused = davit({"image", "build"});
  EXPECT_EQ(refused.exit_code, 6);
  EXPECT_NE(refused.err.find("the base '127.0.0.1:1/lambda/python:3.12': cannot connect to 127.0.0.1:1"), std::string::npos) << refused.err;
}

TEST_F(ImageBuild, RefusesProgramsThatCannotStart)
{
  native_project();
  m_folder.write("out/bootstrap", "#!/bin/sh\n");
  EXPECT_NE(refusal().find("is no 64-bit ELF program"), std::string::npos);
  std::string arm = static_program();
  arm[18] = static_cast<char>(183);
  m_folder.write("out/bootstrap", arm);
  EXPECT_NE(refusal().find("is not for x86_64"), std::string::npos);
  fs::remove(m_folder.path() / "out/bootstrap");
  EXPECT_NE(refusal().find("names 'bootstrap', which is not in out"), std::string::npos);
#if defined(__x86_64__)
  fs::copy_file("/bin/true", m_folder.path() / "out/bootstrap");
  EXPECT_NE(refusal().find("needs the loader /lib64/ld-linux-x86-64.so.2, and the base 'scratch' holds nothing"), std::string::npos);
#endif
}

TEST_F(ImageBuild, RefusesABaseThatDoesNotFit)
{
  project("{kind: python, source: src, entry: app.handler, base: \"oci:base\"}");
  m_folder.write("src/app.py", "");
  EXPECT_EQ(davit({"image", "build"}).exit_code, 3) << "there is none yet";
  python_base("arm64");
  EXPECT_NE(refusal().find("is for linux/arm64, but handler.architecture is x86_64"), std::string::npos);
}

TEST_F(ImageBuild, RefusesABaseWithoutPython)
{
  project("{kind: python, source: src, entry: app.handler, base: scratch}");
  m_folder.write("src/app.py", "");
  EXPECT_NE(refusal().find("the base 'scratch' holds no Python 3"), std::string::npos);
}

TEST_F(ImageBuild, NamesThePlacesInARequirementsFile)
{
  project("{kind: python, source: src, entry: app.handler, base: \"oci:base\", requirements: requirements.txt}");
  python_base();
  m_folder.write("src/app.py", "");
  m_folder.write("requirements.txt", "six==1.17.0\n-e ../mine\n");
  const std::string error = refusal();
  EXPECT_NE(error.find("requirements.txt:2:1: an editable requirement is a folder of this machine, not a wheel"), std::string::npos)
      << error;
}

TEST_F(ImageBuild, NeedsPip)
{
  project("{kind: python, source: src, entry: app.handler, base: \"oci:base\"}");
  python_base();
  m_folder.write("src/app.py", "");
  const auto finished = davit({"image", "build"}, {{"PATH", "/nonexistent"}});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_NE(finished.err.find("building the runtime layer: pip was not found"), std::string::npos) << finished.err;
  EXPECT_NE(finished.err.find("hint: install it: apt-get install python3-pip"), std::string::npos) << finished.err;
}

TEST_F(ImageBuild, NamesTheModuleThatIsNotThere)
{
  project("{kind: python, source: src, entry: ap.handler, base: \"oci:base\"}");
  python_base();
  m_folder.write("src/app.py", "");
  const auto finished = davit({"image", "build", "--dry-run"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_NE(finished.err.find("handler.entry names the module 'ap', but src has no such file"), std::string::npos) << finished.err;
  EXPECT_NE(finished.err.find("did you mean app.handler?"), std::string::npos) << finished.err;
}

}  // namespace
}  // namespace davit
