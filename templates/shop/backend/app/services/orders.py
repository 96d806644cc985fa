"""Orders, and the stock that goes with them."""

import logging
import uuid
from decimal import Decimal

from botocore.exceptions import BotoCoreError, ClientError

from app.errors import Conflict, NotFound
from app.logs import FIELDS
from app.repositories.orders import OrderRepository
from app.repositories.products import ProductRepository
from app.repositories.table import Item, Page
from app.schemas.orders import LineIn, OrderStatus
from app.security.tokens import Identity
from app.services.clock import now

log = logging.getLogger(__name__)

# What an admin may make of an order. Cancelling returns the goods, so it ends where they leave.
TRANSITIONS = {
    OrderStatus.PENDING: {OrderStatus.PAID, OrderStatus.CANCELLED},
    OrderStatus.PAID: {OrderStatus.SHIPPED, OrderStatus.CANCELLED},
    OrderStatus.SHIPPED: {OrderStatus.DELIVERED},
    OrderStatus.DELIVERED: set(),
    OrderStatus.CANCELLED: set(),
}


class OrderService:
    def __init__(self, orders: OrderRepository, products: ProductRepository) -> None:
        self._orders = orders
        self._products = products

    def page(self, owner: Identity, limit: int, cursor: str | None) -> Page:
        """Newest first within the page."""
        page = self._orders.page_of_user(owner.user_id, limit, cursor)
        newest_first = sorted(page.items, key=lambda order: order["created_at"], reverse=True)
        return Page(newest_first, page.next_cursor)

    def get(self, owner: Identity, order_id: str) -> Item:
        """Somebody else's order is not found: that it exists is nobody else's business either."""
        order = self._orders.get(order_id)
        if order is None or order["user_id"] != owner.user_id:
            raise NotFound("Order not found")
        return order

    def place(self, owner: Identity, lines: list[LineIn]) -> Item:
        """Takes the stock line by line, each under a condition, and gives back what was taken when
        a later line or the order itself cannot be had."""
        taken: list[Item] = []
        try:
            for line in lines:
                taken.append(self._take(line))
            order = _new_order(owner, taken)
            if not self._orders.add(order):
                raise RuntimeError("a new order id is taken")
        except Exception:
            self._give_back(taken)
            raise
        return order

    def cancel(self, owner: Identity, order_id: str) -> Item:
        order = self.get(owner, order_id)
        if order["status"] != OrderStatus.PENDING:
            raise Conflict(f"The order is {order['status']} and can no longer be cancelled")
        return self._move(order, OrderStatus.CANCELLED)

    def set_status(self, order_id: str, status: OrderStatus) -> Item:
        order = self._orders.get(order_id)
        if order is None:
            raise NotFound("Order not found")
        if status not in TRANSITIONS[OrderStatus(order["status"])]:
            raise Conflict(f"An order that is {order['status']} cannot become {status}")
        return self._move(order, status)

    def _move(self, order: Item, status: OrderStatus) -> Item:
        moved = self._orders.move(order["order_id"], order["status"], str(status), now())
        if moved is None:
            raise Conflict("The order was changed by somebody else; read it again")
        if status is OrderStatus.CANCELLED:
            self._give_back(moved["items"])
        return moved

    def _take(self, line: LineIn) -> Item:
        """Name and price are those of the moment the stock was taken."""
        product = self._products.take_stock(line.product_id, line.quantity)
        if product is None:
            if self._products.get(line.product_id) is None:
                raise NotFound(f"Product not found: {line.product_id}")
            raise Conflict(f"Not enough stock of product {line.product_id}")
        return {
            "product_id": line.product_id,
            "name": product["name"],
            "price": product["price"],
            "quantity": line.quantity,
        }

    def _give_back(self, lines: list[Item]) -> None:
        """Tries every line. One that fails is logged for an operator with what is missing: the
        refusal or the cancellation that led here stands, and must not be hidden by it."""
        for line in lines:
            fields = {"product_id": line["product_id"], "quantity": int(line["quantity"])}
            try:
                if self._products.return_stock(line["product_id"], line["quantity"]) is None:
                    log.info("product no longer sold; its stock is not returned", extra={FIELDS: fields})
            except (BotoCoreError, ClientError):
                log.exception("stock not returned", extra={FIELDS: fields})


def _new_order(owner: Identity, lines: list[Item]) -> Item:
    moment = now()
    return {
        "order_id": f"o-{uuid.uuid4()}",
        "user_id": owner.user_id,
        "items": lines,
        "total_amount": sum((line["price"] * line["quantity"] for line in lines), Decimal(0)),
        "status": str(OrderStatus.PENDING),
        "created_at": moment,
        "updated_at": moment,
    }
