// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "aws/core/json.hpp"
#include "cli/config/project.hpp"
#include "cli/config/rules.hpp"
#include "cli/yaml/node.hpp"

/// The one description of davit.yaml. Reading, `config schema`, `config show` and the reference are all walks over it.
namespace davit::cli::config {

class Reader;

/// Whether a description demands the keys that must be there: a block of `environments` changes some keys and may leave out all others.
enum class Completeness { whole, part };

/// What a value may be beyond its C++ type.
struct Constraint {
  std::optional<double> minimum = std::nullopt;
  std::optional<double> maximum = std::nullopt;
  const TextRule* text = nullptr;                 ///< of a text, or of each text in a list or map
  const TextRule* key = nullptr;                  ///< of a map's keys
  std::span<const std::string_view> values = {};  ///< the texts allowed, where they are few
  std::size_t minimum_elements = 0;               ///< of a list
  std::span<const std::string_view> one_of = {};  ///< of an object: it has exactly one of these keys; for JSON Schema alone
  bool nothing_is_empty = false;                  ///< `GET /path:` with no value means `GET /path: {}`
};

struct Field;

/// Called with a path ("handler.memory_mb") and a value as it would stand in the file.
using Visit = std::function<void(const std::string& path, const OrderedJson& value)>;

/// How values of one C++ type stand in the file.
struct Shape {
  std::string_view type;  ///< for people: "whole number", "list of text"
  void (*read)(Reader&, const yaml::Node&, const Constraint&, void* value);
  OrderedJson (*describe)(const Constraint&, Completeness);
  void (*visit)(const void* value, const std::string& path, const Visit&);
  std::span<const Field> (*fields)() = nullptr;  ///< of an object
  const Shape* element = nullptr;                ///< of a map
};

enum class Presence {
  optional,
  required,
  inherited,  ///< what is left out is the handler's
};

/// One key of an object.
struct Field {
  std::string_view key;
  std::string_view doc;
  const Shape* shape;
  void* (*member)(void* owner);
  OrderedJson (*default_value)(const Field&);  ///< null when there is none
  Constraint constraint = {};
  Presence presence = Presence::optional;
};

/// The keys of davit.yaml itself.
std::span<const Field> root_fields();

/// The JSON Schema (draft 2020-12) of davit.yaml.
OrderedJson json_schema();

/// Every value of the project that is set or has a default.
void visit_values(const Project& project, const Visit& visit);

/// A line of the reference: what may stand where.
struct ReferenceLine {
  std::string path;  ///< "tables.*.key"
  std::string type;
  std::string allowed;  ///< "128 to 10240", "http, rest"; may be empty
  std::string default_value;
  std::string doc;
};
std::vector<ReferenceLine> reference();

}  // namespace davit::cli::config
