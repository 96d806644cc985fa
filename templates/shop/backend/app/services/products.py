"""The catalogue."""

import uuid

from app.errors import NotFound
from app.repositories.products import ProductRepository
from app.repositories.table import Item, Page
from app.schemas.products import ProductIn
from app.services.clock import now


class ProductService:
    def __init__(self, products: ProductRepository) -> None:
        self._products = products

    def page(self, category: str | None, limit: int, cursor: str | None) -> Page:
        return self._products.page(category, limit, cursor)

    def get(self, product_id: str) -> Item:
        return _found(self._products.get(product_id))

    def create(self, body: ProductIn) -> Item:
        product = _item(f"p-{uuid.uuid4()}", body)
        if not self._products.add(product):
            raise RuntimeError("a new product id is taken")
        return product

    def replace(self, product_id: str, body: ProductIn) -> Item:
        return _found(self._products.replace(_item(product_id, body)))

    def delete(self, product_id: str) -> None:
        if not self._products.delete(product_id):
            raise NotFound("Product not found")


def _item(product_id: str, body: ProductIn) -> Item:
    return {"product_id": product_id, **body.model_dump(), "updated_at": now()}


def _found(product: Item | None) -> Item:
    if product is None:
        raise NotFound("Product not found")
    return product
