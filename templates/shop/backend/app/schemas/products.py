"""Bodies of /products."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.values import Category, Money


class ProductIn(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=1, max_length=200, examples=["Desk lamp"])]
    price: Money
    stock: Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
    category: Category


class Product(BaseModel):
    product_id: str
    name: str
    price: Money
    stock: int
    category: str
    updated_at: str
