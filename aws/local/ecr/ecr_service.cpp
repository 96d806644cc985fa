// SPDX-License-Identifier: Apache-2.0
#include "aws/local/ecr/ecr_service.hpp"

#include "aws/local/ecr/ecr_operations.hpp"
#include "aws/local/json_service.hpp"

namespace davit::aws::local::ecr {
namespace {

using Run = Answer<Json> (*)(Registry&, const Caller&, const Json&);

struct Served {
  const char* operation;
  Run run;
};

constexpr Served k_served[] = {{"BatchCheckLayerAvailability", batch_check_layer_availability},
                               {"BatchDeleteImage", batch_delete_image},
                               {"BatchGetImage", batch_get_image},
                               {"CompleteLayerUpload", complete_layer_upload},
                               {"CreateRepository", create_repository},
                               {"DeleteLifecyclePolicy", delete_lifecycle_policy},
                               {"DeleteRepository", delete_repository},
                               {"DeleteRepositoryPolicy", delete_repository_policy},
                               {"DescribeImages", describe_images},
                               {"DescribeRepositories", describe_repositories},
                               {"GetAccountSetting", get_account_setting},
                               {"GetAuthorizationToken", get_authorization_token},
                               {"GetDownloadUrlForLayer", get_download_url_for_layer},
                               {"GetLifecyclePolicy", get_lifecycle_policy},
                               {"GetRepositoryPolicy", get_repository_policy},
                               {"InitiateLayerUpload", initiate_layer_upload},
                               {"ListImages", list_images},
                               {"ListTagsForResource", list_tags_for_resource},
                               {"PutAccountSetting", put_account_setting},
                               {"PutImage", put_image},
                               {"PutImageScanningConfiguration", put_image_scanning_configuration},
                               {"PutImageTagMutability", put_image_tag_mutability},
                               {"PutLifecyclePolicy", put_lifecycle_policy},
                               {"SetRepositoryPolicy", set_repository_policy},
                               {"TagResource", tag_resource},
                               {"UntagResource", untag_resource},
                               {"UploadLayerPart", upload_layer_part}};

class EcrService final : public JsonService
{
public:
  explicit EcrService(Registry& registry) : JsonService("ecr", front::Protocol::json_1_1)
  {
    for (const auto& [operation, run] : k_served) {
      serve(operation, [&registry, run = run](const Caller& caller, const Json& input) { return run(registry, caller, input); });
    }
  }
};

}  // namespace

std::unique_ptr<Service> make_ecr_service(Registry& registry)
{
  return std::make_unique<EcrService>(registry);
}

}  // namespace davit::aws::local::ecr
