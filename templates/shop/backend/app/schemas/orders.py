"""Bodies of /orders."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.schemas.values import Identifier, Money, Total


class OrderStatus(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class LineIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    product_id: Identifier
    quantity: Annotated[int, Field(strict=True, ge=1, le=1000)]


class OrderIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[LineIn], Field(min_length=1, max_length=20)]

    @field_validator("items")
    @classmethod
    def each_product_once(cls, items: list[LineIn]) -> list[LineIn]:
        if len({line.product_id for line in items}) < len(items):
            raise ValueError("a product appears twice; add up its quantities")
        return items


class StatusIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: OrderStatus


class Line(BaseModel):
    product_id: str
    name: str
    price: Money
    quantity: int


class Order(BaseModel):
    order_id: str
    user_id: str
    items: list[Line]
    total_amount: Total
    status: OrderStatus
    created_at: str
    updated_at: str
