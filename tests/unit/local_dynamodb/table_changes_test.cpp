// SPDX-License-Identifier: Apache-2.0
// What changes about a table that is there, and what is shown meanwhile.
#include <fmt/format.h>

#include <thread>

#include "tests/unit/local_dynamodb/service_fixture.hpp"

namespace davit::aws::local::dynamodb {
namespace {

class TableChanges : public ServiceTest
{
};

TEST_F(TableChanges, ShowsThroughputAsItIsUntilTheTableHasSettled)
{
  create(
      R"({"TableName":"units","ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":2},
          "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})");
  const auto change = [this](int units) {
    return call("UpdateTable",
                fmt::format(R"({{"TableName":"units","ProvisionedThroughput":{{"ReadCapacityUnits":{0},"WriteCapacityUnits":{0}}}}})",
                            units))["TableDescription"];
  };
  const auto settled = [this] {
    now += std::chrono::seconds(1);
    return call("DescribeTable", R"({"TableName":"units"})")["Table"];
  };
  const Json raising = change(6);
  EXPECT_EQ(raising["TableStatus"], "UPDATING");
  EXPECT_EQ(raising["ProvisionedThroughput"]["ReadCapacityUnits"], 2);
  const Json raised = settled();
  EXPECT_EQ(raised["ProvisionedThroughput"]["ReadCapacityUnits"], 6);
  EXPECT_GT(raised["ProvisionedThroughput"]["LastIncreaseDateTime"], raising["ProvisionedThroughput"]["LastIncreaseDateTime"]);
  EXPECT_EQ(change(2)["ProvisionedThroughput"]["NumberOfDecreasesToday"], 0);
  const Json lowered = settled();
  EXPECT_EQ(lowered["ProvisionedThroughput"]["NumberOfDecreasesToday"], 1);
  EXPECT_EQ(lowered["ProvisionedThroughput"]["LastIncreaseDateTime"], raised["ProvisionedThroughput"]["LastIncreaseDateTime"]);
  EXPECT_EQ(lowered["WarmThroughput"]["ReadUnitsPerSecond"], 6);
  EXPECT_FALSE(lowered.contains("BillingModeSummary"));
}

TEST_F(TableChanges, ChangesBillingModes)
{
  create(k_rich_table);
  const Json described = call("DescribeTable", R"({"TableName":"rich"})")["Table"];
  EXPECT_EQ(described["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"], described["CreationDateTime"]);
  const std::string units = R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})";
  EXPECT_EQ(
      error("UpdateTable", R"({"TableName":"rich","BillingMode":"PROVISIONED",)" + units + "}"),
      "ValidationException: One or more parameter values were invalid: ProvisionedThroughput must be specified for index: global,multi");
  call("UpdateTable", R"({"TableName":"rich","BillingMode":"PROVISIONED",)" + units +
                          R"(,"GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"global",)" + units +
                          R"(}},{"Update":{"IndexName":"multi",)" + units + "}}]}");
  now += std::chrono::seconds(1);
  EXPECT_EQ(call("DescribeTable", R"({"TableName":"rich"})")["Table"]["BillingModeSummary"]["BillingMode"], "PROVISIONED");
  const Json back = call("UpdateTable", R"({"TableName":"rich","BillingMode":"PAY_PER_REQUEST"})")["TableDescription"];
  EXPECT_EQ(back["ProvisionedThroughput"]["ReadCapacityUnits"], 0);
  EXPECT_EQ(back["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"], 0);
}

TEST_F(TableChanges, AnswersCreationWithWhatIsKnownThen)
{
  const Json created = call("CreateTable", k_rich_table)["TableDescription"];
  EXPECT_EQ(created["BillingModeSummary"], Json::parse(R"({"BillingMode":"PAY_PER_REQUEST"})"));
  EXPECT_FALSE(created.contains("WarmThroughput"));
  EXPECT_EQ(error("DescribeTimeToLive", R"({"TableName":"rich"})"),
            "ValidationException: Cannot describe time to live while table is in CREATING state: Current table state is CREATING");
  now += std::chrono::seconds(1);
  EXPECT_EQ(call("DescribeTable", R"({"TableName":"rich"})")["Table"]["WarmThroughput"],
            Json::parse(R"({"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000,"Status":"ACTIVE"})"));
}

