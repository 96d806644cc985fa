// SPDX-License-Identifier: Apache-2.0
#include "commands/image/lock_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/oci/digest.hpp"
#include "commands/image/elf.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;

constexpr int k_lock_version = 1;

LockedWheel read_wheel(const Json& object)
{
  return {.name = object.at("name").get<std::string>(),
          .version = object.at("version").get<std::string>(),
          .sha256 = object.at("sha256").get<std::string>(),
          .source = object.value("source", "")};
}

LockFile lock_of(const Json& document)
{
  LockFile lock;
  for (const auto& [key, base] : document.at("bases").items()) {
    lock.bases[key] = base.at("digest").get<std::string>();
  }
  for (const auto& [key, layer] : document.at("layers").items()) {
    LockedLayer& locked = lock.layers[key];
    locked.requirements = layer.at("requirements").get<std::string>();
    for (const auto& wheel : layer.at("wheels")) {
      locked.wheels.push_back(read_wheel(wheel));
    }
  }
  return lock;
}

OrderedJson to_json(const LockedWheel& wheel)
{
  OrderedJson out{{"name", wheel.name}, {"version", wheel.version}, {"sha256", wheel.sha256}};
  if (!wheel.source.empty()) {
    out["source"] = wheel.source;
  }
  return out;
}

OrderedJson to_json(const LockFile& lock)
{
  OrderedJson bases = OrderedJson::object();
  for (const auto& [key, digest] : lock.bases) {
    bases[key] = {{"digest", digest}};
  }
  OrderedJson layers = OrderedJson::object();
  for (const auto& [key, layer] : lock.layers) {
    OrderedJson wheels = OrderedJson::array();
    std::transform(layer.wheels.begin(), layer.wheels.end(), std::back_inserter(wheels),
                   [](const LockedWheel& wheel) { return to_json(wheel); });
    layers[key] = {{"requirements", layer.requirements}, {"wheels", std::move(wheels)}};
  }
  return {{"version", k_lock_version}, {"bases", std::move(bases)}, {"layers", std::move(layers)}};
}

Error unreadable(const fs::path& path, std::string_view why)
{
  return usage_error(fmt::format("{} {}", path.string(), why),
                     "davit image lock writes it anew; take the last version that was committed back first");
}

Status check_digests(const LockFile& lock)
{
  for (const auto& [key, digest] : lock.bases) {
    DAVIT_TRY(aws::oci::digest_hex(digest));
  }
  for (const auto& [key, layer] : lock.layers) {
    for (const auto& wheel : layer.wheels) {
      DAVIT_TRY(aws::oci::digest_hex("sha256:" + wheel.sha256));
    }
  }
  return {};
}

}  // namespace

std::string base_key(const cli::config::Handler& handler)
{
  return fmt::format("{} {}", handler.base, name_of(handler.architecture));
}

std::string pinned_base(const LockFile& lock, const cli::config::Project& project)
{
  const auto found = project.handler ? lock.bases.find(base_key(*project.handler)) : lock.bases.end();
  return found == lock.bases.end() ? "" : found->second;
}

fs::path lock_path(const cli::config::Project& project)
{
  return project.directory / "davit.lock";
}

Result<LockFile> read_lock(const cli::config::Project& project)
{
  const fs::path path = lock_path(project);
  std::error_code error;
  if (!fs::exists(path, error)) {
    return LockFile{};
  }
  DAVIT_TRY_ASSIGN(const std::string text, read_file(path));
  DAVIT_TRY_ASSIGN(const Json document, parse_json(text, path.string()));
  if (!document.is_object() || document.value("version", Json{}) != k_lock_version) {
    return fail(unreadable(path, fmt::format("is not a lock file of version {}", k_lock_version)));
  }
  try {
    LockFile lock = lock_of(document);
    if (!check_digests(lock)) {
      return fail(unreadable(path, "holds a digest that is none"));
    }
    return lock;
  } catch (const nlohmann::json::exception&) {
    return fail(unreadable(path, "lacks a member, or has one of another type"));
  }
}

Status write_lock(const cli::config::Project& project, const LockFile& lock)
{
  return write_file(lock_path(project), dump_pretty(to_json(lock)) + "\n");
}

}  // namespace davit::commands::image
