// SPDX-License-Identifier: Apache-2.0
#include "cli/config/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "aws/core/spelling.hpp"

namespace davit::cli::config {
namespace {

using Finding = std::optional<Complaint>;

constexpr std::string_view k_lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view k_digits = "0123456789";
constexpr std::string_view k_lower_digits = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view k_alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool is_in(char c, std::string_view set)
{
  return set.find(c) != std::string_view::npos;
}

bool consists_of(std::string_view text, std::string_view set, std::string_view extra = {})
{
  return std::all_of(text.begin(), text.end(), [&](char c) { return is_in(c, set) || is_in(c, extra); });
}

Finding complain_if(bool wrong, std::string_view text, std::string_view what, std::string_view hint)
{
  return wrong ? Finding({.message = fmt::format("\"{}\" is no {}", text, what), .hint = std::string(hint)}) : std::nullopt;
}

/// Lower-case words of letters and digits, joined by single characters of `joints`.
bool is_words(std::string_view text, std::string_view joints)
{
  bool joint = true;
  for (const char c : text) {
    if (is_in(c, joints) ? joint : !is_in(c, k_lower_digits)) {
      return false;
    }
    joint = is_in(c, joints);
  }
  return !joint;
}

Finding check_name(std::string_view text)
{
  const bool ok = text.size() >= 2 && text.size() <= 32 && is_words(text, "-") && is_in(text.front(), k_lower);
  return complain_if(!ok, text, "project name", "2 to 32 lower-case letters, digits and single hyphens, a letter first: my-shop");
}

Finding check_environment_name(std::string_view text)
{
  const bool ok = text.size() <= 16 && is_words(text, "-") && is_in(text.front(), k_lower);
  return complain_if(!ok, text, "environment name", "at most 16 lower-case letters, digits and single hyphens, a letter first: prod");
}

Finding check_region(std::string_view text)
{
  const bool ok = text.size() <= 63 && !text.empty() && consists_of(text, k_lower_digits, "-") && text.front() != '-' && text.back() != '-';
  return complain_if(!ok, text, "AWS region", "for example eu-central-1");
}

Finding check_account(std::string_view text)
{
  if (text.size() == 12 && consists_of(text, k_digits)) {
    return std::nullopt;
  }
  const bool lost_zeros = !text.empty() && text.size() < 12 && consists_of(text, k_digits);
  return Complaint{
      .message = fmt::format("an AWS account has 12 digits, \"{}\" has not", text),
      .hint = lost_zeros ? fmt::format("leading zeros belong to it: \"{}{}\"?", std::string(12 - text.size(), '0'), text) : ""};
}

Finding check_relative_path(std::string_view text)
{
  if (text.empty()) {
    return Complaint{.message = "the path is empty", .hint = "write a path relative to davit.yaml"};
  }
  if (text.front() == '/' || text.front() == '~') {
    return Complaint{.message = fmt::format("\"{}\" is no relative path", text), .hint = "write it relative to davit.yaml"};
  }
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('/', start), text.size());
    if (text.substr(start, end - start) == "..") {
      return Complaint{.message = fmt::format("\"{}\" leads out of the project", text),
                       .hint = "paths stay below the folder of davit.yaml"};
    }
    start = end + 1;
  }
  return std::nullopt;
}

