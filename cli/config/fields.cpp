// SPDX-License-Identifier: Apache-2.0
// The keys of davit.yaml, section by section.
#include <algorithm>

#include "cli/config/runtime.hpp"
#include "cli/config/shape.hpp"

namespace davit::cli::config {

template <>
struct EnumNames<HandlerKind> {
  static constexpr std::array<std::string_view, 3> k_names{"python", "native", "node"};
};
template <>
struct EnumNames<PackageType> {
  static constexpr std::array<std::string_view, 2> k_names{"image", "zip"};
};
template <>
struct EnumNames<Architecture> {
  static constexpr std::array<std::string_view, 2> k_names{"x86_64", "arm64"};
};
template <>
struct EnumNames<ApiType> {
  static constexpr std::array<std::string_view, 2> k_names{"http", "rest"};
};

namespace {

constexpr Presence k_required = Presence::required;
constexpr Presence k_inherited = Presence::inherited;

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
constexpr Constraint k_memory{.minimum = 128, .maximum = 10240};
constexpr Constraint k_timeout{.minimum = 1, .maximum = 900};
constexpr Constraint k_retries{.minimum = 0, .maximum = 2};
constexpr Constraint k_positive{.minimum = 1, .maximum = 1'000'000'000};

constexpr auto k_runtime_names = [] {
  std::array<std::string_view, k_runtimes.size()> names{};
  std::transform(k_runtimes.begin(), k_runtimes.end(), names.begin(), [](const Runtime& runtime) { return runtime.name; });
  return names;
}();
constexpr std::string_view k_signing_keys[] = {"secret", "key"};
constexpr std::string_view k_auth[] = {"jwt", "iam", "none"};
constexpr std::string_view k_cors_methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "*"};
constexpr std::string_view k_bucket_methods[] = {"GET", "HEAD", "POST", "PUT", "DELETE"};
constexpr std::string_view k_sign_in[] = {"email", "phone", "username"};
constexpr std::string_view k_engines[] = {"postgres"};

}  // namespace

template <>
std::span<const Field> fields_of<Handler>()
{
  static constexpr Field k_fields[] = {
      field<&Handler::kind>("kind", "What the handler is written in; `native` is a bootstrap executable"),
      field<&Handler::package>("package", "How it is delivered to Lambda"),
      field<&Handler::source>("source", "Folder of its source, relative to davit.yaml", {.text = &k_relative_path}, k_required),
      field<&Handler::entry>("entry", "module.function, or the name of the bootstrap executable", {.text = &k_entry}, k_required),
      field<&Handler::requirements>("requirements", "File with its Python requirements, relative to davit.yaml",
                                    {.text = &k_relative_path}),
      field<&Handler::base>("base", "Base image: a registry reference, scratch, or oci:DIR[:TAG]", {.text = &k_image_base}),
      field<&Handler::runtime>("runtime", "Lambda runtime of a zip package; python3.12 or provided.al2023, by `kind`, when left out",
                               {.values = k_runtime_names}),
      field<&Handler::architecture>("architecture", "Instruction set of the function"),
      field<&Handler::memory_mb>("memory_mb", "Memory in MB, which also decides its share of the processor", k_memory),
      field<&Handler::timeout_s>("timeout_s", "Seconds after which Lambda ends an invocation", k_timeout),
      field<&Handler::environment>("environment", "Environment variables; secrets do not belong here", {.key = &k_variable_name}),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Function>()
{
  static constexpr Field k_fields[] = {
      field<&Function::entry>("entry", "module.function within the handler's package", {.text = &k_entry}, k_required),
      field<&Function::memory_mb>("memory_mb", "Memory in MB; the handler's when left out", k_memory, k_inherited),
      field<&Function::timeout_s>("timeout_s", "Seconds after which Lambda ends an invocation; the handler's when left out", k_timeout,
                                  k_inherited),
      field<&Function::retries>("retries", "How often Lambda repeats a failed asynchronous invocation", k_retries),
      field<&Function::environment>("environment", "Environment variables, beside the handler's", {.key = &k_variable_name}),
      field<&Function::called_by>("called_by", "Functions that may invoke it: `handler` or a key of `functions`"),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Image>()
{
  static constexpr Field k_fields[] = {
      field<&Image::repository>("repository", "ECR repository that the handler's image is pushed to", {.text = &k_repository}, k_required),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Table>()
{
  static constexpr Field k_fields[] = {
      field<&Table::key>("key", "Key attributes: name, name:N (or :B), or [partition, sort]", {}, k_required),
      field<&Table::indexes>("indexes", "Global secondary indexes, each with its key", {.key = &k_index_name}),
      field<&Table::seed>("seed", "Files of items, relative to davit.yaml", {.text = &k_relative_path}),
      field<&Table::patterns>("patterns", "Key pattern of each entity, for `davit item tree`", {.text = &k_not_empty}),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Secret>()
{
  static constexpr Field k_fields[] = {
      field<&Secret::generate_bytes, ByteCountShape>(
          "generate", "How many random bytes make its first value, stored as hex text; without it the value is set by `davit secret set`"),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<TokenProfile>()
{
  static constexpr Field k_fields[] = {
      field<&TokenProfile::algorithm>("algorithm", "Signature algorithm (RFC 7518, RFC 8037)", {.text = &k_algorithm}, k_required),
      field<&TokenProfile::secret>("secret", "Key of `secrets` that holds the signing key"),
      field<&TokenProfile::key>("key", "File with the signing key (PEM, JWK or JWKS), relative to davit.yaml", {.text = &k_relative_path}),
      field<&TokenProfile::key_id>("key_id", "Key id (kid) of the header", {.text = &k_not_empty}),
      field<&TokenProfile::issuer>("issuer", "Issuer (iss)", {.text = &k_not_empty}),
      field<&TokenProfile::audience>("audience", "Audience (aud)", {.text = &k_not_empty}),
      field<&TokenProfile::lifetime>("lifetime", "Time from iat to exp: 90s, 15m, 1h; 1 second to 10 years",
                                     {.minimum = 1, .maximum = 10.0 * 366 * 86400}),
      field<&TokenProfile::claims>("claims", "Further claims"),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Cors>()
{
  static constexpr Field k_fields[] = {
      field<&Cors::origins>("origins", "Origins of the pages that may call the API: scheme://host[:port], or *",
                            {.text = &k_origin, .minimum_elements = 1}, k_required),
      field<&Cors::methods>("methods", "Methods that they may use; those of the routes when left out", {.values = k_cors_methods}),
      field<&Cors::headers>("headers", "Request headers that they may send", {.text = &k_not_empty}),
      field<&Cors::credentials>("credentials", "Whether they may send cookies and credentials"),
      field<&Cors::max_age_s>("max_age_s", "Seconds that a browser may keep the answer to a preflight", {.minimum = 0, .maximum = 86400}),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Throttle>()
{
  static constexpr Field k_fields[] = {
      field<&Throttle::rate>("rate", "Requests a second, on average", {.minimum = 0.01, .maximum = 1'000'000}, k_required),
      field<&Throttle::burst>("burst", "Requests at once", {.minimum = 1, .maximum = 1'000'000}, k_required),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Authorizer>()
{
  static constexpr Field k_fields[] = {
      field<&Authorizer::issuer>("issuer", "Issuer of the tokens (iss)", {.text = &k_https_url}, k_required),
      field<&Authorizer::audience>("audience", "Audiences accepted (aud, or client_id)", {.text = &k_not_empty, .minimum_elements = 1},
                                   k_required),
      field<&Authorizer::groups_claim>("groups_claim", "Claim that lists the caller's groups", {.text = &k_not_empty}),
      field<&Authorizer::jwks_uri>("jwks_uri", "Where the issuer's keys are; its OpenID configuration when left out",
                                   {.text = &k_https_url}),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Route>()
{
  static constexpr Field k_fields[] = {
      field<&Route::auth>("auth", "How the gateway checks the caller", {.values = k_auth}),
      field<&Route::groups>("groups", "Groups, one of which the caller must have; checked by the handler", {.text = &k_not_empty}),
      field<&Route::scopes>("scopes", "Scopes, one of which the token must have; checked by the gateway", {.text = &k_not_empty}),
      field<&Route::operation>("operation", "Operation name", {.text = &k_operation}),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Api>()
{
  static constexpr Field k_fields[] = {
      field<&Api::type>("type", "HTTP API or REST API"),
      field<&Api::stage>("stage", "Stage; $default (HTTP APIs) adds nothing to the path", {.text = &k_stage}),
      field<&Api::cors>("cors", "Cross-origin requests"),
      field<&Api::throttle>("throttle", "Limits of the stage"),
      field<&Api::authorizer>("authorizer", "JWT authorizer of the gateway"),
      field<&Api::routes>("routes", "`METHOD /path` of each route; without routes one catch-all route goes to the handler",
                          {.key = &k_route, .nothing_is_empty = true}),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Alarms>()
{
  static constexpr Field k_fields[] = {
      field<&Alarms::email>("email", "Who is notified", {.text = &k_email}),
      field<&Alarms::errors>("errors", "Failed invocations a minute from which the alarm rings", k_positive),
      field<&Alarms::duration_ms>("duration_ms", "Average milliseconds of an invocation above which the alarm rings", k_positive),
      field<&Alarms::throttles>("throttles", "Throttled invocations a minute from which the alarm rings", k_positive),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Logs>()
{
  static constexpr Field k_fields[] = {
      field<&Logs::queries>("queries", "Queries of Logs Insights, for `davit logs --insights NAME`",
                            {.text = &k_not_empty, .key = &k_query_name}),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Bucket>()
{
  static constexpr Field k_fields[] = {
      field<&Bucket::cors>("cors", "Methods that browsers may use across origins", {.values = k_bucket_methods}),
      field<&Bucket::expire_days>("expire_days", "Days after which objects are deleted", {.minimum = 1, .maximum = 36500}),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Users>()
{
  static constexpr Field k_fields[] = {
      field<&Users::sign_in>("sign_in", "What users sign in with", {.values = k_sign_in}, k_required),
      field<&Users::groups>("groups", "Groups of the user pool", {.text = &k_not_empty}),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Database>()
{
  static constexpr Field k_fields[] = {
      field<&Database::engine>("engine", "Database engine", {.values = k_engines}, k_required),
      field<&Database::size>("size", "Instance class", {.text = &k_instance_class}, k_required),
  };
  return k_fields;
}

template <>
std::span<const Field> fields_of<Network>()
{
  static constexpr Field k_fields[] = {
      field<&Network::vpc>("vpc", "Whether the functions run in a VPC of their own"),
      field<&Network::database>("database", "Database in that VPC"),
  };
  return k_fields;
}

std::span<const Field> root_fields()
{
  static constexpr Field k_fields[] = {
      field<&Project::name>("name", "Prefix of every resource: <name>-<environment>-<key>", {.text = &k_project_name}, k_required),
      field<&Project::region>("region", "AWS region", {.text = &k_region}),
      field<&Project::account>("account", "AWS account, 12 digits; every write refuses on another account", {.text = &k_account}),
      field<&Project::handler>("handler", "The function that answers requests"),
      field<&Project::image>("image", "Where the handler's container image goes"),
      field<&Project::tables>("tables", "DynamoDB tables", {.key = &k_table_key}),
      field<&Project::secrets>("secrets",
                               "Secrets of Secrets Manager; the handler gets the ARN of each (<KEY>_SECRET_ARN), never its value",
                               {.key = &k_secret_key}),
      field<&Project::tokens>("tokens", "Profiles of `davit jwt`, of the gateway and of the smoke suites",
                              {.key = &k_profile_name, .one_of = k_signing_keys}),
      field<&Project::api>("api", "The API Gateway in front of the handler"),
      field<&Project::alarms>("alarms", "CloudWatch alarms on the handler"),
      field<&Project::logs>("logs", "Reading the log of the functions"),
      field<&Project::smoke>("smoke", "Smoke suites: glob patterns, relative to davit.yaml", {.text = &k_relative_path}),
      field<&Project::functions>("functions", "Functions beside the handler, from the same package", {.key = &k_function_key}),
      field<&Project::buckets>("buckets", "S3 buckets", {.key = &k_bucket_key}),
      field<&Project::users>("users", "Cognito user pool"),
      field<&Project::network>("network", "VPC and database"),
      field<&Project::tags>("tags", "Tags of every resource", {.text = &k_tag_value, .key = &k_tag_key}),
      field<&Project::environments, EnvironmentsShape>("environments", "What differs in each environment, laid over the rest of the file",
                                                       {.key = &k_environment_name}),
  };
  return k_fields;
}

}  // namespace davit::cli::config
