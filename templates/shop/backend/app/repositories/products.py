"""The products table, and the stock in it."""

from app.repositories.table import Item, Page, Table


class ProductRepository:
    """Stock is moved through a table of its own whose client never repeats a call: a decrement
    whose answer was lost may have been applied, and a second one would take the goods twice."""

    def __init__(self, table: Table, table_without_retries: Table) -> None:
        self._table = table
        self._stock = table_without_retries

    def get(self, product_id: str) -> Item | None:
        return self._table.get(product_id)

    def page(self, category: str | None, limit: int, cursor: str | None) -> Page:
        if category is None:
            return self._table.scan(limit, cursor)
        return self._table.query("category-index", "category", category, limit, cursor)

    def add(self, product: Item) -> bool:
        return self._table.insert(product)

    def replace(self, product: Item) -> Item | None:
        """The product as it is now; None when there is none with this id."""
        product_id, values = product["product_id"], dict(product)
        del values["product_id"]
        assignments = ", ".join(f"#{name} = :{name}" for name in values)
        return self._table.update(
            product_id, f"SET {assignments}", "attribute_exists(#product_id)", values
        )

    def delete(self, product_id: str) -> bool:
        return self._table.delete(product_id)

    def take_stock(self, product_id: str, quantity: int) -> Item | None:
        """The product after `quantity` of it were taken; None when it has fewer, or is not there."""
        return self._stock.update(
            product_id,
            "SET #stock = #stock - :quantity",
            "#stock >= :quantity",
            {"quantity": quantity},
        )

    def return_stock(self, product_id: str, quantity: int) -> Item | None:
        """None when the product is no longer sold."""
        return self._stock.update(
            product_id,
            "SET #stock = #stock + :quantity",
            "attribute_exists(#product_id)",
            {"quantity": quantity},
        )
