# SPDX-License-Identifier: Apache-2.0
"""PartiQL of the local DynamoDB through boto3: what statements read and write, and what the service says of those that it refuses."""
import uuid

import local_aws

local_aws.use_tools()

MALFORMED = "Statement wasn't well formed, can't be processed: "
NO_KEY = "Where clause does not contain a mandatory equality on all key attributes"


class PartiQl(local_aws.LocalAwsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.aws.client("dynamodb")
        cls.client.create_table(
            TableName="Users",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        cls.client.create_table(
            TableName="Orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in (("id", "S"), ("number", "N"), ("state", "S"), ("day", "S"))],
            GlobalSecondaryIndexes=[
                {"IndexName": "by-state", "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}
            ],
            LocalSecondaryIndexes=[
                {
                    "IndexName": "by-day",
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "day", "KeyType": "RANGE"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        for table in ("Users", "Orders"):
            cls.client.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1})

    def setUp(self):
        self.id = uuid.uuid4().hex

    def run_statement(self, statement, *parameters, **more):
        arguments = {"Parameters": list(parameters)} if parameters else {}
        return self.client.execute_statement(Statement=statement, **arguments, **more)

    def items(self, statement, *parameters, **more):
        return self.run_statement(statement, *parameters, **more)["Items"]

    def message(self, statement, *parameters, **more):
        code, message, status = self.refused(self.run_statement, statement, *parameters, **more)
        self.assertEqual((code, status), ("ValidationException", 400), statement)
        return message

    def fill(self, count=5):
        for number in range(count):
            item = {"id": {"S": self.id}, "number": {"N": str(number)}, "state": {"S": f"{self.id}{number % 2}"}, "amount": {"N": str(number * 10)}, "day": {"S": f"d{9 - number}"}}
            self.client.put_item(TableName="Orders", Item=item)

    def numbers(self, where, *parameters, source="Orders", **more):
        items = self.items(f'SELECT number FROM {source} WHERE {where.replace("MINE", repr(self.id))}', *parameters, **more)
        return [int(item["number"]["N"]) for item in items]

    def test_insert_read_update_delete(self):
        self.assertEqual(self.items(f"INSERT INTO Users VALUE {{'id': '{self.id}', 'n': 1, 'tags': <<'a', 'b'>>, 'deep': {{'steps': [1, -2.5e1, true, null]}}}}"), [])
        stored = {"id": {"S": self.id}, "n": {"N": "1"}, "tags": {"SS": ["a", "b"]}, "deep": {"M": {"steps": {"L": [{"N": "1"}, {"N": "-25"}, {"BOOL": True}, {"NULL": True}]}}}}
        self.assertEqual(self.items("SELECT * FROM Users WHERE id = ?", {"S": self.id}, ConsistentRead=True), [stored])
        self.assertEqual(self.refused(self.run_statement, "INSERT INTO Users VALUE {'id': ?}", {"S": self.id})[:2], ("DuplicateItemException", "Duplicate primary key exists in table"))
        self.assertEqual(self.items("SELECT deep.steps[1], n FROM Users WHERE id = ?", {"S": self.id}), [{"steps[1]": {"N": "-25"}, "n": {"N": "1"}}])
        updated = self.items("UPDATE Users SET n = n + ?, x = if_not_exists(x, 'new') REMOVE deep WHERE id = ? AND n < 2 RETURNING ALL NEW *", {"N": "4"}, {"S": self.id})
        self.assertEqual(updated, [{"id": {"S": self.id}, "n": {"N": "5"}, "tags": {"SS": ["a", "b"]}, "x": {"S": "new"}}])
        changed = self.items("UPDATE Users SET tags = set_add(tags, <<'c'>>) SET n = 6 WHERE id = ? RETURNING MODIFIED OLD *", {"S": self.id})
        self.assertEqual(changed, [{"n": {"N": "5"}, "tags": {"SS": ["a", "b"]}}])
        self.assertEqual(self.items("FROM Users WHERE id = ? SET tags = set_delete(tags, <<'a', 'b', 'c'>>) RETURNING ALL NEW *", {"S": self.id})[0].keys(), {"id", "n", "x"})
        self.assertEqual(self.items("DELETE FROM Users WHERE id = ? RETURNING ALL OLD *", {"S": self.id}), [{"id": {"S": self.id}, "n": {"N": "6"}, "x": {"S": "new"}}])
        self.assertEqual(self.items("DELETE FROM Users WHERE id = ? AND n = 6 RETURNING ALL OLD *", {"S": self.id}), [])

    def test_a_write_whose_condition_fails(self):
        failed = ("ConditionalCheckFailedException", "The conditional request failed", 400)
        self.assertEqual(self.refused(self.run_statement, "UPDATE Users SET n = 1 WHERE id = ?", {"S": self.id}), failed)
        self.run_statement("INSERT INTO Users VALUE {'id': ?, 'n': 1}", {"S": self.id})
        for statement in ("UPDATE Users SET n = 2 WHERE id = ? AND n = 9", "DELETE FROM Users WHERE id = ? AND attribute_exists(absent)", "FROM Users WHERE id = ? AND n IS MISSING REMOVE n"):
            self.assertEqual(self.refused(self.run_statement, statement, {"S": self.id}), failed)
        with self.assertRaises(self.client.exceptions.ConditionalCheckFailedException) as caught:
            self.run_statement("UPDATE Users SET n = 2 WHERE id = ? AND n = 9", {"S": self.id}, ReturnValuesOnConditionCheckFailure="ALL_OLD")
        self.assertEqual(caught.exception.response["Item"], {"id": {"S": self.id}, "n": {"N": "1"}})

    def test_conditions(self):
        self.fill()
        for where, expected in (
            ("id = MINE", [0, 1, 2, 3, 4]),
            ("id = MINE AND number = 3", [3]),
            ("id = MINE AND number BETWEEN 1 AND 3 AND amount <> 20", [1, 3]),
            ("id = MINE AND number IN [4, 2, 9]", [2, 4]),
            ("id = MINE AND number > 0 AND number <= 2", [1, 2]),
            ("id = MINE AND NOT number = 1 AND NOT (amount = 0 OR amount = 40)", [2, 3]),
            ("id = MINE AND begins_with(state, MINE) AND contains(state, MINE)", [0, 1, 2, 3, 4]),
            ("id = MINE AND size(state) = 33 AND attribute_type(amount, 'N') AND amount IS NUMERIC", [0, 1, 2, 3, 4]),
            ("id = MINE AND absent IS MISSING AND state IS NOT MISSING AND attribute_exists(amount) = true", [0, 1, 2, 3, 4]),
            ("id = MINE AND (number < 1 OR number = 3)", [0, 3]),
            ("id = MINE AND number = 1 OR id = MINE AND number = 4", [1, 4]),
            ("id = MINE ORDER BY number DESC", [4, 3, 2, 1, 0]),
            ("id IN ['nobody', MINE]", [0, 1, 2, 3, 4]),
            ("amount >= 30 AND id = MINE -- the rest is a comment", [3, 4]),
        ):
            self.assertEqual(self.numbers(where), expected, where)
        self.assertEqual(sorted(self.numbers("begins_with(state, MINE)")), [0, 1, 2, 3, 4], "a scan")

    def test_indexes(self):
        self.fill()
        self.assertEqual(sorted(self.numbers(f"state = '{self.id}1'", source='"Orders"."by-state"')), [1, 3])
        self.assertEqual(self.numbers("id = MINE AND day > 'd6'", source='"Orders"."by-day"'), [2, 1, 0])
        capacity = self.run_statement(f"""SELECT amount FROM "Orders"."by-day" WHERE id = '{self.id}'""", ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
        self.assertEqual((capacity["Table"]["CapacityUnits"], capacity["LocalSecondaryIndexes"]["by-day"]["CapacityUnits"]), (2.5, 0.5))
        keyed = "One or more parameter values were invalid: Secondary index by-state does not project one or more filter attributes: [amount]"
        for statement, message, more in (
            ('SELECT * FROM "Orders"."none" WHERE id = \'a\'', "The table does not have the specified index", {}),
            ('SELECT amount FROM "Orders"."by-state"', "One or more parameter values were invalid: Global secondary index by-state does not project [amount]", {}),
            ("SELECT id FROM \"Orders\".\"by-state\" WHERE state = 'a' AND amount = 1", keyed, {}),
            ("SELECT id FROM \"Orders\".\"by-state\" WHERE state = 'a'", "Strongly consistent read is not supported on Global Secondary Indexes", {"ConsistentRead": True}),
            ('SELECT * FROM "Orders"."by-state"."more"', "A path may contain at most 2 components in the FROM clause", {}),
            ('SELECT * FROM "Orders".""', "Path component cannot be an empty string", {}),
            ("UPDATE \"Orders\".\"by-state\" SET a = 1 WHERE id = 'a' AND number = 1", "This operation is not supported on an index", {}),
            ("INSERT INTO \"Orders\".\"by-state\" VALUE {'id': 'a'}", "FROM clause may only contain a single table name in data manipulation statements", {}),
        ):
            self.assertEqual(self.message(statement, **more), message)

    def test_pages(self):
        self.fill(7)
        for statement in ("SELECT number FROM Orders WHERE id = ? AND amount <> 20", "SELECT number FROM Orders WHERE id = ? AND (number < 3 OR number > 4)"):
            seen, token, pages = [], {}, 0
            while True:
                page = self.run_statement(statement, {"S": self.id}, Limit=2, **token)
                seen += [int(item["number"]["N"]) for item in page["Items"]]
                pages += 1
                if "NextToken" not in page:
                    break
                token = {"NextToken": page["NextToken"]}
            self.assertEqual(seen, [0, 1, 3, 4, 5, 6] if "<>" in statement else [0, 1, 2, 5, 6])
            self.assertGreaterEqual(pages, 3)
        first = self.run_statement("SELECT * FROM Orders WHERE id = ?", {"S": self.id}, Limit=1)
        self.assertEqual(self.message("SELECT * FROM Orders", NextToken=first["NextToken"]), "NextToken does not match request")
        self.assertEqual(self.message("SELECT * FROM Orders", NextToken="nonsense"), "Invalid NextToken")

    def test_refusals(self):
        for statement, message in (
            ("SELECT * FROM Users WHERE", MALFORMED + "Unexpected term"),
            ("SELECT * FROM Users WHERE id = 'a' AND", MALFORMED + "Missing right-hand side expression of infix operator"),
            ("SELECT * FROM Users WHERE id = 'a' more", MALFORMED + "Unexpected token after expression"),
            ("SELECT * FROM Users WHERE ORDER BY id", MALFORMED + "Unexpected keyword"),
            ("SELECT * FROM Users WHERE id = LIKE", MALFORMED + "Unexpected operator"),
            ("SELECT * FROM Users WHERE a IS FOO", MALFORMED + "Expected type name"),
            ("SELECT * FROM Users WHERE attribute_exists(a.inner)", MALFORMED + "Invalid path dot component"),
            ("SELECT * FROM Users WHERE id = 'a' # note", MALFORMED),
            ("SELECT * FROM Users WHERE id = 'a' /* note", MALFORMED),
            ('SELECT * FROM "Users', MALFORMED),
            ("SELECT * FROM Users WHERE a = 1e2147483648", MALFORMED),
            ("SELECT * FROM Users WHERE a = 1.5e-2147483647", MALFORMED),
            ("SELECT * FROM Users WHERE " + "(" * 2000 + "a = 1" + ")" * 2000, MALFORMED),
            ("SELECT * FROM Users WHERE " + "NOT " * 1500 + "a = 1", MALFORMED),
            ("INSERT INTO Users VALUE {'id': " + "[" * 2000 + "]" * 2000 + "}", MALFORMED),
            ("SLECT * FROM Users", MALFORMED + "Expected data manipulation"),
            ("x IS INT4", "Unsupported operation: IsType"),
            ("DELETE FROM", MALFORMED + "Expected identifier for simple path"),
            ("DELETE FROM Users WHERE id = 'a' ORDER BY id", MALFORMED + "Unexpected token after expression"),
            ("SELECT * FROM Users u WHERE id = 'a'", "Aliasing is not supported"),
            ("SELECT * FROM Users WHERE a = 1e126", "Number overflow. Attempting to store a number with magnitude larger than supported range under root"),
            ("INSERT INTO Users VALUE {'id': 'a', 'm': {'x': 1e-131}}", "Number underflow. Attempting to store a number with magnitude smaller than supported range under root.x"),
            ("INSERT INTO Users VALUE {'id': 'a', 'l': [1, 1e126]}", "Number overflow. Attempting to store a number with magnitude larger than supported range under root[1]"),
            ("UPDATE Users SET a = 1", NO_KEY),
            ("UPDATE Users SET a = 1 WHERE b = 1", NO_KEY),
            ("DELETE FROM Orders WHERE id = 'a'", NO_KEY),
            ("DELETE FROM Users WHERE id = 'a' RETURNING MODIFIED OLD *", "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE statements."),
            ("SELECT * FROM Users WHERE id = 5", "Key attribute's data type should match its data type in table's schema: Key id"),
            ("INSERT INTO Users VALUE {'name': 'a'}", "Key attribute should be present in the item: Key id"),
            ("UPDATE Users SET a = set_add(b, <<1>>) WHERE id = 'a'", "The first argument to SET_ADD must equal the assignment value at 1:22:7"),
            ("UPDATE Users SET a = set_add(a, 1) WHERE id = 'a'", "The second argument to SET_ADD must be a value with type SET at 1:30:1"),
            ("SELECT * FROM Users WHERE id = 'a' AND EXISTS(b)", "Unrecognized function: exists at 1:40:6"),
            ("SELECT attribute_exists(b) FROM Users", "Unexpected path component at 1:8:16"),
            ("SELECT * FROM Orders WHERE id = 'a' AND x = 1 OR id = 'a' AND number = 2", "Overlapping conditions with range keys are not supported in where clause"),
            ("SELECT * FROM Users WHERE a = ?", "Number of parameters in request and statement don't match."),
            ("EXISTS(SELECT * FROM Users WHERE id = 'a')", "EXISTS can only be used in ExecuteTransaction write requests."),
        ):
            self.assertEqual(self.message(statement), message, statement[:100])
        wrong_operand = "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"
        self.assertEqual(self.message("SELECT * FROM Users WHERE id = 'x' AND a < ?", {"BOOL": True}), wrong_operand)
        missing = self.refused(self.run_statement, "SELECT * FROM Nowhere WHERE id = 'a'")
        self.assertEqual(missing, ("ResourceNotFoundException", "Requested resource not found", 400))

    def test_batch(self):
        batch = lambda *statements: self.client.batch_execute_statement(Statements=[{"Statement": statement.replace("MINE", self.id)} for statement in statements], ReturnConsumedCapacity="TOTAL")
        written = batch("INSERT INTO Users VALUE {'id': 'MINE', 'n': 1}", "INSERT INTO Users VALUE {'id': 'MINE'}", "UPDATE Users SET n = 2 WHERE id = 'MINE' AND n = 5", "SLECT", "DELETE FROM Nowhere WHERE id = 'a'", "UPDATE Users SET n = 3 WHERE id = 'MINE' RETURNING ALL OLD *")
        failed = lambda code, message, **more: {"Error": {"Code": code, "Message": message}, **more}
        self.assertEqual(
            written["Responses"],
            [
                {"TableName": "Users"},
                failed("DuplicateItem", "Duplicate primary key exists in table", TableName="Users"),
                failed("ConditionalCheckFailed", "The conditional request failed", TableName="Users"),
                failed("ValidationError", MALFORMED + "Expected data manipulation"),
                failed("ResourceNotFound", "Requested resource not found"),
                {"TableName": "Users", "Item": {"id": {"S": self.id}, "n": {"N": "1"}}},
            ],
        )
        read = batch("SELECT n FROM Users WHERE id = 'MINE'", "SELECT * FROM Users WHERE id = 'none'", "SELECT * FROM Users WHERE id = 'MINE' AND n = 3", "SELECT * FROM Orders WHERE id = 'MINE'")
        not_one = failed("ValidationError", "Select statements within BatchExecuteStatement must specify the primary key in the where clause.")
        self.assertEqual(read["Responses"], [{"TableName": "Users", "Item": {"n": {"N": "3"}}}, {"TableName": "Users"}, not_one, not_one])
        self.assertEqual(read["ConsumedCapacity"], [{"TableName": "Users", "CapacityUnits": 1.0}])

    def test_transaction(self):
        def transact(*statements, **more):
            return self.client.execute_transaction(TransactStatements=[{"Statement": statement.replace("MINE", self.id)} for statement in statements], **more)

        token = uuid.uuid4().hex
        statements = ["INSERT INTO Users VALUE {'id': 'MINE', 'n': 1}", "INSERT INTO Users VALUE {'id': 'MINE-2', 'n': 1}"]
        first = transact(*statements, ClientRequestToken=token, ReturnConsumedCapacity="TOTAL")
        again = transact(*statements, ClientRequestToken=token, ReturnConsumedCapacity="TOTAL")
        self.assertEqual((first["Responses"], first["ConsumedCapacity"]), ([], [{"TableName": "Users", "CapacityUnits": 4, "WriteCapacityUnits": 4}]))
        self.assertEqual(again["ConsumedCapacity"], [{"TableName": "Users", "CapacityUnits": 4, "ReadCapacityUnits": 4}])
        with self.assertRaises(self.client.exceptions.TransactionCanceledException) as caught:
            transact("EXISTS(SELECT * FROM Users WHERE id = 'MINE' AND n = 7)", "UPDATE Users SET n = 9 WHERE id = 'MINE-2'", "INSERT INTO Users VALUE {'id': 'MINE-3'}", "UPDATE Users SET n = 1 WHERE id = 'MINE-4'")
        self.assertEqual([reason["Code"] for reason in caught.exception.response["CancellationReasons"]], ["ConditionalCheckFailed", "None", "None", "ConditionalCheckFailed"])
        read = transact("SELECT n FROM Users WHERE id = 'MINE-2'", "SELECT * FROM Users WHERE id = 'MINE-3'")
        self.assertEqual(read["Responses"], [{"Item": {"n": {"N": "1"}}}, {}])
        for statements, message in (
            (["UPDATE Users SET n = 1 WHERE id = 'a' RETURNING ALL NEW *"], "Validation failed in TransactStatements[0]: RETURNING clause is not supported in ExecuteTransaction."),
            (["SELECT * FROM \"Orders\".\"by-state\" WHERE state = 'x'"], "Validation failed in TransactStatements[0]: Reads on indices are not supported within transactions."),
            (["EXISTS(SELECT * FROM Users WHERE id = 'a')"], "Validation failed in TransactStatements[0]: EXISTS() must contain a single item read with additional condition"),
            (["SELECT * FROM Users WHERE id = 'a'", "DELETE FROM Users WHERE id = 'b'"], "ExecuteTransaction API does not support both read and write operations in the same request."),
            (["DELETE FROM Users WHERE id = 'b'", "DELETE FROM Users WHERE id = 'b'"], "Transaction request cannot include multiple operations on one item"),
        ):
            self.assertEqual(self.refused(transact, *statements), ("ValidationException", message, 400))

    def test_capacity_is_that_of_the_operation(self):
        """A statement uses what the operation that does the same uses, index by index."""
        key = lambda suffix: {"id": {"S": self.id + suffix}, "number": {"N": "1"}}
        where = lambda suffix: f"WHERE id = '{self.id}{suffix}' AND number = 1"
        rest = {"state": {"S": self.id}, "day": {"S": "monday"}, "text": {"S": "x" * 2000}}
        told = {"TableName": "Orders", "ReturnConsumedCapacity": "INDEXES"}
        change = {"UpdateExpression": "SET #d = :d", "ExpressionAttributeNames": {"#d": "day"}, "ExpressionAttributeValues": {":d": {"S": "sunday"}}}
        by_state = {"IndexName": "by-state", "KeyConditionExpression": "#s = :s", "ExpressionAttributeNames": {"#s": "state"}, "ExpressionAttributeValues": {":s": {"S": self.id}}}
        insert = f"INSERT INTO Orders VALUE {{'id': '{self.id}b', 'number': 1, 'state': '{self.id}', 'day': 'monday', 'text': ?}}"
        for operation, statement, *parameters in (
            (lambda: self.client.put_item(Item={**key("a"), **rest}, **told), insert, rest["text"]),
            (lambda: self.client.get_item(Key=key("a"), **told), f"SELECT * FROM Orders {where('b')}"),
            (lambda: self.client.query(**by_state, **told), f"""SELECT * FROM "Orders"."by-state" WHERE state = '{self.id}'"""),
            (lambda: self.client.update_item(Key=key("a"), **change, **told), f"UPDATE Orders SET day = 'sunday' {where('b')}"),
            (lambda: self.client.delete_item(Key=key("a"), **told), f"DELETE FROM Orders {where('b')}"),
            (lambda: self.client.delete_item(Key=key("none"), **told), f"DELETE FROM Orders {where('none')}"),
        ):
            expected = operation()["ConsumedCapacity"]
            self.assertEqual(self.run_statement(statement, *parameters, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"], expected, statement)

    def test_the_first_of_two_faults(self):
        """What is wrong with the text comes before what is wrong with the parameters, and both before the table."""
        self.assertIn(MALFORMED, self.message("SELECT * FROM Nowhere WHERE id = ? AND size(", {"S": "a"}, {"S": "b"}))
        self.assertEqual(self.message("SELECT * FROM Nowhere WHERE id = ?", {"S": "a"}, {"S": "b"}), "Number of parameters in request and statement don't match.")
        self.assertEqual(self.message("SELECT * FROM Nowhere WHERE id = ?", {"N": "no number"}), "The parameter cannot be converted to a numeric value: no number")
        self.assertEqual(self.refused(self.run_statement, "SELECT id, id FROM Nowhere")[0], "ResourceNotFoundException")
        self.assertEqual(self.message("SELECT id, id FROM Users"), "Duplicate identifiers in select clause: id")


if __name__ == "__main__":
    local_aws.main()
