# SPDX-License-Identifier: Apache-2.0
"""Where the local DynamoDB and dynalite may differ: each rule knows the request that it is for, and both answers to it."""
import json
import re

from dynamodb_requests import TABLES

API = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
CAPTURES = "https://github.com/paritysuite/dynamodb-conformance/tree/main/captures"  # answers of the service itself, 2026
COUNTED = "1 validation error detected: "
INVALID = "One or more parameter values were invalid: "
WRITES = ("PutItem", "UpdateItem", "DeleteItem")
EXPRESSIONS = ("UpdateExpression", "ConditionExpression", "KeyConditionExpression", "FilterExpression", "ProjectionExpression")
UNORDERED = "(SS|NS|BS|BOOL|NULL|L|M)"


class Exchange:
    """One request and both answers, each as (status, error code, message, body). `ask` gives the local answer to another one."""

    def __init__(self, operation, request, ours, theirs, ask):
        self.operation, self.request, self.ours, self.theirs, self.ask = operation, request, ours, theirs, ask
        self.our_error, self.their_error = (f"{answer[1]}: {answer[2]}" if answer[0] != 200 else "" for answer in (ours, theirs))

    def both_succeed(self):
        return self.ours[0] == self.theirs[0] == 200

    def table(self):
        name = self.request.get("TableName")
        return TABLES.get(name) if isinstance(name, str) else None

    def expressions(self):
        """All of the request's, those for the tables of a batch as well."""
        tables = self.request.get("RequestItems") if isinstance(self.request.get("RequestItems"), dict) else {}
        parts = [self.request, *(table for table in tables.values() if isinstance(table, dict))]
        return " ".join(str(part.get(member) or "") for part in parts for member in EXPRESSIONS)

    def constants(self, operator):
        """Types of the constants that an operator (`<`, `BETWEEN`) has for operands."""
        kinds = set()
        for member in ("ConditionExpression", "FilterExpression", "KeyConditionExpression"):
            tokens = re.findall(r"size\([^()]*\)|[:#]?[\w#.\[\]]+|<=|>=|<>|[=<>]", self.request.get(member) or "")
            for place in (index for index, token in enumerate(tokens) if token == operator):
                for name in tokens[max(place - 1, 0):place + 4:2] if operator == "BETWEEN" else tokens[max(place - 1, 0):place + 2:2]:
                    value = (self.request.get("ExpressionAttributeValues") or {}).get(name)
                    kinds |= set(value) if isinstance(value, dict) else set()
        return kinds

    def looks_into(self, member, attributes):
        """Whether a path of the expression goes on behind one of these attributes."""
        aliases = [alias for alias, name in (self.request.get("ExpressionAttributeNames") or {}).items() if name in attributes]
        return any(re.search(rf"(?<![\w#.]){re.escape(name)}[.\[]", self.request.get(member) or "") for name in [*attributes, *aliases])


def counts_complaints(exchange):
    return exchange.operation in WRITES and COUNTED in exchange.our_error and exchange.our_error.replace(COUNTED, "", 1) == exchange.their_error


def names_the_token(exchange):
    return bool(re.search(r"Expression: Syntax error; token: \".+\", near: \".+\"$", exchange.our_error, re.S)) and "Expression: Syntax error; Expected" in exchange.their_error


def orders_constants(exchange):
    found = re.search(rf"(?:Condition|Filter)Expression: Incorrect operand type for operator or function; operator or function: (<|<=|>|>=|BETWEEN), operand type: {UNORDERED}$",
                      exchange.our_error)
    return bool(found) and found.group(2) in exchange.constants(found.group(1))


def selects_strictly(exchange):
    select, index = exchange.request.get("Select"), exchange.request.get("IndexName")
    projects = "ProjectionExpression" in exchange.request
    message = exchange.ours[2]
    if select == "SPECIFIC_ATTRIBUTES" and not projects:
        return message.removeprefix(COUNTED).startswith("Must specify the AttributesToGet or ProjectionExpression")
    if select == "ALL_PROJECTED_ATTRIBUTES" and not index:
        return message.startswith("ALL_PROJECTED_ATTRIBUTES can be used only when")
    return projects and select in ("COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES") and message.startswith("Cannot specify the ProjectionExpression when choosing to get")


def limits_new_names(exchange):
    name = exchange.request.get("TableName")
    return (exchange.operation == "CreateTable" and isinstance(name, str) and not re.fullmatch(r"[\w.-]{3,255}", name, re.A) and "at 'tableName' failed" in exchange.our_error
            and exchange.their_error.endswith("TableName must be at least 3 characters long and at most 255 characters long"))