/// A registry reference needs a tag or a digest, so that the same file names the same base tomorrow:
/// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
Finding check_image_base(std::string_view text)
{
  constexpr std::string_view k_hint = "write registry/name:tag, registry/name@sha256:..., scratch, or oci:DIR[:TAG]";
  if (text == "scratch") {
    return std::nullopt;
  }
  if (text.starts_with("oci:")) {
    const std::string_view rest = text.substr(4);
    return complain_if(rest.empty() || rest.front() == ':' || rest.back() == ':', text, "image layout", "write oci:DIR or oci:DIR:TAG");
  }
  const std::size_t slash = text.rfind('/');
  const std::string_view last = text.substr(slash == std::string_view::npos ? 0 : slash + 1);
  const std::size_t mark = last.find_first_of(":@");
  if (!text.empty() && text.find("://") == std::string_view::npos && consists_of(text, k_alphanumeric, "._-/:@") &&
      last.find("::") == std::string_view::npos && text.find("//") == std::string_view::npos && text.front() != '/') {
    const bool pinned = mark != std::string_view::npos && mark > 0 && mark + 1 < last.size();
    return complain_if(!pinned, text, "complete image reference", "add a tag or a digest: public.ecr.aws/lambda/python:3.12");
  }
  return complain_if(true, text, "image reference", k_hint);
}

Finding check_entry(std::string_view text)
{
  const bool characters = !text.empty() && text.size() <= 128 && consists_of(text, k_alphanumeric, "._-/");
  const bool ends = characters && text.front() != '.' && text.back() != '.' && text.find("..") == std::string_view::npos;
  return complain_if(!ends, text, "handler entry", "write module.function, for example app.main.handler");
}

/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html: the runtime sets these, and refuses them from outside.
constexpr std::string_view k_reserved_variables[] = {"_HANDLER",
                                                     "_X_AMZN_TRACE_ID",
                                                     "AWS_DEFAULT_REGION",
                                                     "AWS_REGION",
                                                     "AWS_EXECUTION_ENV",
                                                     "AWS_LAMBDA_FUNCTION_NAME",
                                                     "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                                     "AWS_LAMBDA_FUNCTION_VERSION",
                                                     "AWS_LAMBDA_INITIALIZATION_TYPE",
                                                     "AWS_LAMBDA_LOG_GROUP_NAME",
                                                     "AWS_LAMBDA_LOG_STREAM_NAME",
                                                     "AWS_ACCESS_KEY",
                                                     "AWS_ACCESS_KEY_ID",
                                                     "AWS_SECRET_ACCESS_KEY",
                                                     "AWS_SESSION_TOKEN",
                                                     "AWS_LAMBDA_RUNTIME_API",
                                                     "AWS_LAMBDA_METADATA_API",
                                                     "AWS_LAMBDA_METADATA_TOKEN",
                                                     "AWS_LAMBDA_MAX_CONCURRENCY",
                                                     "LAMBDA_TASK_ROOT",
                                                     "LAMBDA_RUNTIME_DIR"};

Finding check_variable_name(std::string_view text)
{
  if (std::find(std::begin(k_reserved_variables), std::end(k_reserved_variables), text) != std::end(k_reserved_variables)) {
    return Complaint{.message = fmt::format("\"{}\" is reserved: Lambda sets it itself and refuses it here", text),
                     .hint = "remove it, or choose another name"};
  }
  if (text.starts_with("AWS_ENDPOINT_URL")) {
    return Complaint{.message = fmt::format("\"{}\": a project file may not set endpoints", text),
                     .hint = "davit sets it for --env local by itself"};
  }
  const bool ok = text.size() >= 2 && consists_of(text, k_alphanumeric, "_") && !is_in(text.front(), k_digits) && text.front() != '_';
  return complain_if(!ok, text, "name of a Lambda environment variable",
                     "2 or more letters, digits and underscores, a letter first: LOG_LEVEL");
}

Finding check_repository(std::string_view text)
{
  bool ok = text.size() >= 2 && text.size() <= 256;
  for (std::size_t start = 0; ok && start <= text.size();) {
    const std::size_t end = std::min(text.find('/', start), text.size());
    ok = is_words(text.substr(start, end - start), "._-");
    start = end + 1;
  }
  return complain_if(!ok, text, "ECR repository", "2 to 256 lower-case letters and digits with . _ - and / between: team/shop-api");
}

Finding check_table_key(std::string_view text)
{
  return complain_if(text.empty() || !consists_of(text, k_alphanumeric, "_.-"), text, "part of a table's name",
                     "letters, digits, _ . and -");
}

