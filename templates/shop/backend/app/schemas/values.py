"""Types of single values that several schemas share."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

# Stored as an exact decimal; in JSON a plain number, which two decimals survive.
Money = Annotated[
    Decimal,
    Field(ge=0, le=1_000_000, decimal_places=2, examples=[19.9]),
    PlainSerializer(float, return_type=float, when_used="json"),
]
Total = Annotated[
    Decimal, Field(examples=[39.8]), PlainSerializer(float, return_type=float, when_used="json")
]
# Far below DynamoDB's limit for a key (2,048 bytes), so that no id of a request can be too long.
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Category = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 &_.-]{0,63}$", examples=["home"])]
