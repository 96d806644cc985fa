// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <tl/expected.hpp>

#include "aws/core/json.hpp"
#include "cli/yaml/node.hpp"

/// What a field makes of a value. YAML 1.1 and 1.2 readers disagree about `no`, `0123`, `1e3`, `1:30`, `.5` and dates; davit takes the raw
/// text where text is wanted, and refuses what is ambiguous where a number, a boolean or anything at all is wanted.
namespace davit::cli::yaml {

/// What is wrong with a value, and what to write instead.
struct Complaint {
  std::string message;
  std::string hint = {};
};

template <typename T>
using Typed = tl::expected<T, Complaint>;

/// The raw text, quoted or not: `0123`, `no` and a 12-digit account stay as they were written.
Typed<std::string> as_text(const Node& node);

/// `true` or `false`.
Typed<bool> as_boolean(const Node& node);

/// Decimal digits with an optional sign, without a leading zero.
Typed<std::int64_t> as_integer(const Node& node);

/// Like as_integer, with an optional fraction.
Typed<double> as_number(const Node& node);

/// Any value as JSON, for fields whose shape the user chooses (claims, bodies). Quoted texts are texts; `true`, `false`, `null`, `~` and
/// plain decimal numbers are what they look like; other plain words are texts; whatever readers disagree about is handed to `complain`.
OrderedJson to_json(const Node& node, const std::function<void(const Node&, Complaint)>& complain);

}  // namespace davit::cli::yaml