Finding check_index_name(std::string_view text)
{
  const bool ok = text.size() >= 3 && text.size() <= 255 && consists_of(text, k_alphanumeric, "_.-");
  return complain_if(!ok, text, "index name", "3 to 255 letters, digits, _ . and -");
}

Finding check_secret_key(std::string_view text)
{
  return complain_if(text.empty() || !consists_of(text, k_alphanumeric, "/_+=.@-"), text, "part of a secret's name",
                     "letters, digits and / _ + = . @ -");
}

Finding check_function_key(std::string_view text)
{
  if (text == "handler") {
    return Complaint{.message = "\"handler\" is the function of the section `handler`", .hint = "choose another name"};
  }
  return complain_if(text.empty() || !consists_of(text, k_alphanumeric, "_-"), text, "part of a function's name",
                     "letters, digits, _ and -");
}

Finding check_bucket_key(std::string_view text)
{
  return complain_if(!is_words(text, "-"), text, "part of a bucket's name", "lower-case letters, digits and single hyphens");
}

Finding check_profile_name(std::string_view text)
{
  if (text == "none") {
    return Complaint{.message = "\"none\" means no token in a smoke suite", .hint = "choose another name"};
  }
  return complain_if(text.empty() || !consists_of(text, k_alphanumeric, "_.-"), text, "name of a token profile",
                     "letters, digits, _ . and -");
}

Finding check_query_name(std::string_view text)
{
  return complain_if(text.empty() || !consists_of(text, k_alphanumeric, "_-"), text, "name of a query", "letters, digits, _ and -");
}

Finding check_not_empty(std::string_view text)
{
  return text.empty() ? Finding({.message = "the text is empty", .hint = "write something, or remove the key"}) : std::nullopt;
}

Finding check_stage(std::string_view text)
{
  const bool ok = text == "$default" || (!text.empty() && text.size() <= 128 && consists_of(text, k_alphanumeric, "_-"));
  return complain_if(!ok, text, "stage", "$default, or at most 128 letters, digits, _ and -");
}

Finding check_operation(std::string_view text)
{
  const bool ok = !text.empty() && text.size() <= 64 && consists_of(text, k_alphanumeric, "_") && !is_in(text.front(), k_digits);
  return complain_if(!ok, text, "operation name", "at most 64 letters, digits and underscores, a letter first");
}

Finding check_email(std::string_view text)
{
  const std::size_t at = text.find('@');
  const bool two_parts = at != std::string_view::npos && at > 0 && text.find('@', at + 1) == std::string_view::npos;
  const std::string_view domain = two_parts ? text.substr(at + 1) : "";
  const std::size_t dot = domain.rfind('.');
  const bool dotted = dot != std::string_view::npos && dot > 0 && dot + 1 < domain.size();
  const bool clean = text.find_first_of(" \t\",;<>()\n") == std::string_view::npos;
  return complain_if(!dotted || !clean, text, "e-mail address", "for example ops@example.com");
}

Finding check_instance_class(std::string_view text)
{
  const bool ok = text.starts_with("db.") && is_words(text, ".-") && std::count(text.begin(), text.end(), '.') == 2;
  return complain_if(!ok, text, "RDS instance class", "for example db.t3.micro");
}

/// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
constexpr std::string_view k_tag_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _.:/=+-@";

Finding check_tag_key(std::string_view text)
{
  const bool ok = !text.empty() && text.size() <= 128 && consists_of(text, k_tag_characters) && !text.starts_with("aws:");
  return complain_if(!ok, text, "key of a tag", "1 to 128 letters, digits, spaces and _ . : / = + - @, not starting with aws:");
}

Finding check_tag_value(std::string_view text)
{
  return complain_if(text.size() > 256 || !consists_of(text, k_tag_characters), text, "value of a tag",
                     "at most 256 letters, digits, spaces and _ . : / = + - @");
}

