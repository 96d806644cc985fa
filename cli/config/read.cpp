// SPDX-License-Identifier: Apache-2.0
#include "cli/config/read.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "aws/core/spelling.hpp"

namespace davit::cli::config {
namespace {

std::vector<std::string> keys_of(std::span<const Field> fields)
{
  std::vector<std::string> keys;
  std::transform(fields.begin(), fields.end(), std::back_inserter(keys), [](const Field& f) { return std::string(f.key); });
  return keys;
}

const Field* find_field(std::span<const Field> fields, std::string_view key)
{
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

struct Forbidden {
  std::string_view key;
  std::string_view what;
  std::string_view instead;
};

/// What a file that anybody can put into a folder must not decide.
constexpr std::string_view k_use_profile = "use a profile, the AWS variables or a role";
constexpr std::string_view k_use_endpoint = "use --endpoint-url, AWS_ENDPOINT_URL or --env local";
constexpr std::string_view k_use_ci = "run it from the shell or the CI job, before or after davit";
constexpr Forbidden k_forbidden[] = {
    {"profile", "credentials", k_use_profile},
    {"credentials", "credentials", k_use_profile},
    {"access_key", "credentials", k_use_profile},
    {"access_key_id", "credentials", k_use_profile},
    {"aws_access_key_id", "credentials", k_use_profile},
    {"secret_key", "credentials", k_use_profile},
    {"secret_access_key", "credentials", k_use_profile},
    {"aws_secret_access_key", "credentials", k_use_profile},
    {"session_token", "credentials", k_use_profile},
    {"aws_session_token", "credentials", k_use_profile},
    {"role_arn", "credentials", k_use_profile},
    {"credential_process", "credentials", k_use_profile},
    {"endpoint", "endpoints", k_use_endpoint},
    {"endpoints", "endpoints", k_use_endpoint},
    {"endpoint_url", "endpoints", k_use_endpoint},
    {"ca_bundle", "endpoints", k_use_endpoint},
    {"proxy", "endpoints", k_use_endpoint},
    {"command", "commands to run", k_use_ci},
    {"commands", "commands to run", k_use_ci},
    {"hook", "commands to run", k_use_ci},
    {"hooks", "commands to run", k_use_ci},
    {"run", "commands to run", k_use_ci},
    {"script", "commands to run", k_use_ci},
    {"scripts", "commands to run", k_use_ci},
    {"exec", "commands to run", k_use_ci},
};

const Forbidden* find_forbidden(std::string_view key)
{
  const auto found = std::find_if(std::begin(k_forbidden), std::end(k_forbidden), [&](const Forbidden& f) { return f.key == key; });
  return found == std::end(k_forbidden) ? nullptr : found;
}

/// The section of davit.yaml that has such a key, for one that was written a level too high.
std::string section_with(std::string_view key)
{
  for (const Field& section : root_fields()) {
    if (section.shape->fields != nullptr && find_field(section.shape->fields(), key) != nullptr) {
      return std::string(section.key);
    }
  }
  return {};
}

std::string hint_for(std::string_view key, std::span<const Field> fields)
{
  const auto known = keys_of(fields);
  if (const auto near = nearest(key, known)) {
    return fmt::format("did you mean \"{}\"?", *near);
  }
  if (const auto section = section_with(key); !section.empty()) {
    return fmt::format("it belongs in `{}`", section);
  }
  return fmt::format("known here: {}", fmt::join(known, ", "));
}

std::string range_text(const Constraint& constraint)
{
  if (constraint.minimum && constraint.maximum) {
    return fmt::format("from {} to {}", *constraint.minimum, *constraint.maximum);
  }
  return constraint.minimum ? fmt::format("of at least {}", *constraint.minimum) : fmt::format("of at most {}", *constraint.maximum);
}

}  // namespace

Reader::Step::Step(Reader& reader, const std::string& segment, Site site)
    : m_reader(reader), m_length(reader.m_path.size()), m_key(reader.m_key)
{
  const bool joined = !reader.m_path.empty() && !segment.starts_with('[');
  reader.m_path += (joined ? "." : "") + segment;
  reader.m_key = site.key != nullptr ? site.key : reader.m_key;
  reader.m_sites[reader.m_path] = site;
}

Reader::Step::~Step()
{
  m_reader.m_path.resize(m_length);
  m_reader.m_key = m_key;
}

void Reader::complain(const yaml::Node& at, const Complaint& complaint)
{
  const std::string where = m_path.empty() ? "" : m_path + ": ";
  m_problems.push_back(m_document.diagnostic(at, where + complaint.message, complaint.hint));
}

void Reader::complain_at(const std::string& path, Part part, const Complaint& complaint)
{
  std::string at = path;
  while (!at.empty() && m_sites.count(at) == 0) {
    const std::size_t end = at.find_last_of(".[");
    at.resize(end == std::string::npos ? 0 : end);
  }
  const auto found = m_sites.find(at);
  const Site site = found == m_sites.end() ? Site{.key = nullptr, .value = &m_document.root} : found->second;
  const bool key = site.key != nullptr && (part == Part::key || site.value->kind != yaml::Kind::scalar);
  m_problems.push_back(
      m_document.diagnostic(key ? *site.key : *site.value, fmt::format("{}: {}", path, complaint.message), complaint.hint));
}

void Reader::check_text(const yaml::Node& at, std::string_view text, const Constraint& constraint)
{
  if (constraint.text != nullptr) {
    if (const auto complaint = constraint.text->check(text)) {
      complain(at, *complaint);
      return;
    }
  }
  const auto& values = constraint.values;
  if (!values.empty() && std::find(values.begin(), values.end(), text) == values.end()) {
    const auto near = nearest(text, std::vector<std::string>(values.begin(), values.end()));
    complain(at, {.message = fmt::format("expected one of {}; found {}", fmt::join(values, ", "), yaml::describe(at)),
                  .hint = near ? fmt::format("did you mean \"{}\"?", *near) : ""});
  }
}

void Reader::check_range(const yaml::Node& at, double value, const Constraint& constraint)
{
  if ((constraint.minimum && value < *constraint.minimum) || (constraint.maximum && value > *constraint.maximum)) {
    complain(at, {.message = fmt::format("expected a number {}, found {}", range_text(constraint), at.text)});
  }
}

void Reader::check_key(const yaml::Node& key, const Constraint& constraint)
{
  if (constraint.key == nullptr) {
    return;
  }
  if (const auto complaint = constraint.key->check(key.text)) {
    complain(key, *complaint);
  }
}

bool Reader::expect(const yaml::Node& node, yaml::Kind kind, const Constraint& constraint)
{
  if (node.kind == kind || (node.kind == yaml::Kind::null && constraint.nothing_is_empty)) {
    return true;
  }
  const bool list = kind == yaml::Kind::sequence;
  const bool nothing = node.kind == yaml::Kind::null;
  const std::string_view empty = list ? "write [] for an empty list, or remove the key" : "write {} for an empty map, or remove the key";
  const std::string_view lone = list && node.kind == yaml::Kind::scalar ? "put it in brackets: [...]" : "";
  complain(node, {.message = fmt::format("expected {}, found {}", list ? "a list" : "a map", yaml::describe(node)),
                  .hint = std::string(nothing ? empty : lone)});
  return false;
}

void Reader::read_object(const yaml::Node& node, std::span<const Field> fields, void* owner, const Constraint& constraint)
{
  if (!expect(node, yaml::Kind::mapping, constraint)) {
    return;
  }
  for (const auto& [key, value] : node.members) {
    const Field* field = find_field(fields, key.text);
    if (field == nullptr) {
      unknown_key(key, fields);
      continue;
    }
    const Step step{*this, key.text, {.key = &key, .value = &value}};
    field->shape->read(*this, value, field->constraint, field->member(owner));
  }
  for (const Field& field : fields) {
    if (field.presence == Presence::required && node.find(field.key) == nullptr) {
      complain(m_key != nullptr ? *m_key : node,
               {.message = fmt::format("the key \"{}\" is missing", field.key), .hint = std::string(field.doc)});
    }
  }
}

void Reader::unknown_key(const yaml::Node& key, std::span<const Field> fields)
{
  if (const Forbidden* forbidden = find_forbidden(key.text)) {
    complain(key, {.message = fmt::format("\"{}\": a project file may not set {}", key.text, forbidden->what),
                   .hint = std::string(forbidden->instead)});
    m_problems.back().source.clear();  // The line may hold a secret.
    return;
  }
  complain(key, {.message = fmt::format("unknown key \"{}\"", key.text), .hint = hint_for(key.text, fields)});
}

}  // namespace davit::cli::config
