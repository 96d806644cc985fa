// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace davit::aws::dynamodb {

/// Whether an expression may not name an attribute so, in any case
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html).
bool is_reserved_word(std::string_view name);

}  // namespace davit::aws::dynamodb
