// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/throttle/batch_share.hpp"

#include "aws/dynamodb/item_size.hpp"
#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/capacity.hpp"

namespace davit::aws::local::dynamodb {
namespace {

/// What a request is expected to use. The size of what is read or deleted is not known yet.
double expected_units(const Json& request, Direction direction, bool is_consistent)
{
  if (direction == Direction::read) {
    return read_units(1, is_consistent);
  }
  const Json* put = member_of(request, "PutRequest");
  const auto item = put == nullptr ? aws::dynamodb::WireResult<Item>(Item()) : aws::dynamodb::item_from_json(put->at("Item"));
  return write_units(item ? aws::dynamodb::item_size(*item) : 0);
}

}  // namespace

BatchShare share_of(CapacityBuckets& buckets, Engine& engine, const Caller& caller, const Json& request_items, Direction direction)
{
  BatchShare share;
  for (const auto& [name, requests] : request_items.items()) {
    const TablePtr table = find_table(engine, caller, name);
    double left = table ? buckets.left(table, direction) : 1;
    const bool reads = direction == Direction::read;
    Json processed = Json::array();
    Json rest = Json::array();
    for (const Json& request : reads ? requests.at("Keys") : requests) {
      (left > 0 ? processed : rest).push_back(request);
      left -= table ? expected_units(request, direction, reads && flag_member(requests, "ConsistentRead")) : 0;
    }
    for (auto [part, whole] : {std::pair(&processed, &share.processed), std::pair(&rest, &share.rest)}) {
      if (part->empty()) {
        continue;
      }
      (*whole)[name] = reads ? requests : *part;
      if (reads) {
        (*whole)[name]["Keys"] = *part;
      }
    }
    if (!rest.empty() && !share.exhausted) {
      share.exhausted = Exhausted{table, {}, direction};
    }
  }
  return share;
}

}  // namespace davit::aws::local::dynamodb