TEST_F(TableChanges, KeepsWarmThroughput)
{
  const auto definition = [](const std::string& members) {
    return R"({"TableName":"warm","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)" +
           members + "}";
  };
  const std::string initial =
      " is lower than initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
      "on-demand-capacity-mode.html#on-demand-capacity-mode-initial";
  EXPECT_EQ(
      error("CreateTable",
            definition(R"("BillingMode":"PAY_PER_REQUEST","WarmThroughput":{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":3999})")),
      "ValidationException: One or more parameter values were invalid: Requested WriteUnitsPerSecond for WarmThroughput for table" +
          initial);
  EXPECT_EQ(
      error("CreateTable",
            definition(
                R"("ProvisionedThroughput":{"ReadCapacityUnits":10,"WriteCapacityUnits":10},"WarmThroughput":{"ReadUnitsPerSecond":5})")),
      "ValidationException: One or more parameter values were invalid: Requested ReadUnitsPerSecond for WarmThroughput for table is lower than "
      "ReadCapacityUnits of ProvisionedThroughput");
  create(definition(R"("BillingMode":"PAY_PER_REQUEST","WarmThroughput":{"ReadUnitsPerSecond":12001})"));
  EXPECT_EQ(
      error("UpdateTable", R"({"TableName":"warm","WarmThroughput":{"ReadUnitsPerSecond":12000}})"),
      "ValidationException: One or more parameter values were invalid: Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current "
      "WarmThroughput, decreasing WarmThroughput is not supported");
  const Json raising = call("UpdateTable", R"({"TableName":"warm","WarmThroughput":{"WriteUnitsPerSecond":4002}})")["TableDescription"];
  EXPECT_EQ(raising["TableStatus"], "ACTIVE");
  EXPECT_EQ(raising["WarmThroughput"], Json::parse(R"({"ReadUnitsPerSecond":12001,"WriteUnitsPerSecond":4000,"Status":"UPDATING"})"));
  now += std::chrono::seconds(1);
  EXPECT_EQ(call("DescribeTable", R"({"TableName":"warm"})")["Table"]["WarmThroughput"],
            Json::parse(R"({"ReadUnitsPerSecond":12001,"WriteUnitsPerSecond":4002,"Status":"ACTIVE"})"));
}

TEST_F(TableChanges, LimitsOnDemandThroughput)
{
  create(k_hash_table);
  const auto limit = [this](const std::string& members) {
    call("UpdateTable", R"({"TableName":"hash","OnDemandThroughput":{)" + members + "}}");
    return call("DescribeTable", R"({"TableName":"hash"})")["Table"].value("OnDemandThroughput", Json());
  };
  EXPECT_EQ(limit(R"("MaxReadRequestUnits":1000,"MaxWriteRequestUnits":500)"),
            Json::parse(R"({"MaxReadRequestUnits":1000,"MaxWriteRequestUnits":500})"));
  EXPECT_EQ(limit(R"("MaxReadRequestUnits":-1)"), Json::parse(R"({"MaxWriteRequestUnits":500})"));
  EXPECT_EQ(limit(R"("MaxWriteRequestUnits":-1)"), Json());
  EXPECT_EQ(
      error("UpdateTable", R"({"TableName":"hash","OnDemandThroughput":{"MaxWriteRequestUnits":0}})"),
      "ValidationException: One or more parameter values were invalid: Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of "
      "valid range");
}

TEST_F(TableChanges, ChangesThroughputsOfAnIndex)
{
  create(k_rich_table);
  const auto body = [](const std::string& members) {
    return R"({"TableName":"rich","GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"global")" + members + "}}]}";
  };
  const std::string invalid = "ValidationException: One or more parameter values were invalid: ";
  EXPECT_EQ(error("UpdateTable", body("")), invalid +
                                                "The only Updates for index: global when TableThroughputMode is PAY_PER_REQUEST can be to "
                                                "OnDemandThroughput, WarmThroughput");
  EXPECT_EQ(
      error("UpdateTable", body(R"(,"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})")),
      invalid + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: global when BillingMode is PAY_PER_REQUEST");
  EXPECT_EQ(error("UpdateTable", body(R"(,"WarmThroughput":{"ReadUnitsPerSecond":1})")),
            invalid +
                "Requested ReadUnitsPerSecond for WarmThroughput for index global is lower than current WarmThroughput, decreasing "
                "WarmThroughput is not supported");
  call("UpdateTable", body(R"(,"OnDemandThroughput":{"MaxReadRequestUnits":7},"WarmThroughput":{"ReadUnitsPerSecond":12001})"));
  const Json index = call("DescribeTable", R"({"TableName":"rich"})")["Table"]["GlobalSecondaryIndexes"][0];
  EXPECT_EQ(index["OnDemandThroughput"], Json::parse(R"({"MaxReadRequestUnits":7})"));
  EXPECT_EQ(index["WarmThroughput"]["ReadUnitsPerSecond"], 12001);
}

