// SPDX-License-Identifier: Apache-2.0
// Inputs of the operations on a table's settings.
#include <nlohmann/json.hpp>

#include "aws/local/dynamodb/operations.hpp"

namespace davit::aws::local::dynamodb {
namespace {

Shape setting_input(const std::string& java_name, std::vector<Member> others = {})
{
  others.insert(others.begin(), {"TableName", required(name())});
  return structure(java_name, std::move(others));
}

Shape update_time_to_live_input()
{
  return setting_input("UpdateTimeToLiveInput",
                       {{"TimeToLiveSpecification",
                         required(structure("TimeToLiveSpecification",
                                            {{"Enabled", required(flag())}, {"AttributeName", required(between(text(), 1, 255))}}))}});
}

Shape update_continuous_backups_input()
{
  return setting_input("UpdateContinuousBackupsInput",
                       {{"PointInTimeRecoverySpecification",
                         required(structure("PointInTimeRecoverySpecification", {{"PointInTimeRecoveryEnabled", required(flag())},
                                                                                 {"RecoveryPeriodInDays", between(integer(), 1, 35)}}))}});
}

Shape tag_input(const std::string& java_name, std::vector<Member> others)
{
  others.insert(others.begin(), {"ResourceArn", text()});
  return structure(java_name, std::move(others));
}

}  // namespace

OperationTable setting_operations()
{
  const Shape tags = list_of(structure("Tag", {{"Key", text()}, {"Value", text()}}));
  return {{"DescribeTimeToLive", {describe_time_to_live, setting_input("DescribeTimeToLiveInput"), missing_table_name}},
          {"UpdateTimeToLive", {update_time_to_live, update_time_to_live_input(), missing_table_name}},
          {"DescribeContinuousBackups", {describe_continuous_backups, setting_input("DescribeContinuousBackupsInput")}},
          {"UpdateContinuousBackups", {update_continuous_backups, update_continuous_backups_input()}},
          {"TagResource", {tag_resource, tag_input("TagResourceInput", {{"Tags", tags}})}},
          {"UntagResource", {untag_resource, tag_input("UntagResourceInput", {{"TagKeys", list_of(text())}})}},
          {"ListTagsOfResource", {list_tags_of_resource, tag_input("ListTagsOfResourceInput", {{"NextToken", text()}})}},
          {"DescribeLimits", {describe_limits, structure("DescribeLimitsInput", {})}},
          {"DescribeEndpoints", {describe_endpoints, structure("DescribeEndpointsRequest", {})}}};
}

}  // namespace davit::aws::local::dynamodb
