// SPDX-License-Identifier: Apache-2.0
#include "commands/image/pyc.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "aws/core/encoding.hpp"

namespace davit::commands::image {
namespace {

std::string bytes_of(std::uint32_t number)
{
  std::string out(sizeof number, '\0');
  std::memcpy(out.data(), &number, sizeof number);
  return out;
}

std::string pyc(int minor, std::uint32_t flags, const std::string& rest, const std::string& code = "code")
{
  return bytes_of(pyc_magic(minor).value_or(0)) + bytes_of(flags) + rest + code;
}

std::string hash_text(std::string_view source, int minor)
{
  const std::uint64_t hash = source_hash(source, minor);
  std::string out(sizeof hash, '\0');
  std::memcpy(out.data(), &hash, sizeof hash);
  return out;
}

TEST(Pyc, HashesAsPythonDoes)
{
  // importlib.util.source_hash(b"x = 1\n") of CPython 3.8.18, 3.9.18, 3.10.13, 3.11.7, 3.12.1 and 3.13.0.
  const std::map<int, std::string> expected{{8, "1506f08f32bf3ff3"},  {9, "f1d665a9e50fdffa"},  {10, "d94aade28c8cbebf"},
                                            {11, "4c0372aa93f75252"}, {12, "1522561917f5df08"}, {13, "e786e2893651120e"}};
  for (const auto& [minor, hash] : expected) {
    EXPECT_EQ(to_hex(hash_text("x = 1\n", minor)), hash) << minor;
  }
}

TEST(Pyc, HashesEveryLength)
{
  // The same function of CPython 3.11, of the first n bytes of 0, 1, 2, ...
  const std::map<int, std::string> expected{{0, "738d9cd5d5e87f73"},  {1, "ad2256b643a8544d"},  {7, "937b65bd89169b73"},
                                            {8, "506c0601ce88f748"},  {9, "f7f8a7aeeb5d7306"},  {15, "db9116a53ef80835"},
                                            {16, "8267313a3994f880"}, {63, "0b9871febedebacb"}, {100, "bcdfe9323eeab288"}};
  for (const auto& [length, hash] : expected) {
    std::string source;
    for (int i = 0; i < length; ++i) {
      source.push_back(static_cast<char>(i));
    }
    EXPECT_EQ(to_hex(hash_text(source, 11)), hash) << length;
  }
}

TEST(Pyc, TakesWhatPythonWouldTake)
{
  const SourceFile source{.content = "x = 1\n", .mtime = 1700000000};
  const std::string expected = pyc(11, 1, hash_text(source.content, 11));
  EXPECT_EQ(with_unchecked_hash(pyc(11, 0, bytes_of(1700000000) + bytes_of(6)), source, 11), expected);
  EXPECT_EQ(with_unchecked_hash(pyc(11, 3, hash_text(source.content, 11)), source, 11), expected);
  EXPECT_EQ(with_unchecked_hash(expected, source, 11), expected);
}

TEST(Pyc, RefusesWhatIsStaleOrForAnotherPython)
{
  const SourceFile source{.content = "x = 1\n", .mtime = 1700000000};
  const std::string right = bytes_of(1700000000) + bytes_of(6);
  EXPECT_FALSE(with_unchecked_hash(pyc(11, 0, bytes_of(1700000001) + bytes_of(6)), source, 11)) << "another time";
  EXPECT_FALSE(with_unchecked_hash(pyc(11, 0, bytes_of(1700000000) + bytes_of(7)), source, 11)) << "another size";
  EXPECT_FALSE(with_unchecked_hash(pyc(11, 1, hash_text("x = 2\n", 11)), source, 11)) << "unchecked, and of another source";
  EXPECT_FALSE(with_unchecked_hash(pyc(12, 0, right), source, 11)) << "another magic number";
  EXPECT_FALSE(with_unchecked_hash(pyc(11, 4, right), source, 11)) << "unknown flags";
  EXPECT_FALSE(with_unchecked_hash(pyc(11, 0, right, ""), source, 11)) << "no code";
  EXPECT_FALSE(with_unchecked_hash("", source, 11));
  EXPECT_FALSE(with_unchecked_hash(pyc(11, 0, right), source, 99)) << "a Python that davit does not know";
}

TEST(Pyc, RunsWithoutASourceByItsMagicNumberAlone)
{
  EXPECT_TRUE(runs_without_source(pyc(12, 0, std::string(8, '\0')), 12));
  EXPECT_FALSE(runs_without_source(pyc(12, 0, std::string(8, '\0')), 11));
  EXPECT_FALSE(runs_without_source("", 12));
}

TEST(Pyc, NamesItsPlace)
{
  EXPECT_EQ(pyc_path("var/task/app/main.py", 12), "var/task/app/__pycache__/main.cpython-312.pyc");
  EXPECT_EQ(pyc_path("main.py", 9), "__pycache__/main.cpython-39.pyc");
  EXPECT_EQ(source_path_of("var/task/app/__pycache__/main.cpython-312.pyc", 12), "var/task/app/main.py");
  EXPECT_EQ(source_path_of("__pycache__/main.cpython-39.pyc", 9), "main.py");
  for (const char* other :
       {"app/main.cpython-312.pyc", "app/__pycache__/main.cpython-311.pyc", "app/__pycache__/main.opt-1.cpython-312.pyc",
        "app/__pycache__/.cpython-312.pyc", "app/my__pycache__/main.cpython-312.pyc", "app/__pycache__/a/b.cpython-312.pyc"}) {
    EXPECT_FALSE(source_path_of(other, 12)) << other;
  }
}

}  // namespace
}  // namespace davit::commands::image