TEST_F(TableChanges, RefusesChangesThatComeInCompany)
{
  create(k_hash_table);
  const auto refused = [this](const std::string& members) { return error("UpdateTable", R"({"TableName":"hash",)" + members + "}"); };
  const std::string invalid = "ValidationException: One or more parameter values were invalid: ";
  EXPECT_EQ(refused(R"("DeletionProtectionEnabled":true,"BillingMode":"PAY_PER_REQUEST")"),
            invalid + "DeletionProtection modification must be the only operation in the request");
  EXPECT_EQ(refused(R"("TableClass":"STANDARD","SSESpecification":{"Enabled":true})"),
            invalid + "Server-Side Encryption modification must be the only operation in the request");
  const std::string stream = R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})";
  const std::string units = R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})";
  const std::string going = R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}}])";
  EXPECT_EQ(refused(stream + "," + units), invalid + "You cannot modify stream status while updating table IOPS");
  EXPECT_EQ(refused(going + "," + units), invalid + "You cannot create or delete index while updating table IOPS");
  EXPECT_EQ(refused(going + "," + stream), invalid + "You cannot create or delete index while changing stream status");
  EXPECT_EQ(refused(R"("TableClass":"junk")"),
            "ValidationException: Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, "
            "STANDARD_INFREQUENT_ACCESS].");
  EXPECT_EQ(
      refused(R"("GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"abc","ProvisionedThroughput":
                       {"ReadCapacityUnits":1000000000001,"WriteCapacityUnits":1}}}])"),
      "ValidationException: This operation cannot be performed with given input values. Please contact DynamoDB service team for more info: Action "
      "Blocked: IndexUpdate");
}

TEST_F(TableChanges, ProtectsAtOnceAndRemembersWhenTheClassChanged)
{
  create(k_hash_table);
  EXPECT_EQ(call("UpdateTable", R"({"TableName":"hash","TableClass":"STANDARD_INFREQUENT_ACCESS"})")["TableDescription"]["TableStatus"],
            "UPDATING");
  now += std::chrono::seconds(1);
  EXPECT_TRUE(call("DescribeTable", R"({"TableName":"hash"})")["Table"]["TableClassSummary"].contains("LastUpdateDateTime"));
  EXPECT_EQ(call("UpdateTable", R"({"TableName":"hash","DeletionProtectionEnabled":true})")["TableDescription"]["TableStatus"], "ACTIVE");
  EXPECT_EQ(
      error("DeleteTable", R"({"TableName":"hash"})"),
      "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.");
  call("UpdateTable", R"({"TableName":"hash","DeletionProtectionEnabled":false})");
  EXPECT_EQ(call("DeleteTable", R"({"TableName":"hash"})")["TableDescription"]["TableStatus"], "DELETING");
}

TEST_F(TableChanges, ChangesItsEncryption)
{
  create(k_hash_table);
  const auto body = [](const std::string& specification) { return R"({"TableName":"hash","SSESpecification":{)" + specification + "}}"; };
  const auto described = [this] { return call("DescribeTable", R"({"TableName":"hash"})")["Table"].value("SSEDescription", Json()); };
  const std::string invalid = "ValidationException: One or more parameter values were invalid: ";
  EXPECT_EQ(error("UpdateTable", body(R"("Enabled":false)")), invalid + "Table is already encrypted by default");
  EXPECT_EQ(error("UpdateTable", body(R"("Enabled":false,"SSEType":"KMS")")), invalid + "SSEType can not be specified if Enabled is false");
  EXPECT_EQ(call("UpdateTable", body(R"("Enabled":true)"))["TableDescription"]["TableStatus"], "ACTIVE");
  EXPECT_EQ(described()["SSEType"], "KMS");
  call("UpdateTable", body(R"("Enabled":false)"));
  EXPECT_EQ(described(), Json());
}

