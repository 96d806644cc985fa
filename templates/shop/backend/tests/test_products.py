from decimal import Decimal

import pytest

LAMP = {"name": "Lamp", "price": 19.90, "stock": 3, "category": "home"}


@pytest.fixture
def lamp(client, as_admin):
    return client.post("/products", json=LAMP, headers=as_admin).json()


def test_an_admin_creates_reads_replaces_and_deletes(client, aws, as_admin):
    created = client.post("/products", json=LAMP, headers=as_admin)
    assert created.status_code == 201
    product = created.json()
    assert {name: product[name] for name in LAMP} == LAMP
    url = f"/products/{product['product_id']}"
    assert client.get(url).json() == product
    assert aws.products.get_item(Key={"product_id": product["product_id"]})["Item"]["price"] == Decimal("19.9")

    replaced = client.put(url, json={**LAMP, "price": 0.1, "category": "office"}, headers=as_admin)
    assert replaced.status_code == 200
    assert (replaced.json()["price"], replaced.json()["category"]) == (0.1, "office")
    assert replaced.json()["updated_at"] >= product["updated_at"]
    assert client.get(url).json() == replaced.json()

    deleted = client.delete(url, headers=as_admin)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert client.get(url).status_code == 404


def test_what_is_not_there_is_not_found_and_not_made(client, aws, as_admin):
    for answer in (
        client.get("/products/p-none"),
        client.put("/products/p-none", json=LAMP, headers=as_admin),
        client.delete("/products/p-none", headers=as_admin),
    ):
        assert (answer.status_code, answer.json()) == (404, {"detail": "Product not found"})
    assert aws.products.scan()["Items"] == []


def test_only_an_admin_writes(client, aws, lamp, as_user):
    url = f"/products/{lamp['product_id']}"
    for method, path in (("POST", "/products"), ("PUT", url), ("DELETE", url)):
        body = None if method == "DELETE" else {**LAMP, "name": "Mine"}
        refused = client.request(method, path, json=body, headers=as_user)
        assert (refused.status_code, refused.json()) == (403, {"detail": "Admin only"})
        assert client.request(method, path, json=body).status_code == 401
    assert client.get("/products").json() == [lamp]


def test_the_role_is_judged_before_the_body(client, as_user):
    assert client.post("/products", json={"name": "incomplete"}, headers=as_user).status_code == 403


def test_lists_all_or_a_category(client, as_admin):
    assert client.get("/products").json() == []
    for name, category in (("Lamp", "home"), ("Rug", "home"), ("Pen", "office")):
        client.post("/products", json={**LAMP, "name": name, "category": category}, headers=as_admin)

    def names(query):
        return sorted(product["name"] for product in client.get(f"/products{query}").json())

    assert names("") == ["Lamp", "Pen", "Rug"]
    assert names("?category=home") == ["Lamp", "Rug"]
    assert names("?category=garden") == []


@pytest.mark.parametrize("query", ["", "category=home&"])
def test_pages_reach_every_product_once(client, aws, query):
    for number in range(7):
        item = {**LAMP, "price": 1, "product_id": f"p-{number}", "updated_at": "2026-01-01T00:00:00.000Z"}
        aws.products.put_item(Item=item)
    seen, cursor = [], ""
    for _ in range(7):
        answer = client.get(f"/products?{query}limit=3{cursor}")
        assert len(answer.json()) <= 3
        seen += [product["product_id"] for product in answer.json()]
        if "x-next-cursor" not in answer.headers:
            break
        cursor = f"&cursor={answer.headers['x-next-cursor']}"
    assert sorted(seen) == [f"p-{number}" for number in range(7)]


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"name": "  "}, {"name": "x" * 201}, {"name": 5}, {"price": -1}, {"price": 1.999}, {"price": "much"},
     {"price": 1e9}, {"price": None}, {"stock": -1}, {"stock": 1.5}, {"stock": "3"}, {"stock": True}, {"stock": 10**400},
     {"category": ""}, {"category": "-"}, {"category": "x" * 65}, {"colour": "red"}, {"product_id": "p-mine"}],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_name(client, aws, as_admin, change):
    answer = client.post("/products", json={**LAMP, **change}, headers=as_admin)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", *change]
    assert aws.products.scan()["Items"] == []


@pytest.mark.parametrize(
    "path",
    ["/products?category=", "/products?category=" + "x" * 65, "/products?limit=0", "/products?limit=101",
     "/products?limit=x", "/products?cursor=a%20b", "/products/" + "x" * 3000, "/products/a%20b", "/products/%00"],
)  # fmt: skip
def test_a_wrong_query_or_id_is_refused(client, path):
    assert client.get(path).status_code == 422
