// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/json.hpp"
#include "aws/core/time.hpp"
#include "aws/local/dynamodb/refusal.hpp"

/// StreamSpecification of a table. What a stream would carry is not kept: a table shows the stream that was asked for, as programs that
/// make tables read it back, and the operations of DynamoDB Streams are refused by name.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html
namespace davit::aws::local::dynamodb {

/// A specification whose members contradict each other, in the words of CreateTable, and of UpdateTable.
Complaint new_stream_complaint(const Json& input);
Complaint stream_change_complaint(const Json& input);

/// The stream of a new table, when the request asks for one.
void describe_stream(const Json& input, Json& description, TimePoint now);

/// Turns the stream of a table on or off, when the request asks for it. The last stream's ARN and label stay.
Complaint change_stream(const Json& input, Json& description, TimePoint now);

}  // namespace davit::aws::local::dynamodb