TEST_F(TableChanges, ShowsAnIndexThatComesAndOneThatGoes)
{
  create(k_hash_table);
  call("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"a"},"n":{"N":"1"}}})");
  const auto index = [](const Json& table) { return table["GlobalSecondaryIndexes"].at(0); };
  const auto described = [this] { return call("DescribeTable", R"({"TableName":"hash"})")["Table"]; };
  const Json begun = call(
      "UpdateTable",
      R"({"TableName":"hash","AttributeDefinitions":[{"AttributeName":"n","AttributeType":"N"}],"GlobalSecondaryIndexUpdates":[{"Create":{
          "IndexName":"by-n","KeySchema":[{"AttributeName":"n","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}}]})")
      ["TableDescription"];
  EXPECT_EQ(index(begun)["IndexStatus"], "CREATING");
  EXPECT_EQ(index(begun)["Backfilling"], false);
  now += std::chrono::milliseconds(1);
  EXPECT_EQ(described()["TableStatus"], "UPDATING");
  EXPECT_EQ(index(described())["IndexStatus"], "CREATING");
  EXPECT_EQ(index(described())["Backfilling"], true);
  const std::string refusal = "ValidationException: Cannot read from backfilling global secondary index: by-n";
  EXPECT_EQ(error("Scan", R"({"TableName":"hash","IndexName":"by-n"})"), refusal);
  EXPECT_EQ(
      error("Query",
            R"({"TableName":"hash","IndexName":"by-n","KeyConditionExpression":"n = :n","ExpressionAttributeValues":{":n":{"N":"1"}}})"),
      refusal);
  EXPECT_EQ(error("ExecuteStatement", R"({"Statement":"SELECT * FROM \"hash\".\"by-n\""})"), refusal);
  call("PutItem", R"({"TableName":"hash","Item":{"pk":{"S":"b"},"n":{"N":"2"}}})");
  now += std::chrono::seconds(1);
  EXPECT_EQ(index(described())["IndexStatus"], "ACTIVE");
  EXPECT_FALSE(index(described()).contains("Backfilling"));
  EXPECT_EQ(call("Scan", R"({"TableName":"hash","IndexName":"by-n"})")["Count"], 2);
  const Json going =
      call("UpdateTable", R"({"TableName":"hash","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by-n"}}]})")["TableDescription"];
  EXPECT_EQ(index(going)["IndexStatus"], "DELETING");
  EXPECT_EQ(index(going)["ItemCount"], 2);
  EXPECT_EQ(going["AttributeDefinitions"].size(), 2U);
  EXPECT_EQ(error("Scan", R"({"TableName":"hash","IndexName":"by-n"})"),
            "ValidationException: The table does not have the specified index: by-n");
  now += std::chrono::seconds(1);
  EXPECT_FALSE(described().contains("GlobalSecondaryIndexes"));
  EXPECT_EQ(described()["AttributeDefinitions"].size(), 1U);
}

TEST_F(TableChanges, WantsUnitsOfANewIndexAsItsTableHasThem)
{
  create(k_hash_table);
  const auto refused = [this](const std::string& table, const std::string& units) {
    return error("UpdateTable",
                 R"({"TableName":")" + table +
                     R"(","AttributeDefinitions":[{"AttributeName":"n","AttributeType":"N"}],"GlobalSecondaryIndexUpdates":[{"Create":{
          "IndexName":"by-n","KeySchema":[{"AttributeName":"n","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"})" +
                     units + "}}]}");
  };
  const std::string units = R"("ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":2})";
  const std::string invalid = "ValidationException: One or more parameter values were invalid: ";
  EXPECT_EQ(
      refused("hash", "," + units),
      invalid + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: by-n when BillingMode is PAY_PER_REQUEST");
  create(R"({"TableName":"units",)" + units +
         R"(,"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})");
  EXPECT_EQ(refused("units", ""), invalid + "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: by-n");
}

TEST_F(TableChanges, TurnsItsStreamOnAndOff)
{
  create(k_hash_table);
  const auto body = [](const std::string& specification) {
    return R"({"TableName":"hash","StreamSpecification":{)" + specification + "}}";
  };
  const std::string on = body(R"("StreamEnabled":true,"StreamViewType":"NEW_IMAGE")");
  const std::string off = body(R"("StreamEnabled":false)");
  const auto changed = [this](const std::string& request) {
    Json table = call("UpdateTable", request)["TableDescription"];
    now += std::chrono::seconds(1);
    return table;
  };
  EXPECT_EQ(error("UpdateTable", off), "ValidationException: Table has no stream to disable: TableName: hash");
  EXPECT_EQ(error("UpdateTable", body(R"("StreamEnabled":true)")),
            "ValidationException: One or more parameter values were invalid: If stream is being enabled then UpdateViewType is required");
  EXPECT_EQ(
      error("UpdateTable", body(R"("StreamEnabled":false,"StreamViewType":"NEW_IMAGE")")),
      "ValidationException: One or more parameter values were invalid: If stream is being disabled, then UpdateViewType must not be specified");
  const Json first = changed(on);
  EXPECT_EQ(first["StreamSpecification"]["StreamViewType"], "NEW_IMAGE");
  EXPECT_EQ(first["LatestStreamArn"].get<std::string>(),
            first["TableArn"].get<std::string>() + "/stream/" + first["LatestStreamLabel"].get<std::string>());
  EXPECT_EQ(error("UpdateTable", on), "ValidationException: Table already has an enabled stream: TableName: hash");
  const Json without = changed(off);
  EXPECT_FALSE(without.contains("StreamSpecification"));
  EXPECT_EQ(without["LatestStreamArn"], first["LatestStreamArn"]);
  EXPECT_NE(changed(on)["LatestStreamArn"], first["LatestStreamArn"]);
}

TEST_F(TableChanges, HasItsBackupsOffForAWhile)
{
  create(k_hash_table);
  const auto backups = [this] { return call("DescribeContinuousBackups", R"({"TableName":"hash"})")["ContinuousBackupsDescription"]; };
  EXPECT_EQ(
      backups(),
      Json::parse(R"({"ContinuousBackupsStatus":"DISABLED","PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"DISABLED"}})"));
  now += std::chrono::minutes(1);
  EXPECT_EQ(backups()["ContinuousBackupsStatus"], "ENABLED");
  EXPECT_EQ(
      error("UpdateContinuousBackups",
            R"({"TableName":"hash","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":false,"RecoveryPeriodInDays":7}})"),
      "ValidationException: Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.");
}

TEST_F(TableChanges, ChecksTagsBeforeItLooksForTheTable)
{
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/";
  const std::string index = arn + "none/index/some";
  const std::string invalid = "ValidationException: One or more parameter values were invalid: ";
  const auto tag = [this](const std::string& resource, const std::string& tags) {
    return error("TagResource", R"({"ResourceArn":")" + resource + R"(","Tags":[)" + tags + "]}");
  };
  EXPECT_EQ(tag("abcd", ""), invalid + "ARNs must start with 'arn:': abcd");
  EXPECT_EQ(tag(index, ""), invalid + "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: " + index);
  EXPECT_EQ(tag(arn + "ab", ""), "ValidationException: Invalid TableArn: Invalid ResourceArn provided as input " + arn + "ab");
  EXPECT_EQ(tag(arn + "none", ""), "ValidationException: Atleast one Tag needs to be provided as Input.");
  EXPECT_EQ(tag(arn + "none", R"({"Value":"v"})"), "ValidationException: The Tag Key provided is invalid, Key: null");
  EXPECT_EQ(tag(arn + "none", R"({"Key":"k!","Value":"v"})"), "ValidationException: The Tag Key provided is invalid, Key: k!");
  EXPECT_EQ(tag(arn + "none", R"({"Key":"aws:k","Value":"v"})"), "ValidationException: Tag Key cannot be prefixed with aws:, Key: aws:k");
  EXPECT_EQ(tag(arn + "none", R"({"Key":"k","Value":"v"},{"Key":"k","Value":"w"})"),
            "ValidationException: Duplicate Tag Keys provided as input: Duplicate Tag Key found k");
  EXPECT_EQ(tag(arn + "none", R"({"Key":"k","Value":""})"),
            "ResourceNotFoundException: Requested resource not found: ResourcArn: " + arn + "none not found");
  EXPECT_EQ(error("UntagResource", R"({"ResourceArn":")" + arn + R"(none","TagKeys":["k"]})"),
            "ResourceNotFoundException: Requested resource not found");
  EXPECT_EQ(error("UpdateTimeToLive", "{}"),
            "ValidationException: The parameter 'TableName' is required but was not present in the request");
}

TEST_F(TableChanges, LosesNoTagToAnotherCaller)
{
  create(k_hash_table);
  const std::string resource = R"("ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/hash")";
  const auto listed = [this, &resource] { return call("ListTagsOfResource", "{" + resource + "}")["Tags"]; };
  const auto go = [&](const std::string& key) {
    for (int round = 0; round < 40; ++round) {
      call("TagResource", fmt::format(R"({{{},"Tags":[{{"Key":"{}","Value":"v"}}]}})", resource, key));
      const Json tags = listed();
      EXPECT_NE(std::find(tags.begin(), tags.end(), Json({{"Key", key}, {"Value", "v"}})), tags.end());
      call("UntagResource", fmt::format(R"({{{},"TagKeys":["{}"]}})", resource, key));
    }
  };
  std::thread other(go, "a");
  go("b");
  other.join();
  EXPECT_EQ(listed().size(), 0U);
}

}  // namespace
}  // namespace davit::aws::local::dynamodb