def says_what_exists(exchange):
    return exchange.their_error == "ResourceInUseException: " and exchange.our_error == f"ResourceInUseException: Table already exists: {exchange.request.get('TableName')}"


def prints_as_java(exchange):
    """The same complaint about the same member, whose value is printed in another way."""
    without_value = [re.sub(r"Value '[\[{].*?[\]}]' at", "Value at", error, flags=re.S) for error in (exchange.our_error, exchange.their_error)]
    return without_value[0] == without_value[1] != ""


def tells_empty_names_first(exchange):
    return (exchange.request.get("TableName") == "" and exchange.operation in (*WRITES, "GetItem", "Query", "Scan") and "ableName' failed" in exchange.our_error
            and "Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3" in exchange.their_error)


def words_values(exchange):
    """The same complaint about a value, without the name of its placeholder and with another list of what a set has twice."""
    if exchange.operation in ("Scan", "BatchWriteItem"):
        return False
    theirs = re.sub(r"ExpressionAttributeValues contains invalid value: (.*) for key \S+$", r"\1", exchange.their_error, flags=re.S)
    plain = [re.sub(r" ?\[.*\]", "", error.replace(INVALID, ""), flags=re.S).rstrip(":. ") for error in (exchange.our_error.replace(COUNTED, "", 1), theirs)]
    return plain[0] == plain[1] and re.search(r"contains duplicates|numeric value|significant digits|number with magnitude", exchange.their_error) is not None


def words_return_values(exchange):
    return exchange.operation in WRITES and "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]" in exchange.our_error \
        and "at 'returnValues' failed to satisfy constraint" in exchange.their_error


def omits_empty_attributes(exchange):
    return (exchange.operation == "UpdateItem" and exchange.both_succeed() and str(exchange.request.get("ReturnValues")).startswith("UPDATED_")
            and "Attributes" not in exchange.ours[3] and exchange.theirs[3].get("Attributes") == {}
            and same_but_capacity(exchange.ours[3], {name: value for name, value in exchange.theirs[3].items() if name != "Attributes"}, exchange))


def makes_nothing_by_removal(exchange):
    """Nothing was there, and the answer shows nothing: what dynalite shows is the key, a condition fails, or a path leads nowhere."""
    expression = str(exchange.request.get("UpdateExpression"))
    if exchange.operation != "UpdateItem" or re.search(r"\b(SET|ADD)\b", expression) or exchange.ours[0] != 200 or "Attributes" in exchange.ours[3]:
        return False
    if exchange.their_error:
        return exchange.their_error.endswith("The document path provided in the update expression is invalid for update") and re.search(r"[.\[]", expression) is not None
    return len(exchange.theirs[3].get("Attributes", {})) == len(exchange.request["Key"])


def same_but_capacity(ours, theirs, exchange):
    without = [{name: value for name, value in body.items() if name != "ConsumedCapacity"} for body in (ours, theirs)]
    return without[0] == without[1] and capacities_agree(ours.get("ConsumedCapacity"), theirs.get("ConsumedCapacity"), exchange)


def capacities_agree(ours, theirs, exchange):
    if ours is None or theirs is None:
        return ours == theirs
    pairs = zip(ours, theirs) if isinstance(ours, list) else [(ours, theirs)]
    return all(mine == other or charges_indexes(mine, other, exchange) for mine, other in pairs)


