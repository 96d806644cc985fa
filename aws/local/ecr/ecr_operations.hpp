// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/ecr/registry.hpp"
#include "aws/local/fault.hpp"
#include "aws/local/service.hpp"

/// One function an operation of https://docs.aws.amazon.com/AmazonECR/latest/APIReference/
namespace davit::aws::local::ecr {

// repository_operations.cpp
Answer<Json> create_repository(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> describe_repositories(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> delete_repository(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> put_image_tag_mutability(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> put_image_scanning_configuration(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> list_tags_for_resource(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> tag_resource(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> untag_resource(Registry& registry, const Caller& caller, const Json& input);

// policy_operations.cpp
Answer<Json> set_repository_policy(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> get_repository_policy(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> delete_repository_policy(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> put_lifecycle_policy(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> get_lifecycle_policy(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> delete_lifecycle_policy(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> put_account_setting(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> get_account_setting(Registry& registry, const Caller& caller, const Json& input);

// image_operations.cpp
Answer<Json> put_image(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> batch_get_image(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> batch_delete_image(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> describe_images(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> list_images(Registry& registry, const Caller& caller, const Json& input);

// layer_operations.cpp
Answer<Json> get_authorization_token(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> batch_check_layer_availability(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> get_download_url_for_layer(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> initiate_layer_upload(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> upload_layer_part(Registry& registry, const Caller& caller, const Json& input);
Answer<Json> complete_layer_upload(Registry& registry, const Caller& caller, const Json& input);

}  // namespace davit::aws::local::ecr
