// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/dynamodb/patience.hpp"

namespace davit::commands::table {

using aws::dynamodb::back_off;
using aws::dynamodb::k_default_patience;
using aws::dynamodb::Patience;

}  // namespace davit::commands::table
