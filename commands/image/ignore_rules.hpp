// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace davit::commands::image {

/// What one name of a path is compared with.
struct NamePattern {
  explicit NamePattern(std::string pattern);

  std::string text;
  bool is_plain;  ///< nothing in it stands for something else: most are, and fnmatch() is slow
};

/// Which files of the source folder stay out of the image: patterns as in a .gitignore file (git-scm.com/docs/gitignore, "Pattern format").
class IgnoreRules
{
public:
  /// The rules that hold without a file: version control, caches, virtual environments, editor files, and `.env` files, which hold secrets.
  static IgnoreRules defaults();

  /// Adds the lines of a .davitignore that lies in `folder`, relative to the source folder: they hold for what is below it. Later lines win
  /// over earlier ones, and "!pattern" takes a file back in. So the files of deeper folders are to be added after those above them.
  void add(std::string_view lines, std::string_view folder = "");

  /// `path` is relative to the source folder, with slashes between names. What lies in an ignored folder is never asked for.
  [[nodiscard]] bool ignores(std::string_view path, bool is_directory) const;

private:
  struct Rule {
    std::vector<std::string> folder;    ///< the names of the folder that the rule holds below; none for all
    std::vector<NamePattern> segments;  ///< "**" matches any number of names
    bool negated = false;
    bool directories_only = false;
  };

  void add_line(std::string_view line, const std::vector<std::string>& folder);

  std::vector<Rule> m_rules;
};

}  // namespace davit::commands::image
