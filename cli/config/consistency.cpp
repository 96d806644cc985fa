// SPDX-License-Identifier: Apache-2.0
#include "cli/config/consistency.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "aws/core/spelling.hpp"
#include "cli/config/names.hpp"
#include "cli/config/runtime.hpp"

namespace davit::cli::config {
namespace {

using Part = Reader::Part;

/// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: all variables together.
constexpr std::size_t k_max_environment_bytes = 4096;
constexpr std::size_t k_max_indexes = 20;

struct NameLimit {
  std::string_view what;
  std::size_t minimum;
  std::size_t maximum;
};

void check_physical_name(const Project& project, Reader& reader, const std::string& section, const std::string& key, const NameLimit& limit)
{
  const std::string name = project.physical_name(key);
  if (name.size() < limit.minimum || name.size() > limit.maximum) {
    const std::string path = section == "handler" ? section : fmt::format("{}.{}", section, key);
    reader.complain_at(path, Part::key,
                       {.message = fmt::format("the {} \"{}\" would have {} characters; AWS takes {} to {}", limit.what, name, name.size(),
                                               limit.minimum, limit.maximum),
                        .hint = "shorten the key, `name` or the environment's name"});
  }
}

/// The limits of the naming pages of DynamoDB, Lambda, Secrets Manager and S3.
void check_names(const Project& project, Reader& reader)
{
  if (project.environment.empty() && !project.environments.empty()) {
    return;  // Only environments have resources.
  }
  for (const auto& [key, table] : project.tables) {
    check_physical_name(project, reader, "tables", key, {.what = "table", .minimum = 3, .maximum = 255});
  }
  for (const auto& [key, function] : project.functions) {
    check_physical_name(project, reader, "functions", key, {.what = "function", .minimum = 1, .maximum = 64});
  }
  for (const auto& [key, secret] : project.secrets) {
    check_physical_name(project, reader, "secrets", key, {.what = "secret", .minimum = 1, .maximum = 512});
  }
  for (const auto& [key, bucket] : project.buckets) {
    check_physical_name(project, reader, "buckets", key, {.what = "bucket", .minimum = 3, .maximum = 63});
  }
  if (project.handler) {
    check_physical_name(project, reader, "handler", "handler", {.what = "function", .minimum = 1, .maximum = 64});
  }
}

/// An image brings its runtime, and each runtime runs one kind of handler.
void check_runtime(const Handler& handler, Reader& reader)
{
  const Runtime* runtime = runtime_named(handler.runtime);
  if (runtime == nullptr) {
    return;
  }
  if (handler.package == PackageType::image) {
    reader.complain_at("handler.runtime", Part::key,
                       {.message = "a container image brings its runtime itself", .hint = "remove it, or write `package: zip`"});
  } else if (runtime->kind != handler.kind) {
    const bool runs_python = runtime->kind == HandlerKind::python;
    reader.complain_at("handler.runtime", Part::value,
                       {.message = fmt::format("\"{}\" runs {}", runtime->name, runs_python ? "Python handlers" : "native executables"),
                        .hint = fmt::format("write `kind: {}`, or remove it", runs_python ? "python" : "native")});
  }
}

void check_handler(const Handler& handler, Reader& reader)
{
  const Site& site = reader.sites().at("handler");
  const bool is_map = site.value->kind == yaml::Kind::mapping;
  if (is_map && handler.package == PackageType::image && site.value->find("base") == nullptr) {
    reader.complain_at("handler", Part::key,
                       {.message = "the key \"base\" is missing",
                        .hint = "a container image needs a base, for example public.ecr.aws/lambda/python:3.12"});
  }
  if (handler.package == PackageType::zip && !handler.base.empty()) {
    reader.complain_at("handler.base", Part::key,
                       {.message = "a zip package has no base image", .hint = "remove it, or write `package: image`"});
  }
  check_runtime(handler, reader);
  if (handler.requirements && handler.kind != HandlerKind::python) {
    reader.complain_at("handler.requirements", Part::key,
                       {.message = "requirements are for Python handlers", .hint = "remove it, or write `kind: python`"});
  }
  if (handler.kind == HandlerKind::python && !handler.entry.empty() && handler.entry.find('.') == std::string::npos) {
    reader.complain_at("handler.entry", Part::value,
                       {.message = fmt::format("\"{}\" names no function of a module", handler.entry),
                        .hint = "write module.function, for example app.main.handler"});
  }
}

std::size_t bytes_of(const std::map<std::string, std::string>& variables)
{
  std::size_t bytes = 0;
  for (const auto& [name, value] : variables) {
    bytes += name.size() + value.size();
  }
  return bytes;
}

void check_variables(const Project& project, Reader& reader)
{
  const auto check = [&](const std::string& path, const std::map<std::string, std::string>& variables) {
    if (const std::size_t bytes = bytes_of(variables); bytes > k_max_environment_bytes) {
      reader.complain_at(path, Part::key,
                         {.message = fmt::format("the variables have {} bytes; Lambda takes {}", bytes, k_max_environment_bytes),
                          .hint = "move what is large into a secret, a parameter or a file"});
    }
  };
  if (project.handler) {
    check("handler.environment", project.handler->environment);
  }
  for (const auto& [key, function] : project.functions) {
    check(fmt::format("functions.{}.environment", key), function.environment);
  }
  for (const auto& [variable, path] : derived_variables(project)) {
    if (project.handler && project.handler->environment.contains(variable)) {
      reader.complain_at("handler.environment." + variable, Part::key,
                         {.message = fmt::format("davit sets this variable itself, from {}", path), .hint = "remove it"});
    }
  }
  for (const auto& [variable, paths] : shared_variables(project)) {
    reader.complain_at(paths.back(), Part::key,
                       {.message = fmt::format("gives the handler the variable {}, and so does {}", variable, paths.front()),
                        .hint = "rename one of them"});
  }
}

/// An attribute has one type in the table and in all its indexes (CreateTable, AttributeDefinitions).
void check_table(const std::string& path, const Table& table, Reader& reader)
{
  std::map<std::string, char> types;
  const auto check = [&](const std::string& where, const KeySpec& spec) {
    for (const auto& attribute : {std::optional(spec.partition), spec.sort}) {
      if (!attribute || attribute->name.empty()) {
        continue;
      }
      const auto [known, is_new] = types.emplace(attribute->name, attribute->type);
      if (!is_new && known->second != attribute->type) {
        reader.complain_at(where, Part::value,
                           {.message = fmt::format("the attribute \"{}\" is {} here and {} elsewhere in this table", attribute->name,
                                                   attribute->type, known->second),
                            .hint = "an attribute has one type"});
      }
    }
  };
  check(path + ".key", table.key);
  for (const auto& [name, index] : table.indexes) {
    check(fmt::format("{}.indexes.{}", path, name), index);
  }
  if (table.indexes.size() > k_max_indexes) {
    reader.complain_at(path + ".indexes", Part::key,
                       {.message = fmt::format("{} indexes; a table has at most {}", table.indexes.size(), k_max_indexes)});
  }
}

std::string suggestion(std::string_view typed, const std::vector<std::string>& known, std::string_view what)
{
  const auto near = nearest(typed, known);
  if (near) {
    return fmt::format("did you mean \"{}\"?", *near);
  }
  return known.empty() ? fmt::format("the file defines no {}", what) : fmt::format("known {}: {}", what, fmt::join(known, ", "));
}

template <typename T>
std::vector<std::string> keys_of(const std::map<std::string, T>& map)
{
  std::vector<std::string> keys;
  std::transform(map.begin(), map.end(), std::back_inserter(keys), [](const auto& entry) { return entry.first; });
  return keys;
}

void check_functions(const Project& project, Reader& reader)
{
  auto known = keys_of(project.functions);
  known.emplace_back("handler");
  for (const auto& [key, function] : project.functions) {
    for (std::size_t i = 0; i < function.called_by.size(); ++i) {
      const std::string& caller = function.called_by[i];
      const std::string path = fmt::format("functions.{}.called_by[{}]", key, i);
      if (std::find(known.begin(), known.end(), caller) == known.end()) {
        reader.complain_at(path, Part::value,
                           {.message = fmt::format("there is no function \"{}\"", caller), .hint = suggestion(caller, known, "functions")});
      }
    }
  }
  if (!project.functions.empty() && !project.handler) {
    reader.complain_at(
        "functions", Part::key,
        {.message = "functions come from the handler's package, and there is no `handler`", .hint = "add the section `handler`"});
  }
}

/// RFC 7518 section 3.2: an HMAC key is at least as long as its digest.
std::optional<int> minimum_key_bytes(std::string_view algorithm)
{
  constexpr std::pair<std::string_view, int> k_minimum[] = {{"HS256", 32}, {"HS384", 48}, {"HS512", 64}};
  for (const auto& [name, bytes] : k_minimum) {
    if (name == algorithm) {
      return bytes;
    }
  }
  return std::nullopt;
}

void check_secret_of_token(const Project& project, const std::string& path, const TokenProfile& token, Reader& reader)
{
  const auto secret = project.secrets.find(*token.secret);
  if (secret == project.secrets.end()) {
    reader.complain_at(path + ".secret", Part::value,
                       {.message = fmt::format("there is no secret \"{}\"", *token.secret),
                        .hint = suggestion(*token.secret, keys_of(project.secrets), "secrets")});
    return;
  }
  const auto needed = minimum_key_bytes(token.algorithm);
  if (!secret->second.generate_bytes || token.algorithm.empty()) {
    return;
  }
  // The hex text of the bytes is the key.
  const int has = *secret->second.generate_bytes * 2;
  if (!needed) {
    reader.complain_at(path + ".secret", Part::value,
                       {.message = fmt::format("{} signs with a private key, and \"{}\" is random bytes", token.algorithm, *token.secret),
                        .hint = "use HS256, HS384 or HS512, or a secret without `generate` that holds the key"});
  } else if (has < *needed) {
    reader.complain_at(
        path + ".secret", Part::value,
        {.message = fmt::format("{} needs a key of {} bytes, and \"{}\" has {}", token.algorithm, *needed, *token.secret, has),
         .hint = fmt::format("write `generate: {} bytes` or more", *needed)});
  }
}

/// Claims that a profile has a key of its own for.
void check_claims(const std::string& path, const TokenProfile& token, Reader& reader)
{
  const auto twice = [&](const char* claim, bool set, std::string_view key) {
    if (set && token.claims.contains(claim)) {
      reader.complain_at(fmt::format("{}.claims.{}", path, claim), Part::key,
                         {.message = fmt::format("\"{}\" is set by `{}` already", claim, key), .hint = "remove one of the two"});
    }
  };
  twice("exp", token.lifetime.has_value(), "lifetime");
  twice("iss", token.issuer.has_value(), "issuer");
  twice("aud", !token.audience.empty(), "audience");
  const auto expect = [&](const char* claim, bool (OrderedJson::*is)() const noexcept, std::string_view type) {
    const auto found = token.claims.find(claim);
    if (found != token.claims.end() && !((*found).*is)()) {
      reader.complain_at(fmt::format("{}.claims.{}", path, claim), Part::value,
                         {.message = fmt::format("the claim \"{}\" must be {}", claim, type), .hint = "RFC 7519 section 4.1 says so"});
    }
  };
  for (const char* claim : {"sub", "iss", "jti"}) {
    expect(claim, &OrderedJson::is_string, "text");
  }
  for (const char* claim : {"exp", "nbf", "iat"}) {
    expect(claim, &OrderedJson::is_number, "a number of seconds");
  }
}

void check_tokens(const Project& project, Reader& reader)
{
  for (const auto& [key, token] : project.tokens) {
    const std::string path = "tokens." + key;
    if (token.secret && token.key) {
      reader.complain_at(path + ".key", Part::key,
                         {.message = "the profile has a `secret` and a `key`", .hint = "a token is signed with one of them"});
    } else if (token.secret) {
      check_secret_of_token(project, path, token, reader);
    } else if (!token.key) {
      reader.complain_at(path, Part::key,
                         {.message = "the profile names no key", .hint = "add `secret` (a key of `secrets`) or `key` (a file)"});
    }
    check_claims(path, token, reader);
  }
}

void check_network(const Network& network, Reader& reader)
{
  if (network.database && !network.vpc) {
    reader.complain_at("network.database", Part::key, {.message = "a database needs a VPC", .hint = "write `vpc: true`"});
  }
}

void check_alarms(const Project& project, Reader& reader)
{
  if (!project.alarms || !project.alarms->duration_ms || !project.handler) {
    return;
  }
  const int timeout_ms = project.handler->timeout_s * 1000;
  if (*project.alarms->duration_ms >= timeout_ms) {
    reader.complain_at("alarms.duration_ms", Part::value,
                       {.message = fmt::format("the alarm can never ring: an invocation ends after {} ms (handler.timeout_s)", timeout_ms),
                        .hint = fmt::format("write less than {}", timeout_ms)});
  }
}

}  // namespace

void check_consistency(const Project& project, Reader& reader)
{
  check_names(project, reader);
  check_variables(project, reader);
  if (project.handler) {
    check_handler(*project.handler, reader);
  }
  for (const auto& [key, table] : project.tables) {
    check_table("tables." + key, table, reader);
  }
  check_functions(project, reader);
  check_tokens(project, reader);
  check_alarms(project, reader);
  if (project.api) {
    check_api(*project.api, reader);
  }
  if (project.network) {
    check_network(*project.network, reader);
  }
}

}  // namespace davit::cli::config
