# SPDX-License-Identifier: Apache-2.0
"""Random DynamoDB requests, right and wrong, the same for the same seed."""
import base64
import copy
import random
import re

TABLES = {
    "hash-table": {
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    },
    "sorted-table": {
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "N"},
            {"AttributeName": "sk", "AttributeType": "S"},
            {"AttributeName": "g", "AttributeType": "S"},
            {"AttributeName": "l", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [
            {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
             "Projection": {"ProjectionType": "ALL"}},
            {"IndexName": "keys-of-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}},
        ],
        "LocalSecondaryIndexes": [
            {"IndexName": "by-l", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
             "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]}},
        ],
    },
    "binary-table": {
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "B"}, {"AttributeName": "sk", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    },
}
KEYS = {"hash-table": {"pk": "S"}, "sorted-table": {"pk": "N", "sk": "S"}, "binary-table": {"pk": "B", "sk": "N"}}
WORDS = ["", "a", "b", "ab", "abc", "zebra", "\u00e9t\u00e9", "x y", "\\\"quoted\"", "\u20ac"]
NUMBERS = ["0", "1", "-1", "2", "10", "1.5", "-0.25", "1e3", "99999999999999999999999999999999999999", "1E-100", "0.0"]
NAMES = ["a", "b", "n", "m", "tags", "things"]


class Requests:
    """Makes (operation, input) pairs."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, choices):
        return self.random.choice(choices)

    def chance(self, probability):
        return self.random.random() < probability

    # Values.
    def scalar(self, kind):
        if kind == "S":
            return {"S": self.pick(WORDS)}
        if kind == "N":
            return {"N": self.pick(NUMBERS)}
        # dynalite looks for beginnings in binaries as if they were UTF-8.
        return {"B": base64.b64encode(bytes(self.random.sample(range(128), self.random.randint(0, 3)))).decode()}

    def key_value(self, kind):
        if kind == "S":
            return {"S": self.pick(["a", "b", "c", "\u00e9", "long" * 10])}
        if kind == "N":
            return {"N": self.pick(["1", "2", "2.0", "-3", "1e2"])}
        return {"B": self.pick(["AA==", "AAE=", "/w==", "AAA="])}

    def value(self, depth=0):
        kind = self.pick(["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS"] + (["L", "M"] * 2 if depth < 3 else []))
        if kind in ("S", "N", "B"):
            return self.scalar(kind)
        if kind == "BOOL":
            return {"BOOL": self.chance(0.5)}
        if kind == "NULL":
            return {"NULL": True}
        if kind == "SS":
            return {"SS": self.random.sample(["x", "y", "z", "\u00e9"], self.random.randint(1, 3))}
        if kind == "NS":
            return {"NS": self.random.sample(["1", "2", "3.5", "-7"], self.random.randint(1, 3))}
        if kind == "BS":
            return {"BS": self.random.sample(["AA==", "AQ==", "Ag=="], self.random.randint(1, 3))}
        if kind == "L":
            return {"L": [self.value(depth + 1) for _ in range(self.random.randint(0, 3))]}
        return {"M": {self.pick(["x", "y", "z"]): self.value(depth + 1) for _ in range(self.random.randint(0, 3))}}

    def key(self, table):
        return {name: self.key_value(kind) for name, kind in KEYS[table].items()}

    def item(self, table):
        item = {name: self.value() for name in self.random.sample(NAMES, self.random.randint(0, 4))}
        if table == "sorted-table":
            if self.chance(0.6):
                item["g"] = {"S": self.pick(["g1", "g2"])}
            if self.chance(0.6):
                item["l"] = {"N": self.pick(["1", "2", "30", "-4"])}
        return {**item, **self.key(table)}

    # Expressions, with the placeholders that they use.
    def path(self, names):
        path = self.pick(NAMES + ["pk", "g"] + ["#" + name for name in NAMES])
        if path.startswith("#"):
            names[path] = path[1:]
        if self.chance(0.2):
            path += self.pick(["[0]", "[1]", ".x", ".y.z", "[0].x"])
        return path

    def operand(self, names, values, paths=None):
        """Appends to `paths` the path that the operand has, if any."""
        roll = self.random.random()
        if roll < 0.45:
            path = self.path(names)
            if paths is not None:
                paths.append(path)
            return path if roll < 0.35 else f"size({path})"
        placeholder = f":v{len(values)}"
        # No lists, maps and false: for dynalite none is equal to another.
        value = self.scalar(self.pick("SN")) if self.chance(0.7) else self.value(depth=3)
        values[placeholder] = {"BOOL": True} if "BOOL" in value else value
        return placeholder

    def comparison(self, names, values, paths):
        form = self.random.randint(0, 5)
        if form <= 2:
            comparator = self.pick(["=", "<>", "<", "<=", ">", ">="])
            return f"{self.operand(names, values, paths)} {comparator} {self.operand(names, values, paths)}"
        paths.append(self.path(names))
        if form == 3:
            return f"{paths[-1]} BETWEEN {self.operand(names, values, paths)} AND {self.operand(names, values, paths)}"
        if form == 4:
            return f"{paths[-1]} IN ({', '.join(self.operand(names, values, paths) for _ in range(self.random.randint(1, 3)))})"
        subject, argument = paths[-1], self.operand(names, values, paths)
        # dynalite finds beginnings of numbers and lists as well, where an attribute holds the beginning.
        return f"{self.pick(['begins_with', 'contains']) if len(paths) == 1 else 'contains'}({subject}, {argument})"

    def predicate(self, names, values):
        form = self.random.randint(0, 7)
        if form <= 5:
            paths = []
            text = self.comparison(names, values, paths)
            if len(paths) < 2:
                return text
            # dynalite takes two attributes that are not there for equal, and brings lists and maps into an order: they are compared only where both are there,
            # and ordered only where the first is a number.
            guards = [f"attribute_exists({path})" for path in paths]
            if re.search(r" (<|<=|>|>=|BETWEEN) ", text) and text.startswith(paths[0] + " "):
                values[":number"] = {"S": "N"}
                guards.append(f"attribute_type({paths[0]}, :number)")
            return " AND ".join([*guards, text])
        if form == 6:
            return f"{self.pick(['attribute_exists', 'attribute_not_exists'])}({self.path(names)})"
        # For dynalite an empty string, false and nothing have no type.
        values[f":t{len(values)}"] = {"S": self.pick(["N", "L", "M", "SS", "NS", "BS", "X"])}
        return f"attribute_type({self.path(names)}, {list(values)[-1]})"

    def condition(self, names, values, depth=0):
        if depth > 2 or self.chance(0.5):
            return self.predicate(names, values)
        form = self.random.randint(0, 3)
        left = self.condition(names, values, depth + 1)
        if form == 0:
            return f"NOT ({left})" if " AND " in left and not left.startswith("(") else f"NOT {left}"
        if form == 1:
            return f"({left})"
        return f"{left} {self.pick(['AND', 'OR', 'and'])} {self.condition(names, values, depth + 1)}"

    def set_value(self, names, values):
        form = self.random.randint(0, 4)
        if form == 0:
            return f"{self.operand(names, values)} {self.pick('+-')} {self.operand(names, values)}"
        if form == 1:
            return f"if_not_exists({self.path(names)}, {self.operand(names, values)})"
        if form == 2:
            return f"list_append({self.operand(names, values)}, {self.operand(names, values)})"
        return self.operand(names, values)

    def update(self, names, values):
        clauses = []
        for keyword in self.random.sample(["SET", "REMOVE", "ADD", "DELETE"], self.random.randint(1, 2)):
            actions = []
            for _ in range(self.random.randint(1, 2)):
                path = self.path(names)
                if keyword == "SET":
                    actions.append(f"{path} = {self.set_value(names, values)}")
                elif keyword == "REMOVE":
                    actions.append(path)
                else:
                    values[f":u{len(values)}"] = self.pick([{"N": "5"}, {"SS": ["x", "q"]}, {"NS": ["1", "8"]}, self.value()])
                    actions.append(f"{path} {list(values)[-1]}")
            clauses.append(f"{keyword} {', '.join(actions)}")
        return " ".join(clauses)

    def damage(self, text):
        """A slip of the fingers, sometimes."""
        if not self.chance(0.12):
            return text
        form = self.random.randint(0, 4)
        at = self.random.randrange(len(text) + 1)
        if form == 0:
            return text[:at] + text[at + 1:]
        if form == 1:
            return text[:at] + self.pick(["(", ")", ",", "=", " AND ", ":", "#", "!", "[", "."]) + text[at:]
        if form == 2:
            return "((" + text + "))"
        if form == 3:
            return ""
        return text + self.pick([" AND", " = :v0", " foo(a)", " SET x = :y"])

    def with_expressions(self, request, members):
        names, values = {}, {}
        for member, make in members.items():
            request[member] = self.damage(make(names, values))
        if self.chance(0.04):
            names["#unused"] = "x"
        if self.chance(0.04):
            values[":unused"] = {"S": "x"}
        if names:
            request["ExpressionAttributeNames"] = names
        if values:
            request["ExpressionAttributeValues"] = values
        return request

    def capacity(self, request):
        if self.chance(0.3):
            request["ReturnConsumedCapacity"] = self.pick(["TOTAL", "INDEXES", "NONE"])
        return request

    # Operations.
    def put_item(self):
        table = self.pick(list(TABLES))
        request = self.capacity({"TableName": table, "Item": self.item(table)})
        if self.chance(0.3):
            request["ReturnValues"] = self.pick(["ALL_OLD", "NONE"])
        if self.chance(0.4):
            self.with_expressions(request, {"ConditionExpression": self.condition})
        return "PutItem", request

    def delete_item(self):
        table = self.pick(list(TABLES))
        request = self.capacity({"TableName": table, "Key": self.key(table)})
        if self.chance(0.5):
            request["ReturnValues"] = self.pick(["ALL_OLD", "NONE"])
        if self.chance(0.4):
            self.with_expressions(request, {"ConditionExpression": self.condition})
        return "DeleteItem", request

    def get_item(self):
        table = self.pick(list(TABLES))
        request = self.capacity({"TableName": table, "Key": self.key(table)})
        if self.chance(0.5):
            request["ConsistentRead"] = self.chance(0.5)
        if self.chance(0.5):
            self.with_expressions(request, {"ProjectionExpression": self.projection})
        return "GetItem", request

    def projection(self, names, values):
        return ", ".join(self.path(names) for _ in range(self.random.randint(1, 3)))

    def update_item(self):
        table = self.pick(list(TABLES))
        request = self.capacity({"TableName": table, "Key": self.key(table)})
        if self.chance(0.6):
            request["ReturnValues"] = self.pick(["ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE"])
        members = {"UpdateExpression": self.update}
        if self.chance(0.3):
            members["ConditionExpression"] = self.condition
        return "UpdateItem", self.with_expressions(request, members)

    def query(self):
        table = self.pick(["sorted-table", "sorted-table", "binary-table", "hash-table"])
        index = self.pick([None, "by-g", "keys-of-g", "by-l"]) if table == "sorted-table" else None
        partition, sort = {"by-g": ("g", "l"), "keys-of-g": ("g", None), "by-l": ("pk", "l")}.get(index, (list(KEYS[table])[0], (list(KEYS[table]) + [None])[1]))
        kinds = {**KEYS[table], "g": "S", "l": "N"}
        request = self.capacity({"TableName": table})
        if index:
            request["IndexName"] = index
        if self.chance(0.4):
            request["ScanIndexForward"] = self.chance(0.5)
        # The order of equal keys in an index is nobody's promise.
        if not index and self.chance(0.2):
            request["Limit"] = self.random.randint(1, 4)
        if self.chance(0.15):
            request["Select"] = self.pick(["COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"])
        if self.chance(0.2):
            request["ConsistentRead"] = self.chance(0.5)

        def conditions(names, values):
            values[":p"] = {"S": self.pick(["g1", "g2"])} if partition == "g" else self.key_value(kinds[partition])
            text = f"{partition} = :p"
            if sort and self.chance(0.6):
                values[":s"] = {"N": self.pick(["1", "2", "30"])} if sort == "l" else self.key_value(kinds[sort])
                form = self.pick(["{0} = :s", "{0} < :s", "{0} <= :s", "{0} > :s", "{0} >= :s", ":s <= {0}", "begins_with({0}, :s)", "{0} BETWEEN :s AND :s", "{0} <> :s"])
                text += " AND " + form.format(sort)
            return text

        members = {"KeyConditionExpression": conditions}
        if self.chance(0.3):
            members["FilterExpression"] = self.condition
        if self.chance(0.2):
            members["ProjectionExpression"] = self.projection
        return "Query", self.with_expressions(request, members)

    def scan(self):
        table = self.pick(list(TABLES))
        request = self.capacity({"TableName": table})
        if table == "sorted-table" and self.chance(0.4):
            request["IndexName"] = self.pick(["by-g", "keys-of-g", "by-l"])
        if self.chance(0.2):
            request["Select"] = self.pick(["COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"])
        members = {}
        if self.chance(0.6):
            members["FilterExpression"] = self.condition
        # What a filter sees of an item that a local index fetches is nowhere said.
        if self.chance(0.3) and not (members and request.get("IndexName") == "by-l"):
            members["ProjectionExpression"] = self.projection
        return "Scan", self.with_expressions(request, members)

    def batch_write_item(self):
        request = {}
        for table in self.random.sample(list(TABLES), self.random.randint(1, 2)):
            request[table] = [{"PutRequest": {"Item": self.item(table)}} if self.chance(0.7) else {"DeleteRequest": {"Key": self.key(table)}}
                              for _ in range(self.random.randint(1, 3))]
        return "BatchWriteItem", self.capacity({"RequestItems": request})

    def batch_get_item(self):
        request = {}
        for table in self.random.sample(list(TABLES), self.random.randint(1, 2)):
            request[table] = {"Keys": [self.key(table) for _ in range(self.random.randint(1, 3))]}
            if self.chance(0.3):
                self.with_expressions(request[table], {"ProjectionExpression": self.projection})
        return "BatchGetItem", self.capacity({"RequestItems": request})

    def create_table(self):
        definition = copy.deepcopy(self.pick(list(TABLES.values())))
        definition["TableName"] = self.pick(["hash-table", "ab", "x!", "made-up"])
        form = self.random.randint(0, 9)
        if form == 0:
            definition["KeySchema"].append({"AttributeName": "other", "KeyType": "RANGE"})
        elif form == 1:
            definition["AttributeDefinitions"].pop()
        elif form == 2:
            definition["KeySchema"][0]["KeyType"] = self.pick(["RANGE", "X"])
        elif form == 3:
            definition["AttributeDefinitions"][0]["AttributeType"] = "X"
        elif form == 4:
            definition["LocalSecondaryIndexes"] = []
        elif form == 5 and "GlobalSecondaryIndexes" in definition:
            definition["GlobalSecondaryIndexes"].append(definition["GlobalSecondaryIndexes"][0])
        elif form == 6 and "GlobalSecondaryIndexes" in definition:
            definition["GlobalSecondaryIndexes"][0]["Projection"] = self.pick([{}, {"ProjectionType": "X"}, {"ProjectionType": "ALL", "NonKeyAttributes": ["a"]}])
        if self.chance(0.8):
            definition["BillingMode"] = self.pick(["PAY_PER_REQUEST", "PAY_PER_REQUEST", "X", "PROVISIONED"])
        if definition["TableName"] == "made-up" and form > 6:
            definition["TableName"] = "hash-table"
        return "CreateTable", definition

    def request(self):
        make = self.pick([self.put_item] * 5 + [self.update_item] * 6 + [self.get_item] * 3 + [self.query] * 5 + [self.scan] * 4 +
                         [self.delete_item, self.batch_write_item, self.batch_get_item, self.create_table])
        operation, request = make()
        if self.chance(0.12):
            self.spoil(request)
        return operation, request

    def spoil(self, node):
        """One member somewhere gets a wrong type or value, or goes."""
        while True:
            if not node:
                return
            place = self.pick(list(node)) if isinstance(node, dict) else self.random.randrange(len(node))
            child = node[place]
            if isinstance(child, (dict, list)) and child and self.chance(0.7):
                node = child
                continue
            form = self.random.randint(0, 3)
            if form == 0:
                del node[place]
            else:
                node[place] = self.pick([23, 1.5, True, "text", "", [], {}, ["x"], {"S": "x"}, {"N": "nonsense"}, {"SS": ["a", "a"]}, {"N": "1e200"}, {"S": "a", "N": "1"}])
            return
