// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "aws/http/message.hpp"
#include "aws/local/fault.hpp"
#include "aws/local/gateway/api.hpp"

namespace davit::aws::local::gateway {

/// What "arn:aws:apigateway:us-east-1::/restapis/abc" or ".../apis/abc/stages/prod" names.
struct TaggedResource {
  std::string api_id;
  std::string stage = {};  ///< empty for the API itself
  bool is_rest = false;
};
Answer<TaggedResource> tagged_resource(const std::string& arn);

using Tags = std::map<std::string, std::string>;

/// Of the API or of its stage.
Answer<Tags*> tags_of(Api& api, const TaggedResource& resource);

/// Adds the tags of the document, or removes those that `tagKeys` of the query names.
Answer<void> change_tags(Tags& tags, const Json& input, const http::Request& request);

}  // namespace davit::aws::local::gateway
