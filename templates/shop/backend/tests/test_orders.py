from decimal import Decimal

import pytest
from botocore.exceptions import ReadTimeoutError

from app.repositories.products import ProductRepository


@pytest.fixture(autouse=True)
def stock(aws):
    """Three products; returns how many of each are left."""
    for product_id, price, count in (("p-lamp", "19.90", 5), ("p-rug", "0.10", 3), ("p-pen", "2", 0)):
        aws.products.put_item(
            Item={"product_id": product_id, "name": product_id[2:].title(), "price": Decimal(price),
                  "stock": count, "category": "home", "updated_at": "2026-01-01T00:00:00.000Z"}
        )  # fmt: skip
    return lambda: {item["product_id"]: int(item["stock"]) for item in aws.products.scan()["Items"]}


ALL = {"p-lamp": 5, "p-rug": 3, "p-pen": 0}


def lines(**quantities):
    return {"items": [{"product_id": f"p-{name}", "quantity": count} for name, count in quantities.items()]}


@pytest.fixture
def order(client, as_user):
    answer = client.post("/orders", json=lines(lamp=2, rug=3), headers=as_user)
    assert answer.status_code == 201
    return answer.json()


def test_an_order_takes_stock_and_adds_up_exactly(client, aws, order, stock, as_user):
    assert order["status"] == "pending"
    assert order["user_id"] == "u-user"
    assert order["total_amount"] == 40.1  # in floating point 2 * 19.9 + 3 * 0.1 is 40.099999999999994
    assert order["items"] == [
        {"product_id": "p-lamp", "name": "Lamp", "price": 19.9, "quantity": 2},
        {"product_id": "p-rug", "name": "Rug", "price": 0.1, "quantity": 3},
    ]
    assert stock() == {"p-lamp": 3, "p-rug": 0, "p-pen": 0}
    [stored] = aws.orders.scan()["Items"]
    assert stored["total_amount"] == Decimal("40.10")
    assert client.get(f"/orders/{order['order_id']}", headers=as_user).json() == order


@pytest.mark.parametrize(
    "body, status, detail",
    [
        (lines(lamp=1, rug=4), 409, "Not enough stock of product p-rug"),
        (lines(lamp=1, pen=1), 409, "Not enough stock of product p-pen"),
        (lines(lamp=5, rug=3, ghost=1), 404, "Product not found: p-ghost"),
    ],
)
def test_a_line_that_cannot_be_had_gives_back_the_others(client, aws, stock, as_user, body, status, detail):
    answer = client.post("/orders", json=body, headers=as_user)
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})
    assert stock() == ALL
    assert aws.orders.scan()["Items"] == []


def test_the_last_piece_is_sold_once(client, stock, as_user, as_other):
    statuses = [client.post("/orders", json=lines(lamp=3), headers=who).status_code for who in (as_user, as_other)]
    assert statuses == [201, 409]
    assert stock()["p-lamp"] == 2


def test_a_lost_answer_gives_back_what_is_known_to_be_taken(client, stock, as_user, monkeypatch, log_lines):
    take = ProductRepository.take_stock

    def lose_the_second(self, product_id, quantity):
        taken = take(self, product_id, quantity)
        if product_id == "p-rug":
            raise ReadTimeoutError(endpoint_url="https://dynamodb")
        return taken

    monkeypatch.setattr(ProductRepository, "take_stock", lose_the_second)
    answer = client.post("/orders", json=lines(lamp=2, rug=1), headers=as_user)
    assert (answer.status_code, answer.json()) == (503, {"detail": "Temporarily unavailable"})
    assert stock() == {**ALL, "p-rug": 2}, "never more stock than there is"
    assert any(line["level"] == "ERROR" for line in log_lines())


def test_stock_that_cannot_be_returned_is_logged_and_the_others_are(client, order, stock, as_user, monkeypatch, log_lines):
    give = ProductRepository.return_stock

    def fail_for_the_lamp(self, product_id, quantity):
        if product_id == "p-lamp":
            raise ReadTimeoutError(endpoint_url="https://dynamodb")
        return give(self, product_id, quantity)

    monkeypatch.setattr(ProductRepository, "return_stock", fail_for_the_lamp)
    log_lines()
    answer = client.delete(f"/orders/{order['order_id']}", headers=as_user)
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert stock() == {"p-lamp": 3, "p-rug": 3, "p-pen": 0}
    [lost] = [line for line in log_lines() if line["message"] == "stock not returned"]
    assert (lost["product_id"], lost["quantity"]) == ("p-lamp", 2)


def test_stock_calls_are_never_repeated(app):
    service = app.state.services.orders
    retries = service._products._stock._client.meta.config.retries
    assert retries["total_max_attempts"] == 1
    assert service._products._table._client.meta.config.retries["total_max_attempts"] > 1


def test_orders_of_others_are_neither_seen_nor_touched(client, order, stock, as_other, as_admin):
    url = f"/orders/{order['order_id']}"
    for who in (as_other, as_admin):
        for method in ("GET", "DELETE"):
            answer = client.request(method, url, headers=who)
            assert (answer.status_code, answer.json()) == (404, {"detail": "Order not found"})
        assert client.get("/orders", headers=who).json() == []
    assert stock()["p-lamp"] == 3