def charges_indexes(mine, other, exchange):
    """The same for the table, and one unit (two for one that moves) for each index that a write changes."""
    definition = TABLES[mine["TableName"]]
    indexes = len(definition.get("GlobalSecondaryIndexes", [])) + len(definition.get("LocalSecondaryIndexes", []))
    writes = len(exchange.request["RequestItems"][mine["TableName"]]) if exchange.operation == "BatchWriteItem" else 1
    added = mine["CapacityUnits"] - other["CapacityUnits"]
    parts = sum(index["CapacityUnits"] for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes") for index in mine.get(kind, {}).values())
    return 0 < added <= 2 * indexes * writes and added == int(added) and mine.get("Table") == other.get("Table") and ("Table" not in mine or parts == added)


def charges_index_writes(exchange):
    return exchange.operation in (*WRITES, "BatchWriteItem") and exchange.both_succeed() and same_but_capacity(exchange.ours[3], exchange.theirs[3], exchange)


def charges_empty_reads(exchange):
    """Nothing was read, which costs half a unit, or a whole one where the read is consistent."""
    if exchange.operation not in ("Query", "Scan") or not exchange.both_succeed() or exchange.ours[3].get("ScannedCount") != 0:
        return False
    ours, theirs = (json.loads(json.dumps(answer[3])) for answer in (exchange.ours, exchange.theirs))
    least = 1.0 if exchange.request.get("ConsistentRead") is True else 0.5
    text = json.dumps(theirs.pop("ConsumedCapacity")).replace('"CapacityUnits": 0.0', f'"CapacityUnits": {least}')
    paid = ours.pop("ConsumedCapacity")
    index = exchange.request.get("IndexName")
    if index and "Table" in paid:
        paid["Table"]["CapacityUnits"] = least  # which an index leaves at zero
    return ours == theirs and paid == json.loads(text)


def names_the_set_of_types(exchange):
    ours = exchange.our_error.replace(COUNTED, "").replace("type: BOOL,", "type: BOOLEAN,")
    return re.search(r"operator: (ADD|DELETE), operand type: \w+, typeSet: ALLOWED_FOR_ADD_OPERAND$", ours) is not None and ours.rpartition(", ")[0] == exchange.their_error


def knows_the_function(exchange):
    found = re.search(r"The function is not allowed in an update expression; function: (size)$", exchange.our_error)
    return bool(found) and exchange.their_error.endswith(f"Invalid UpdateExpression: Invalid function name; function: {found.group(1)}")


def names_no_expressions(exchange):
    return exchange.operation in WRITES and exchange.our_error.endswith("ExpressionAttributeValues can only be specified when using expressions") \
        and exchange.their_error.replace(": ", ":", 1).split(": ")[0] == exchange.our_error.replace(COUNTED, "").replace(": ", ":", 1)


def rejects_empty_batches(exchange):
    return exchange.request.get("RequestItems") == {} and exchange.our_error == f"ValidationException: {COUNTED}Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1"


def rewords_empty_keys(exchange):
    if not re.search(r"One or more parameter values are not valid\. The AttributeValue for a key attribute cannot contain an empty (string|binary) value\. Key: ", exchange.our_error):
        return False
    empty = [value for value in (exchange.request.get("ExpressionAttributeValues") or {}).values() if value in ({"S": ""}, {"B": ""})]
    return exchange.our_error.replace("are not valid. The", "were invalid: The") == exchange.their_error or (exchange.operation == "Query" and bool(empty))


def holds_what_it_projects(exchange):
    return re.search(r"Global secondary index keys-of-g does not project \[|Select type ALL_ATTRIBUTES is not supported for global secondary index keys-of-g", exchange.our_error) is not None \
        and exchange.request.get("IndexName") == "keys-of-g"


def filters_what_it_projects(exchange):
    return (exchange.operation == "Query" and exchange.request.get("IndexName") in ("keys-of-g", "by-l")
            and re.search(r"Secondary index (keys-of-g|by-l) does not project one or more filter attributes: \[", exchange.our_error) is not None)


def negates_anything(exchange):
    return re.search(r"\bNOT \(*NOT\b", exchange.expressions()) is not None and 'Expected "(" but "' in exchange.their_error


def needs_a_name_for_placeholders(exchange):
    return re.search(r'Syntax error; token: "[:#]"', exchange.our_error) is not None and re.search(r"[:#](?!\w)", exchange.expressions()) is not None


def fetches_for_local_indexes(exchange):
    """What a projection asks for and a local index lacks comes from the table; dynalite leaves it out."""
    if exchange.request.get("IndexName") != "by-l" or "ProjectionExpression" not in exchange.request or not exchange.both_succeed():
        return False
    ours, theirs = exchange.ours[3], exchange.theirs[3]
    held = [{name: value for name, value in item.items() if name in ("pk", "sk", "l", "a")} for item in ours["Items"]]
    items = [sorted(json.dumps(item, sort_keys=True) for item in found) for found in (held, theirs["Items"])]
    rest = [{name: value for name, value in body.items() if name not in ("Items", "ConsumedCapacity")} for body in (ours, theirs)]
    return items[0] == items[1] and rest[0] == rest[1]


def charges_each_fetch(exchange):
    """Every item that a local index fetches is charged for by itself; dynalite rounds their sum."""
    if exchange.request.get("IndexName") != "by-l" or exchange.request.get("Select") != "ALL_ATTRIBUTES" or not exchange.both_succeed():
        return False
    ours, theirs = (dict(answer[3]) for answer in (exchange.ours, exchange.theirs))
    mine, other = ours.pop("ConsumedCapacity", {}), theirs.pop("ConsumedCapacity", {})
    unit = 1.0 if exchange.request.get("ConsistentRead") is True else 0.5
    added = mine.get("CapacityUnits", 0) - other.get("CapacityUnits", 0)
    return ours == theirs and 0 < added < unit * ours["ScannedCount"] and mine.get("LocalSecondaryIndexes") == other.get("LocalSecondaryIndexes")


def finds_another_fault_first(exchange):
    """Of several faulty members of a map the service names any: both name one, and the local answer knows dynalite's too."""
    pattern = r"ValidationException: (.*)ExpressionAttribute(Names|Values) contains invalid key: Syntax error; key: \"(.*)\"$"
    found = [re.match(pattern, error, re.S) for error in (exchange.our_error, exchange.their_error)]
    if all(found):
        return found[0].group(2) == found[1].group(2) and all(json.dumps(match.group(3)) in json.dumps(exchange.request) for match in found)
    tables = exchange.request.get("RequestItems")
    if not isinstance(tables, dict) or len(tables) < 2 or not exchange.our_error or not exchange.their_error:
        return False
    for name, content in tables.items():
        alone = {**exchange.request, "RequestItems": {name: content}}
        answer = exchange.ask(alone)
        if answer[0] != 200 and (answer == exchange.theirs or explanation(Exchange(exchange.operation, alone, answer, exchange.theirs, exchange.ask))):
            return True
    return False


def looks_into_no_key(exchange):
    return exchange.operation in WRITES and "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: " in exchange.our_error \
        and exchange.looks_into("ConditionExpression", ("pk", "sk", "g", "l"))


def compares_with_others(exchange):
    found = re.search(r"The first operand must be distinct from the remaining operands for this operator or function; operator: (BETWEEN|IN), first operand: \[", exchange.our_error)
    return bool(found) and found.group(1).lower() in exchange.expressions().lower()


def refuses_empty_names(exchange):
    return '"AttributeName": ""' in json.dumps(exchange.request) \
        and re.search(r"Value '' at '\S+\.attributeName' failed to satisfy constraint: Member must have length greater than or equal to 1", exchange.our_error) is not None


def refuses_empty_aliases(exchange):
    found = re.search(r"ExpressionAttributeNames contains invalid value: Empty attribute name for key (\S+)$", exchange.our_error)
    return bool(found) and f'"{found.group(1)}": ""' in json.dumps(exchange.request)


def needs_no_space(exchange):
    return re.search(r"\b(AND|OR|NOT|BETWEEN|IN|SET|ADD|DELETE|REMOVE)[:#]\w", exchange.expressions(), re.I) is not None \
        and "Syntax error" not in exchange.our_error and "Syntax error; Expected" in exchange.their_error


def reads_no_such_name(exchange):
    return re.search(r'Syntax error; token: "(_|ADD|AND|BETWEEN|DELETE|IN|NOT|OR|REMOVE|SET)"', exchange.our_error, re.I) is not None \
        and re.search(r"(?<![\w#:])_|\b(ADD|AND|BETWEEN|DELETE|IN|NOT|OR|REMOVE|SET)\b", exchange.expressions(), re.I) is not None


def words_empty_keys(exchange):
    found = re.search(r"Value at 'RequestItems\.(\S+)\.member\.Keys' failed to satisfy constraint: Member must have length greater than or equal to 1$", exchange.our_error)
    return exchange.operation == "BatchGetItem" and bool(found) and f"at 'requestItems.{found.group(1)}.member.keys' failed" in exchange.their_error


def words_conditional_operators(exchange):
    return exchange.operation in WRITES and "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]" in exchange.our_error \
        and "at 'conditionalOperator' failed to satisfy constraint" in exchange.their_error


def refuses_long_sums(exchange):
    return exchange.operation == "UpdateItem" and exchange.theirs[0] == 200 and "Number overflow. Attempting to store" in exchange.our_error \
        and re.search(r":\w+ [-+]|[-+] :\w+|\bADD\b", exchange.expressions(), re.I) is not None


def has_a_shortest_name(exchange):
    return re.search(r"nonKeyAttributes\.\d+\.member' failed to satisfy constraint: Member must have length greater than or equal to 1", exchange.our_error) is not None \
        and '"NonKeyAttributes": [' in json.dumps(exchange.request) and exchange.theirs[0] == 400


def measures_nothing_as_zero(exchange):
    """dynalite finds no size of an empty binary."""
    if not exchange.both_succeed() or "size(" not in exchange.expressions() or exchange.operation not in ("Query", "Scan"):
        return False
    ours, theirs = (answer[3].get("Items", []) for answer in (exchange.ours, exchange.theirs))
    other = [item for item in (*ours, *theirs) if (item in ours) != (item in theirs)]
    return bool(other) and all({"B": ""} in item.values() for item in other)


EXPLAINED = [
    ("today's service counts the complaints of writes", CAPTURES, counts_complaints),
    ("a syntax error names the token and what stands near; dynalite prints its parser's", GUIDE + "Expressions.OperatorsAndFunctions.html", names_the_token),
    ("an ordering comparison with a constant that has no order is refused before any item is read", GUIDE + "Expressions.OperatorsAndFunctions.html", orders_constants),
    ("ALL_PROJECTED_ATTRIBUTES needs an index, SPECIFIC_ATTRIBUTES a projection, and no other Select takes one", API + "API_Query.html", selects_strictly),
    ("the length of a new table's name is a constraint like any other", CAPTURES, limits_new_names),
    ("a name in use is named", API + "API_CreateTable.html", says_what_exists),
    ("messages print structures as the service does", CAPTURES, prints_as_java),
    ("an empty name of a table that should exist is told first", CAPTURES, tells_empty_names_first),
    ("only the older operations name the placeholder of a faulty number or set", CAPTURES, words_values),
    ("ReturnValues has words of its own", CAPTURES, words_return_values),
    ("ConditionalOperator has words of its own", CAPTURES, words_conditional_operators),
    ("a table of whose keys none is given", CAPTURES, words_empty_keys),
    ("a sum has 38 digits at most", GUIDE + "HowItWorks.NamingRulesDataTypes.html", refuses_long_sums),
    ("UPDATED_OLD and UPDATED_NEW without attributes have no Attributes", API + "API_UpdateItem.html", omits_empty_attributes),
    ("removals make no item", GUIDE + "LegacyConditionalParameters.AttributeUpdates.html", makes_nothing_by_removal),
    ("writes are charged for the indexes that they change", GUIDE + "GSI.html#GSI.ThroughputConsiderations.Writes", charges_index_writes),
    ("a read that finds nothing costs the least there is", GUIDE + "read-write-operations.html", charges_empty_reads),
    ("ADD and DELETE name the types that they take", GUIDE + "Expressions.UpdateExpressions.html", names_the_set_of_types),
    ("a function of conditions is known, and refused in an update", GUIDE + "DynamoDBLocal.html", knows_the_function),
    ("values without an expression", CAPTURES, names_no_expressions),
    ("an empty batch", CAPTURES, rejects_empty_batches),
    ("an empty key value", CAPTURES, rewords_empty_keys),
    ("a global index answers only with what it holds", GUIDE + "GSI.html#GSI.Projections", holds_what_it_projects),
    ("a query of an index filters by what the index holds", GUIDE + "GSI.html#GSI.Projections", filters_what_it_projects),
    ("NOT takes any condition, another NOT too", GUIDE + "Expressions.OperatorsAndFunctions.html", negates_anything),
    ("a placeholder has a name", GUIDE + "Expressions.ExpressionAttributeValues.html", needs_a_name_for_placeholders),
    ("a local index fetches from the table", GUIDE + "LSI.html#LSI.Querying", fetches_for_local_indexes),
    ("each item that a local index fetches is read by itself", GUIDE + "LSI.html#LSI.ThroughputConsiderations.Reads", charges_each_fetch),
    ("the members of a map have no order", GUIDE + "Programming.LowLevelAPI.html", finds_another_fault_first),
    ("a key is a scalar, into which no condition looks", GUIDE + "HowItWorks.CoreComponents.html", looks_into_no_key),
    ("BETWEEN and IN compare with other operands, as AWS's own emulator says", GUIDE + "DynamoDBLocal.html", compares_with_others),
    ("the name of a key has one character at least", API + "API_KeySchemaElement.html", refuses_empty_names),
    ("no placeholder stands for an empty name", GUIDE + "Expressions.ExpressionAttributeNames.html", refuses_empty_aliases),
    ("a name begins with a letter and is no keyword", GUIDE + "Expressions.ExpressionAttributeNames.html", reads_no_such_name),
    ("a placeholder may follow a keyword at once", GUIDE + "Expressions.ExpressionAttributeValues.html", needs_no_space),
    ("the name of a projected attribute has one character at least", API + "API_Projection.html", has_a_shortest_name),
    ("an empty binary has size 0", GUIDE + "Expressions.OperatorsAndFunctions.html", measures_nothing_as_zero),
    ("dynalite ends", API, lambda exchange: exchange.theirs[0] == 599),
]


def explanation(exchange):
    """Why they differ, with AWS's word for it; None when that is not known."""
    for why, source, applies in EXPLAINED:
        if applies(exchange):
            return f"{why}: {source}"
    return None
