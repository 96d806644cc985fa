// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/login.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "aws/core/encoding.hpp"

namespace davit::aws::registry {
namespace {

namespace fs = std::filesystem;

class Logins : public testing::Test
{
protected:
  void SetUp() override
  {
    std::string name = (fs::temp_directory_path() / "davit-test-XXXXXX").string();
    m_folder = ::mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(m_folder); }

  fs::path write(const std::string& name, const std::string& text)
  {
    std::ofstream(m_folder / name) << text;
    return m_folder / name;
  }

  fs::path m_folder;
};

TEST_F(Logins, TheMostSpecificEntryOfAFileWins)
{
  const auto entry = [](const std::string& user) { return R"({"auth":")" + to_base64(user + ":p:w") + R"("})"; };
  const auto file =
      write("config.json", R"({"auths":{"https://r.example/v1/":)" + entry("host") + R"(,"r.example/team":)" + entry("team") +
                               R"(,"r.example/te":)" + entry("wrong") + R"(,"https://index.docker.io/v1/":)" + entry("hub") + "}}");
  const auto logins = logins_of_files({m_folder / "absent.json", file});
  const std::tuple<std::string, std::string, std::string> cases[] = {
      {"r.example", "app", "host"}, {"r.example", "team/app", "team"}, {"docker.io", "library/python", "hub"}};
  for (const auto& [host, repository, user] : cases) {
    const auto login = logins(host, repository).value();
    ASSERT_TRUE(login) << host;
    EXPECT_EQ(login->user, user);
    EXPECT_EQ(login->password.bytes(), "p:w");
  }
  EXPECT_FALSE(logins("r.example:5000", "app").value());
  EXPECT_FALSE(logins("other.example", "app").value());
}

TEST_F(Logins, HelpersAreAskedOnStandardInput)
{
  const fs::path helper =
      write("docker-credential-davittest",
            "#!/bin/sh\nread server\ncase $server in\n  known.example) printf '{\"Username\":\"u\",\"Secret\":\"s\"}';;\n"
            "  token.example) printf '{\"Username\":\"<token>\",\"Secret\":\"refresh\"}';;\n"
            "  *) echo 'credentials not found in native keychain'; exit 1;;\nesac\n");
  fs::permissions(helper, fs::perms::owner_all);
  const std::string path = m_folder.string() + ":" + ::getenv("PATH");
  ::setenv("PATH", path.c_str(), 1);
  const auto file = write("config.json", R"({"credsStore":"davittest","credHelpers":{"broken.example":"is-not-there"}})");
  const auto logins = logins_of_files({file});
  EXPECT_EQ(logins("known.example", "a").value()->user, "u");
  EXPECT_TRUE(logins("token.example", "a").value()->is_identity_token);
  EXPECT_FALSE(logins("unknown.example", "a").value());
  const auto broken = logins("broken.example", "a");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::credentials);
}

TEST_F(Logins, AFileThatCannotBeReadIsAnError)
{
  EXPECT_EQ(logins_of_files({write("a.json", "{")})("r.example", "a").error().kind, ErrorKind::usage);
  EXPECT_EQ(logins_of_files({write("b.json", R"({"auths":{"r.example":{"auth":"%%"}}})")})("r.example", "a").error().kind,
            ErrorKind::usage);
}

TEST(LoginFiles, FollowDockersAndPodmansVariables)
{
  using Variables = std::map<std::string, std::string>;
  const auth::Environment plain(Variables{{"HOME", "/home/u"}});
  EXPECT_EQ(login_files(plain), (std::vector<fs::path>{"/home/u/.config/containers/auth.json", "/home/u/.docker/config.json"}));
  const auth::Environment set(
      Variables{{"HOME", "/home/u"}, {"DOCKER_CONFIG", "/d"}, {"REGISTRY_AUTH_FILE", "/r.json"}, {"XDG_RUNTIME_DIR", "/run/u"}});
  EXPECT_EQ(login_files(set),
            (std::vector<fs::path>{"/r.json", "/d/config.json", "/run/u/containers/auth.json", "/home/u/.config/containers/auth.json"}));
}

}  // namespace
}  // namespace davit::aws::registry
