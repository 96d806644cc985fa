"""The orders table."""

from app.repositories.table import Item, Page, Table


class OrderRepository:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, order_id: str) -> Item | None:
        return self._table.get(order_id)

    def page_of_user(self, user_id: str, limit: int, cursor: str | None) -> Page:
        return self._table.query("user-index", "user_id", user_id, limit, cursor)

    def add(self, order: Item) -> bool:
        return self._table.insert(order)

    def move(self, order_id: str, before: str, after: str, updated_at: str) -> Item | None:
        """Sets the status to `after`; None when it is not `before` (any more)."""
        return self._table.update(
            order_id,
            "SET #status = :after, #updated_at = :updated_at",
            "#status = :before",
            {"before": before, "after": after, "updated_at": updated_at},
        )
