// SPDX-License-Identifier: Apache-2.0
#include "aws/s3/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "aws/core/uri.hpp"
#include "aws/core/xml.hpp"

namespace davit::aws::s3 {
namespace {

constexpr std::string_view k_scheme = "s3://";

bool is_bucket_name(const std::string& name)
{
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return name.size() >= 3 && name.size() <= 63 && std::all_of(name.begin(), name.end(), allowed) && name.front() != '-' &&
         name.front() != '.' && name.back() != '-' && name.back() != '.';
}

Error not_s3_error()
{
  return {.kind = ErrorKind::unavailable, .message = "the answer to ListObjectsV2 is none of S3"};
}

/// Keys come as in a form (encoding-type=url), because XML cannot hold every byte that a key may have.
std::string decoded_key(std::string text)
{
  std::replace(text.begin(), text.end(), '+', ' ');
  return percent_decode(text);
}

std::optional<std::int64_t> size_of(const std::string& text)
{
  const bool is_number = !text.empty() && text.size() < 19 && text.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? std::optional<std::int64_t>(std::stoll(text)) : std::nullopt;
}

}  // namespace

std::string Location::to_string() const
{
  return fmt::format("{}{}/{}", k_scheme, bucket, prefix);
}

Result<Location> parse_location(const std::string& text)
{
  constexpr const char* k_hint = "write s3://BUCKET/PREFIX";
  if (!text.starts_with(k_scheme)) {
    return fail(usage_error(fmt::format("'{}' is no location in S3", text), k_hint));
  }
  const std::string rest = text.substr(k_scheme.size());
  const auto slash = std::min(rest.find('/'), rest.size());
  Location out{.bucket = rest.substr(0, slash), .prefix = rest.substr(std::min(slash + 1, rest.size()))};
  if (!is_bucket_name(out.bucket)) {
    return fail(usage_error(fmt::format("'{}' is no name of a bucket", out.bucket), k_hint));
  }
  return out;
}

struct Client::ListedPage {
  std::vector<Object> objects;
  std::string next_token;  ///< empty on the last page
};

/// S3 names the region of a bucket that it was asked for in the wrong place
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: PermanentRedirect, AuthorizationHeaderMalformed).
Result<auth::Answer> Client::get(const std::string& path, const std::string& query)
{
  while (true) {
    DAVIT_TRY_ASSIGN(auto credentials, m_session.credentials());
    auth::ServiceClient client{m_session, "s3", {.credentials = std::move(credentials), .region = m_region}};
    DAVIT_TRY_ASSIGN(auto answer,
                     client.exchange({.operation = "ListObjectsV2", .body = "", .method = "GET", .path = path, .query = query}));
    const auto region = answer.response.headers.get("x-amz-bucket-region");
    if (!answer.failure || !region || !m_region.empty()) {
      return answer;
    }
    m_region = *region;
  }
}

Result<Client::ListedPage> Client::list_page(const Location& location, const std::string& token)
{
  std::string query = "encoding-type=url&list-type=2&prefix=" + percent_encode(location.prefix);
  if (!token.empty()) {
    query = fmt::format("continuation-token={}&{}", percent_encode(token), query);
  }
  DAVIT_TRY_ASSIGN(const auto answer, get("/" + location.bucket, query));
  if (answer.failure) {
    return fail(*answer.failure);
  }
  const auto root = parse_xml(answer.response.body);
  if (!root || root->name != "ListBucketResult") {
    return fail(not_s3_error());
  }
  ListedPage page{.objects = {}, .next_token = root->text_at("IsTruncated") == "true" ? root->text_at("NextContinuationToken") : ""};
  for (const auto& element : root->children) {
    if (element.name != "Contents") {
      continue;
    }
    const auto size = size_of(element.text_at("Size"));
    if (!size) {
      return fail(not_s3_error());
    }
    page.objects.push_back({.key = decoded_key(element.text_at("Key")), .size = *size});
  }
  return page;
}

Result<std::vector<Object>> Client::list_objects(const Location& location, std::size_t limit)
{
  std::vector<Object> out;
  std::string token;
  do {
    DAVIT_TRY_ASSIGN(auto page, list_page(location, token));
    std::move(page.objects.begin(), page.objects.end(), std::back_inserter(out));
    token = std::move(page.next_token);
  } while (!token.empty() && out.size() <= limit);
  out.resize(std::min(out.size(), limit + 1));
  return out;
}

}  // namespace davit::aws::s3
