// SPDX-License-Identifier: Apache-2.0
#include "aws/local/logs/log_documents.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace davit::aws::local::logs {
namespace {

std::string group_arn(const Caller& caller, const std::string& name)
{
  return fmt::format("arn:aws:logs:{}:{}:log-group:{}", caller.region, caller.account_id, name);
}

}  // namespace

Json group_document(const Caller& caller, const LogGroup& group)
{
  Json document = {{"logGroupName", group.name},
                   {"creationTime", group.created_ms},
                   {"metricFilterCount", 0},
                   {"arn", group_arn(caller, group.name) + ":*"},
                   {"logGroupArn", group_arn(caller, group.name)},
                   {"logGroupClass", "STANDARD"},
                   {"storedBytes", group.stored_bytes}};
  if (group.retention_days) {
    document["retentionInDays"] = *group.retention_days;
  }
  return document;
}

Json found_document(const Caller& caller, const LogGroup& group)
{
  return {{"logGroupName", group.name}, {"creationTime", group.created_ms}, {"arn", group_arn(caller, group.name) + ":*"}};
}

Json stream_document(const Caller& caller, const std::string& group, const LogStream& stream)
{
  Json document = {{"logStreamName", stream.name},
                   {"creationTime", stream.created_ms},
                   {"arn", fmt::format("{}:log-stream:{}", group_arn(caller, group), stream.name)},
                   {"storedBytes", 0}};
  if (stream.last_event_ms) {
    document["firstEventTimestamp"] = *stream.first_event_ms;
    document["lastEventTimestamp"] = *stream.last_event_ms;
    document["lastIngestionTime"] = *stream.last_ingestion_ms;
    document["uploadSequenceToken"] = fmt::format("{:056}", *stream.last_ingestion_ms);
  }
  return document;
}

}  // namespace davit::aws::local::logs
