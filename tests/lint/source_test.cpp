// SPDX-License-Identifier: Apache-2.0
// Rules that a reviewer would otherwise repeat.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

namespace davit {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file)
{
  std::stringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

template <typename Visit>
void for_each_source(std::initializer_list<const char*> folders, Visit visit)
{
  for (const char* folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(DAVIT_SOURCE_DIR) / folder)) {
      if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp") {
        visit(fs::relative(entry.path(), DAVIT_SOURCE_DIR).string(), content_of(entry.path()));
      }
    }
  }
}

TEST(Source, EveryFileNamesItsLicence)
{
  for_each_source({"aws", "cli", "commands", "tests"}, [](const std::string& path, const std::string& text) {
    EXPECT_TRUE(text.starts_with("// SPDX-License-Identifier: Apache-2.0\n")) << path;
  });
}

TEST(Source, FilesStayUnder400Lines)
{
  for_each_source({"aws", "cli", "commands"}, [](const std::string& path, const std::string& text) {
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 400) << path << ": split it by what its parts are";
  });
}

TEST(Source, AwsNeverPrintsOrExits)
{
  const std::regex forbidden(R"(\bstd::(cout|cerr|exit)\b|\b(printf|puts|perror)\s*\()");
  for_each_source({"aws"},
                  [&](const std::string& path, const std::string& text) { EXPECT_FALSE(std::regex_search(text, forbidden)) << path; });
}

TEST(Source, OnlyAuthReadsTheEnvironment)
{
  for_each_source({"aws"}, [](const std::string& path, const std::string& text) {
    EXPECT_TRUE(path.starts_with("aws/auth/") || text.find("getenv(") == std::string::npos) << path;
  });
}

/// A path with its variable part cut off: `commands/<noun>/CMakeLists.txt` names the folder `commands/`.
fs::path fixed_part(const std::string& path)
{
  const std::string fixed = path.substr(0, path.find_first_of("<{*"));
  return fs::path(DAVIT_SOURCE_DIR) / (fixed == path ? path : fixed.substr(0, fixed.rfind('/')));
}

TEST(Documents, NameOnlyPathsThatExist)
{
  const std::regex in_backticks(R"re(`((?:aws|cli|commands|templates|tests|scripts|cmake|man|completions|\.ci)/[^`\s]*)`)re");
  int seen = 0;
  for (const char* document : {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"}) {
    const std::string text = content_of(fs::path(DAVIT_SOURCE_DIR) / document);
    for (auto match = std::sregex_iterator(text.begin(), text.end(), in_backticks); match != std::sregex_iterator(); ++match) {
      ++seen;
      EXPECT_TRUE(fs::exists(fixed_part((*match)[1]))) << document << ": " << (*match)[1];
    }
  }
  EXPECT_GT(seen, 20) << "the test found almost no paths: does it still read the documents?";
}

TEST(Source, NothingIsLeftForLater)
{
  const std::regex marker(R"(\b(TODO|FIXME|XXX|HACK)\b)");
  for_each_source({"aws", "cli", "commands"}, [&](const std::string& path, const std::string& text) {
    std::smatch match;
    EXPECT_FALSE(std::regex_search(text, match, marker)) << path << ": " << match.str();
  });
}

}  // namespace
}  // namespace davit
