"""One DynamoDB table with plain Python values in and out. The only module that speaks DynamoDB."""

from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

Item = dict[str, Any]

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


@dataclass(frozen=True)
class Page:
    items: list[Item]
    next_cursor: str | None  # the last key read; None when there is no more


class Table:
    """A table whose partition key is one string attribute, as all tables of this service are."""

    def __init__(self, client: Any, name: str, key: str) -> None:
        self._client = client
        self._name = name
        self._key = key

    def get(self, key: str) -> Item | None:
        """Strongly consistent: what was just written is found."""
        answer = self._client.get_item(
            TableName=self._name, Key=self._key_of(key), ConsistentRead=True
        )
        return _decode(answer["Item"]) if "Item" in answer else None

    def insert(self, item: Item) -> bool:
        """False when there is an item with this key already."""
        return self._unless_condition_fails(
            self._client.put_item,
            Item=_encode(item),
            ConditionExpression="attribute_not_exists(#key)",
            ExpressionAttributeNames={"#key": self._key},
        ) is not None

    def update(self, key: str, update: str, condition: str, values: Item) -> Item | None:
        """The item after the update; None when the condition does not hold. An attribute is written
        `#name` in an expression, and a value `:name`, whatever words DynamoDB reserves."""
        answer = self._unless_condition_fails(
            self._client.update_item,
            Key=self._key_of(key),
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeNames=_names_in(f"{update} {condition}"),
            ExpressionAttributeValues={f":{name}": _serialize(value) for name, value in values.items()},
            ReturnValues="ALL_NEW",
        )
        return None if answer is None else _decode(answer["Attributes"])

    def delete(self, key: str) -> bool:
        """False when there is no such item."""
        return self._unless_condition_fails(
            self._client.delete_item,
            Key=self._key_of(key),
            ConditionExpression="attribute_exists(#key)",
            ExpressionAttributeNames={"#key": self._key},
        ) is not None

    def scan(self, limit: int, cursor: str | None) -> Page:
        start = {} if cursor is None else {"ExclusiveStartKey": self._key_of(cursor)}
        return self._page(self._client.scan(TableName=self._name, Limit=limit, **start))

    def query(self, index: str, attribute: str, value: str, limit: int, cursor: str | None) -> Page:
        """Items whose `attribute`, the key of `index`, equals `value`; eventually consistent."""
        start = {}
        if cursor is not None:
            start["ExclusiveStartKey"] = {attribute: _serialize(value), **self._key_of(cursor)}
        answer = self._client.query(
            TableName=self._name,
            IndexName=index,
            KeyConditionExpression="#attribute = :value",
            ExpressionAttributeNames={"#attribute": attribute},
            ExpressionAttributeValues={":value": _serialize(value)},
            Limit=limit,
            **start,
        )
        return self._page(answer)

    def _page(self, answer: dict[str, Any]) -> Page:
        last = answer.get("LastEvaluatedKey")
        cursor = _decode(last)[self._key] if last else None
        return Page([_decode(item) for item in answer["Items"]], cursor)

    def _key_of(self, key: str) -> dict[str, Any]:
        return {self._key: _serialize(key)}

    def _unless_condition_fails(self, operation: Any, **request: Any) -> dict[str, Any] | None:
        try:
            return operation(TableName=self._name, **request)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return None
            raise


def _names_in(expression: str) -> dict[str, str]:
    words = expression.replace("(", " ").replace(")", " ").replace(",", " ").split()
    return {word: word[1:] for word in words if word.startswith("#")}


def _serialize(value: Any) -> dict[str, Any]:
    return _serializer.serialize(value)


def _encode(item: Item) -> dict[str, Any]:
    return {name: _serialize(value) for name, value in item.items()}


def _decode(item: dict[str, Any]) -> Item:
    return {name: _deserializer.deserialize(value) for name, value in item.items()}