def test_own_orders_newest_first_and_by_page(client, as_user, as_other):
    for _ in range(3):
        client.post("/orders", json=lines(lamp=1), headers=as_user)
    client.post("/orders", json=lines(lamp=1), headers=as_other)
    own = client.get("/orders", headers=as_user).json()
    assert len(own) == 3
    assert [order["created_at"] for order in own] == sorted((o["created_at"] for o in own), reverse=True)

    first = client.get("/orders?limit=2", headers=as_user)
    rest = client.get(f"/orders?limit=2&cursor={first.headers['x-next-cursor']}", headers=as_user)
    ids = {order["order_id"] for order in first.json() + rest.json()}
    assert (len(first.json()), len(rest.json()), ids) == (2, 1, {order["order_id"] for order in own})


def test_the_owner_cancels_once_and_the_stock_returns(client, aws, order, stock, as_user):
    url = f"/orders/{order['order_id']}"
    cancelled = client.delete(url, headers=as_user)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert stock() == ALL
    again = client.delete(url, headers=as_user)
    assert (again.status_code, again.json()) == (409, {"detail": "The order is cancelled and can no longer be cancelled"})
    assert stock() == ALL
    assert client.get(url, headers=as_user).json()["status"] == "cancelled"


def test_the_stock_of_a_product_no_longer_sold_is_not_made_up(client, aws, order, stock, as_user, log_lines):
    aws.products.delete_item(Key={"product_id": "p-lamp"})
    log_lines()
    assert client.delete(f"/orders/{order['order_id']}", headers=as_user).status_code == 200
    assert stock() == {"p-rug": 3, "p-pen": 0}
    assert [line["level"] for line in log_lines()] == ["INFO", "INFO"], "told, but no fault"


LEGAL = {("pending", "paid"), ("pending", "cancelled"), ("paid", "shipped"), ("paid", "cancelled"), ("shipped", "delivered")}
STATUSES = ("pending", "paid", "shipped", "delivered", "cancelled")


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_an_admin_moves_an_order_along_legal_ways_only(client, aws, order, stock, as_admin, before, after):
    aws.orders.update_item(
        Key={"order_id": order["order_id"]},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": before},
    )
    answer = client.patch(f"/orders/{order['order_id']}", json={"status": after}, headers=as_admin)
    if (before, after) in LEGAL:
        assert (answer.status_code, answer.json()["status"]) == (200, after)
        assert stock() == (ALL if after == "cancelled" else {"p-lamp": 3, "p-rug": 0, "p-pen": 0})
    else:
        assert (answer.status_code, answer.json()) == (409, {"detail": f"An order that is {before} cannot become {after}"})
        assert stock()["p-lamp"] == 3


def test_a_paid_order_is_no_longer_the_owners_to_cancel(client, order, stock, as_user, as_admin):
    url = f"/orders/{order['order_id']}"
    client.patch(url, json={"status": "paid"}, headers=as_admin)
    assert client.delete(url, headers=as_user).status_code == 409
    assert stock()["p-lamp"] == 3


def test_two_cancellations_at_once_return_the_stock_once(client, app, order, stock, as_user, monkeypatch):
    """The second has read `pending` before the first wrote `cancelled`."""
    orders = app.state.services.orders._orders
    stale = orders.get(order["order_id"])
    assert client.delete(f"/orders/{order['order_id']}", headers=as_user).status_code == 200
    monkeypatch.setattr(orders, "get", lambda _: stale)
    assert client.delete(f"/orders/{order['order_id']}", headers=as_user).status_code == 409
    assert stock() == ALL


def test_only_an_admin_sets_a_status(client, order, as_user):
    url = f"/orders/{order['order_id']}"
    answer = client.patch(url, json={"status": "paid"}, headers=as_user)
    assert (answer.status_code, answer.json()) == (403, {"detail": "Admin only"})
    assert client.patch(url, json={"status": "paid"}).status_code == 401
    assert client.get(url, headers=as_user).json() == order


def test_what_is_not_there_is_not_found(client, as_user, as_admin):
    assert client.get("/orders/o-none", headers=as_user).status_code == 404
    assert client.delete("/orders/o-none", headers=as_user).status_code == 404
    assert client.patch("/orders/o-none", json={"status": "paid"}, headers=as_admin).status_code == 404


@pytest.mark.parametrize(
    "body",
    [{}, {"items": []}, {"items": "p-lamp"}, lines(lamp=0), lines(lamp=-1), lines(lamp=1001), lines(lamp=1.5), lines(lamp=True),
     {"items": [{"product_id": "p lamp", "quantity": 1}]}, {"items": [{"product_id": "p-lamp"}]},
     {"items": lines(lamp=1)["items"] * 2}, {"items": [{"product_id": f"p-{n}", "quantity": 1} for n in range(21)]},
     {**lines(lamp=1), "total_amount": 0.01}, {"items": [{"product_id": "p-lamp", "quantity": 1, "price": 0.01}]}],
)  # fmt: skip
def test_a_wrong_order_is_refused(client, aws, stock, as_user, body):
    assert client.post("/orders", json=body, headers=as_user).status_code == 422
    assert (stock(), aws.orders.scan()["Items"]) == (ALL, [])


def test_an_unknown_status_is_refused(client, order, as_admin):
    url = f"/orders/{order['order_id']}"
    for body in ({"status": "lost"}, {"status": None}, {}, {"status": "paid", "user_id": "u-2"}):
        assert client.patch(url, json=body, headers=as_admin).status_code == 422