Finding check_algorithm(std::string_view text)
{
  constexpr std::array k_known = {"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256",
                                  "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"};
  if (std::find(k_known.begin(), k_known.end(), text) != k_known.end()) {
    return std::nullopt;
  }
  if (text == "none") {
    return Complaint{.message = "the algorithm \"none\" signs nothing", .hint = "choose HS256, RS256, ES256 or EdDSA"};
  }
  const auto near = nearest(text, std::vector<std::string>(k_known.begin(), k_known.end()));
  return Complaint{.message = fmt::format("\"{}\" is no signature algorithm that davit knows", text),
                   .hint = near ? fmt::format("did you mean \"{}\"?", *near) : "HS, RS, PS or ES with 256, 384 or 512, or EdDSA"};
}

}  // namespace

const TextRule k_project_name{"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", check_name, 2, 32};
const TextRule k_environment_name{"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", check_environment_name, 1, 16};
const TextRule k_region{"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", check_region, 1, 63};
const TextRule k_account{"^[0-9]{12}$", check_account};
const TextRule k_relative_path{"^[^/~]", check_relative_path, 1, 0, "(^|/)[.][.](/|$)"};
const TextRule k_image_base{"^(scratch|oci:[^:](.*[^:])?|[A-Za-z0-9._-]+([/:][A-Za-z0-9._-]+)*[:@][A-Za-z0-9._-]+(:[A-Za-z0-9._-]+)*)$",
                            check_image_base};
const TextRule k_entry{"^[A-Za-z0-9_/-]+([.][A-Za-z0-9_/-]+)*$", check_entry, 1, 128};
const TextRule k_variable_name{
    "^[A-Za-z][A-Za-z0-9_]+$", check_variable_name, 2, 0,
    "^(AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|ENDPOINT_URL.*|"
    "LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(GROUP|STREAM)_NAME|RUNTIME_API|METADATA_(API|TOKEN)|"
    "MAX_CONCURRENCY))|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$"};
const TextRule k_repository{"^[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*$", check_repository, 2, 256};
const TextRule k_table_key{"^[A-Za-z0-9_.-]+$", check_table_key};
const TextRule k_index_name{"^[A-Za-z0-9_.-]+$", check_index_name, 3, 255};
const TextRule k_secret_key{"^[A-Za-z0-9/_+=.@-]+$", check_secret_key};
const TextRule k_function_key{"^[A-Za-z0-9_-]+$", check_function_key, 1, 0, "^handler$"};
const TextRule k_bucket_key{"^[a-z0-9]+(-[a-z0-9]+)*$", check_bucket_key};
const TextRule k_profile_name{"^[A-Za-z0-9_.-]+$", check_profile_name, 1, 0, "^none$"};
const TextRule k_query_name{"^[A-Za-z0-9_-]+$", check_query_name};
const TextRule k_not_empty{"", check_not_empty, 1};
const TextRule k_stage{"^([$]default|[A-Za-z0-9_-]{1,128})$", check_stage};
const TextRule k_operation{"^[A-Za-z_][A-Za-z0-9_]*$", check_operation, 1, 64};
const TextRule k_email{"^[^@ ]+@[^@ ]+[.][^@ .]+$", check_email};
const TextRule k_instance_class{"^db[.][a-z0-9-]+[.][a-z0-9-]+$", check_instance_class};
const TextRule k_tag_key{"^[A-Za-z0-9 _.:/=+@-]+$", check_tag_key, 1, 128, "^aws:"};
const TextRule k_tag_value{"^[A-Za-z0-9 _.:/=+@-]*$", check_tag_value, 0, 256};
const TextRule k_algorithm{"^((HS|RS|PS|ES)(256|384|512)|EdDSA|Ed25519)$", check_algorithm};

const std::span<const std::string_view> k_reserved_variable_names{k_reserved_variables};

}  // namespace davit::cli::config
