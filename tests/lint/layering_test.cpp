// SPDX-License-Identifier: Apache-2.0
// Reads every include line and names those that point the wrong way: the edges of ARCHITECTURE.md, and nothing else, are allowed.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace davit {
namespace {

namespace fs = std::filesystem;
using Layers = std::set<std::string>;

const Layers k_services{"aws/apigatewayv2", "aws/cloudwatch", "aws/dynamodb", "aws/ecr", "aws/secretsmanager",
                        "aws/sts",          "aws/lambda",     "aws/logs",     "aws/s3"};
const Layers k_presentation{"cli/term", "cli/output", "cli/config", "cli/yaml", "cli/docs"};

Layers join(std::initializer_list<Layers> sets)
{
  Layers out;
  for (const auto& set : sets) {
    out.insert(set.begin(), set.end());
  }
  return out;
}

/// What each layer may include beside itself.
const std::map<std::string, Layers>& allowed()
{
  static const Layers core{"aws/core"};
  static const Layers crypto = join({core, {"aws/crypto"}});
  static const Layers http = join({crypto, {"aws/http"}});
  static const Layers auth = join({http, {"aws/auth"}});
  static const Layers offline = join({crypto, {"aws/deflate", "aws/jose", "aws/oci", "aws/zip"}});
  static const Layers below_commands = join({auth, offline, k_services, k_presentation, {"aws/registry", "cli", "aws/local", "templates"}});
  static const std::map<std::string, Layers> k_allowed{
      {"aws/core", {}},
      {"aws/crypto", core},
      {"aws/http", crypto},
      {"aws/auth", http},
      {"aws/jose", crypto},
      {"aws/deflate", core},
      {"aws/oci", join({crypto, {"aws/deflate"}})},
      {"aws/zip", join({core, {"aws/deflate", "aws/oci"}})},
      {"aws/jwks", join({http, {"aws/jose"}})},
      {"aws/registry", auth},
      {"aws/apigatewayv2", auth},
      {"aws/cloudwatch", auth},
      {"aws/dynamodb", auth},
      {"aws/ecr", auth},
      {"aws/secretsmanager", auth},
      {"aws/sts", auth},
      {"aws/lambda", auth},
      {"aws/logs", auth},
      {"aws/s3", auth},
      {"aws/local", join({http, offline, k_services, {"aws/auth", "aws/jwks"}})},
      {"cli/term", core},
      {"cli/output", join({core, {"cli/term"}})},
      {"cli/yaml", core},
      {"cli/config", join({core, {"cli/yaml"}})},
      {"cli/docs", join({core, {"cli"}})},
      {"cli", join({auth, k_presentation})},
      {"cli/root", join({below_commands, {"commands"}})},
      {"commands", below_commands},
      {"templates", {}},
  };
  return k_allowed;
}

/// The layer that a file belongs to: its folder, except that the files which know the commands stand above them.
std::string layer_of(const std::string& path)
{
  const bool knows_commands = std::regex_match(path, std::regex("cli/(main|root|nouns|tree|generate|help_command)\\.[ch]pp"));
  if (knows_commands) {
    return "cli/root";
  }
  std::string best;
  for (const auto& [layer, unused] : allowed()) {
    if (path.starts_with(layer + "/") && layer.size() > best.size()) {
      best = layer;
    }
  }
  return best;
}

/// "commands/<noun>" of a path below commands/.
std::string noun_of(const std::string& path)
{
  return path.substr(0, path.find('/', std::string("commands/").size()));
}

bool is_allowed(const std::string& from, const std::string& to)
{
  const std::string source = layer_of(from);
  const std::string target = layer_of(to);
  if (source == "commands" && target == "commands") {
    return noun_of(from) == noun_of(to) || noun_of(from) == "commands/workflow";
  }
  // The local AWS speaks the services' wire types but never calls a service, and checks signatures without resolving credentials.
  if (source == "aws/local" && to.ends_with("/client.hpp")) {
    return false;
  }
  if (source == "aws/local" && target == "aws/auth") {
    return to.starts_with("aws/auth/sigv4") || to.starts_with("aws/auth/credentials_file");
  }
  return source == target || allowed().at(source).contains(target);
}

std::vector<fs::path> source_files()
{
  std::vector<fs::path> out;
  for (const char* folder : {"aws", "cli", "commands"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(DAVIT_SOURCE_DIR) / folder)) {
      if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp") {
        out.push_back(entry.path());
      }
    }
  }
  return out;
}

TEST(Layering, EveryIncludePointsDownwards)
{
  const std::regex include(R"re(^\s*#\s*include\s+"((?:aws|cli|commands|templates)/[^"]+)")re");
  int seen = 0;
  for (const auto& file : source_files()) {
    const std::string from = fs::relative(file, DAVIT_SOURCE_DIR).string();
    std::ifstream in(file);
    std::smatch match;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (std::regex_search(line, match, include)) {
        ++seen;
        EXPECT_TRUE(is_allowed(from, match[1])) << from << ":" << number << ": " << layer_of(from) << " must not include " << match[1];
      }
    }
  }
  EXPECT_GT(seen, 20) << "the test found almost no includes: does it still read the tree?";
}

/// Libraries that stay in one place.
TEST(Layering, LibrariesStayInTheirFolder)
{
  const std::vector<std::pair<std::regex, std::vector<std::string>>> k_homes{
      {std::regex("<openssl/"), {"aws/crypto/"}},   {std::regex("<curl/"), {"aws/http/"}},
      {std::regex("<yaml-cpp/"), {"cli/yaml/"}},    {std::regex("<sqlite3.h>"), {"aws/local/store/"}},
      {std::regex("<CLI/"), {"cli/", "commands/"}}, {std::regex("<spdlog/"), {"cli/term/"}},
      {std::regex("<zlib.h>"), {"aws/core/"}},
  };
  for (const auto& file : source_files()) {
    const std::string from = fs::relative(file, DAVIT_SOURCE_DIR).string();
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      for (const auto& [library, homes] : k_homes) {
        const bool at_home = std::any_of(homes.begin(), homes.end(), [&](const std::string& home) { return from.starts_with(home); });
        const bool includes = line.starts_with("#include") && std::regex_search(line, library);
        EXPECT_TRUE(!includes || at_home) << from << ": " << line << " belongs in " << homes.front();
      }
    }
  }
}

TEST(Layering, NamesAWrongEdge)
{
  EXPECT_FALSE(is_allowed("aws/core/error.hpp", "cli/context.hpp"));
  EXPECT_FALSE(is_allowed("commands/table/list.cpp", "commands/item/get.hpp"));
  EXPECT_FALSE(is_allowed("aws/local/lambda/invoke.cpp", "aws/lambda/client.hpp"));
  EXPECT_FALSE(is_allowed("cli/term/streams.cpp", "aws/http/client.hpp"));
  EXPECT_TRUE(is_allowed("commands/workflow/deploy.cpp", "commands/table/create.hpp"));
}

}  // namespace
}  // namespace davit
