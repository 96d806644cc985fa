// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/core/error.hpp"

/// YAML with the place and the raw text of every value. Nothing is typed here: `no`, `0123` and `1e3` mean different things to different
/// YAML readers, so a value stays what was written until the reader of a field says what it wants (scalar.hpp).
namespace davit::cli::yaml {

enum class Kind { null, scalar, sequence, mapping };

struct Member;

/// A value and where it stands. Lines and columns count from 1, columns in characters.
struct Node {
  Kind kind = Kind::null;
  std::string text;      ///< a scalar's characters, escapes resolved; of a null what was written: "", "~" or "null"
  bool quoted = false;   ///< in quotes, a block scalar, or tagged !!str: text, whatever it looks like
  bool overlay = false;  ///< merge() took it from the node above
  int line = 0;
  int column = 0;
  int width = 1;  ///< how many characters a caret underlines
  std::vector<Node> elements;
  std::vector<Member> members;

  /// The value of that key of a mapping, or nullptr.
  [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Member {
  Node key;
  Node value;
};

/// One YAML file.
struct Document {
  std::string name;                ///< as errors call it
  std::vector<std::string> lines;  ///< its text, for carets
  Node root;

  /// A problem at that node.
  [[nodiscard]] Diagnostic diagnostic(const Node& at, std::string message, std::string hint = {}) const;
};

/// "a list", "a map", "the text \"x\"", "nothing": a value as an error calls it.
std::string describe(const Node& node);

/// `above` laid over `below`: mappings are merged member by member, at every depth; scalars and sequences are replaced.
Node merge(Node below, const Node& above);

}  // namespace davit::cli::yaml
