// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "aws/dynamodb/key_schema.hpp"

namespace davit::aws::local::dynamodb {

/// Query and Scan stop behind the item with which a page reaches this size.
constexpr std::size_t k_page_limit = 1024 * 1024;

/// Bytes that an item counts towards the page. They are not its size: the page counts the service's own record of the item, in which
/// names are short, values carry their lengths, and each 3 KB carry a header with the sort key. Observed on the service, byte by byte.
std::size_t page_size(const aws::dynamodb::Item& item, const aws::dynamodb::KeySchema& table_key);

}  // namespace davit::aws::local::dynamodb
