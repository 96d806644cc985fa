// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"

/// The project file, davit.yaml, as one typed model, for one environment.
namespace davit::cli::config {

enum class HandlerKind { python, native, node };
enum class PackageType { image, zip };
enum class Architecture { x86_64, arm64 };
enum class ApiType { http, rest };

struct Handler {
  HandlerKind kind = HandlerKind::python;
  PackageType package = PackageType::image;
  std::string source;                       ///< folder, relative to the project file
  std::string entry;                        ///< module.function, or the bootstrap's name for `native`
  std::optional<std::string> requirements;  ///< file, relative to the project file
  std::string base;                         ///< registry reference, "scratch", or "oci:DIR[:TAG]"
  std::string runtime;                      ///< of a zip package, as Lambda names it: one of k_runtimes (runtime.hpp)
  Architecture architecture = Architecture::x86_64;
  int memory_mb = 512;
  int timeout_s = 15;
  std::map<std::string, std::string> environment;
};

/// A function beside the handler; what it leaves out is the handler's.
struct Function {
  std::string entry;
  int memory_mb = 512;
  int timeout_s = 15;
  int retries = 2;  ///< of asynchronous invocations
  std::map<std::string, std::string> environment;
  std::vector<std::string> called_by;
};

struct Image {
  std::string repository;
};

/// One key attribute of a table or an index: DynamoDB's S, N or B.
struct KeyAttribute {
  std::string name;
  char type = 'S';

  bool operator==(const KeyAttribute&) const = default;
};

/// "name", "name:N", or [partition, sort].
struct KeySpec {
  KeyAttribute partition;
  std::optional<KeyAttribute> sort;

  bool operator==(const KeySpec&) const = default;
};

struct Table {
  KeySpec key;
  std::map<std::string, KeySpec> indexes;
  std::vector<std::string> seed;                ///< files, relative to the project file
  std::map<std::string, std::string> patterns;  ///< entity name to key pattern, for `item tree`
};

struct Secret {
  std::optional<int> generate_bytes;  ///< how many random bytes the bootstrap makes; stored as hex text
};

/// A profile of `jwt mint`, `jwt verify`, the gateway and the smoke suites.
struct TokenProfile {
  std::string algorithm;
  std::optional<std::string> secret;  ///< key of `secrets`
  std::optional<std::string> key;     ///< file, relative to the project file
  std::optional<std::string> key_id;
  std::optional<std::string> issuer;
  std::vector<std::string> audience;
  std::optional<std::chrono::milliseconds> lifetime;
  OrderedJson claims = OrderedJson::object();
};

struct Authorizer {
  std::string issuer;
  std::vector<std::string> audience;
  std::optional<std::string> groups_claim;
  std::optional<std::string> jwks_uri;
};

struct Route {
  std::optional<std::string> auth;  ///< "jwt", "iam" or "none"
  std::vector<std::string> groups;
  std::vector<std::string> scopes;
  std::optional<std::string> operation;
};

struct Cors {
  std::vector<std::string> origins;
  std::vector<std::string> methods;
  std::vector<std::string> headers;
  bool credentials = false;
  std::optional<int> max_age_s;
};

struct Throttle {
  double rate = 0;
  int burst = 0;
};

struct Api {
  ApiType type = ApiType::http;
  std::string stage = "$default";
  std::optional<Cors> cors;
  std::optional<Throttle> throttle;
  std::optional<Authorizer> authorizer;
  std::map<std::string, Route> routes;  ///< "GET /path"; empty means one catch-all route to the handler
};

struct Alarms {
  std::optional<std::string> email;
  std::optional<int> errors;
  std::optional<int> duration_ms;
  std::optional<int> throttles;
};

struct Logs {
  std::map<std::string, std::string> queries;  ///< of Logs Insights, by name: for `davit logs --insights NAME`
};

struct Bucket {
  std::vector<std::string> cors;
  std::optional<int> expire_days;
};

struct Users {
  std::string sign_in;
  std::vector<std::string> groups;
};

struct Database {
  std::string engine;
  std::string size;
};

struct Network {
  bool vpc = false;
  std::optional<Database> database;
};

/// Where a value came from: the file's own place, or the name of a flag or variable.
struct Origin {
  enum class Layer { default_value, profile, project_file, environment_block, variable, flag };
  Layer layer = Layer::default_value;
  std::string source;  ///< file, variable or flag
  int line = 0;
  int column = 0;
};

struct Project {
  std::filesystem::path file;       ///< absolute
  std::filesystem::path directory;  ///< of the file; relative paths in it start here
  std::string environment;          ///< the environment merged in; empty when none was named

  std::string name;
  std::string region;
  std::optional<std::string> account;
  std::optional<Handler> handler;
  Image image;
  std::map<std::string, Table> tables;
  std::map<std::string, Secret> secrets;
  std::map<std::string, TokenProfile> tokens;
  std::optional<Api> api;
  std::optional<Alarms> alarms;
  std::optional<Logs> logs;
  std::vector<std::string> smoke;  ///< glob patterns, relative to the project file
  std::map<std::string, Function> functions;
  std::map<std::string, Bucket> buckets;
  std::optional<Users> users;
  std::optional<Network> network;
  std::map<std::string, std::string> tags;
  std::vector<std::string> environments;  ///< the names that the file defines

  std::map<std::string, Origin> origins;  ///< by dotted path, "handler.memory_mb"

  /// "<name>-<env>-<key>": the physical name of a resource.
  [[nodiscard]] std::string physical_name(const std::string& key) const;
};

}  // namespace davit::cli::config
