// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aws/auth/service_client.hpp"
#include "aws/core/result.hpp"

namespace davit::aws::s3 {

/// "s3://bucket/prefix".
struct Location {
  std::string bucket;
  std::string prefix;  ///< of keys; may be empty

  [[nodiscard]] std::string to_string() const;
};

/// Usage error where the text is no such location, or the bucket's name none that S3 has
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
Result<Location> parse_location(const std::string& text);

struct Object {
  std::string key;
  std::int64_t size = 0;  ///< in bytes
};

/// Reads what buckets hold. A bucket of another region is asked there.
class Client
{
public:
  explicit Client(auth::Session& session) : m_session(session) {}

  /// Every object whose key begins with the prefix, in the order of the keys' bytes; at most `limit` and one more, which says that there
  /// are too many. A missing bucket is a not_found error.
  Result<std::vector<Object>> list_objects(const Location& location, std::size_t limit);

private:
  struct ListedPage;
  Result<auth::Answer> get(const std::string& path, const std::string& query);
  Result<ListedPage> list_page(const Location& location, const std::string& token);

  auth::Session& m_session;
  std::string m_region;  ///< of the bucket, once S3 has said that it is not the session's
};

}  // namespace davit::aws::s3
