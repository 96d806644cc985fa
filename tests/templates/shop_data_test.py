# SPDX-License-Identifier: Apache-2.0
"""The data of templates/shop fits together: ids, prices, sums, and the tokens of davit.yaml.

Standard library only. The derivation of a user's id is written down here once more, so that a
change of the backend's without the data (or the other way round) is seen.
"""

import hashlib
import json
import re
import unittest
from decimal import Decimal
from pathlib import Path

SHOP = Path(__file__).resolve().parents[2] / "templates" / "shop"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def read(name):
    lines = (SHOP / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in lines]


def token_claims():
    """`sub` and `role` of each profile, in the flow form that davit.yaml writes claims in."""
    text = (SHOP / "davit.yaml").read_text(encoding="utf-8")
    pattern = r"^  (\w+):[^\n]*\n(?:    [^\n]*\n)*?    claims: \{sub: ([^,]+), role: (\w+)"
    return {profile: (sub, role) for profile, sub, role in re.findall(pattern, text, re.M)}


class Data(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.products, cls.users, cls.orders = read("products"), read("users"), read("orders")

    def assert_members(self, items, *names):
        for item in items:
            self.assertEqual(set(names), set(item))

    def assert_unique(self, items, key):
        self.assertEqual(len(items), len({item[key] for item in items}))

    def test_products(self):
        self.assertGreaterEqual(len(self.products), 24)
        self.assert_members(self.products, "product_id", "name", "price", "stock", "category", "updated_at")
        self.assert_unique(self.products, "product_id")
        self.assert_unique(self.products, "name")
        for product in self.products:
            self.assertEqual(product["price"], product["price"].quantize(Decimal("0.01")))
            self.assertGreaterEqual(product["stock"], 0)
            self.assertRegex(product["updated_at"], MOMENT)
        self.assertGreaterEqual(len({product["category"] for product in self.products}), 4)

    def test_users(self):
        self.assert_members(self.users, "user_id", "email", "password_hash", "role", "created_at")
        self.assert_unique(self.users, "email")
        self.assertEqual(["admin", "user", "user", "user"], [user["role"] for user in self.users])
        for user in self.users:
            digest = hashlib.sha256(user["email"].encode()).hexdigest()
            self.assertEqual(user["user_id"], f"u-{digest[:32]}")
            self.assertEqual(user["email"], user["email"].strip().lower())
            self.assertRegex(user["created_at"], MOMENT)

    def test_passwords_are_for_davit_to_hash(self):
        for user in self.users:
            self.assertEqual(["$password"], list(user["password_hash"]))
            self.assertTrue(8 <= len(user["password_hash"]["$password"]) <= 256)
            self.assertIn("change-me", user["password_hash"]["$password"])
        self.assert_unique([user["password_hash"] for user in self.users], "$password")

    def test_orders(self):
        self.assert_members(
            self.orders, "order_id", "user_id", "items", "total_amount", "status", "created_at", "updated_at"
        )
        self.assert_unique(self.orders, "order_id")
        products = {product["product_id"]: product for product in self.products}
        registered = {user["user_id"]: user["created_at"] for user in self.users}
        for order in self.orders:
            self.assertLess(registered[order["user_id"]], order["created_at"])
            self.assertLessEqual(order["created_at"], order["updated_at"])
            for line in order["items"]:
                product = products[line["product_id"]]
                self.assertEqual((product["name"], product["price"]), (line["name"], line["price"]))
            total = sum(line["price"] * line["quantity"] for line in order["items"])
            self.assertEqual(total, order["total_amount"])
        statuses = {order["status"] for order in self.orders}
        self.assertEqual({"pending", "paid", "shipped", "delivered", "cancelled"}, statuses)

    def test_tokens_are_for_seeded_users_in_their_roles(self):
        claims = token_claims()
        self.assertEqual({"user", "admin", "other", "expired"}, set(claims))
        roles = {user["user_id"]: user["role"] for user in self.users}
        for profile in ("user", "admin", "expired"):
            sub, role = claims[profile]
            self.assertEqual(role, roles[sub])
        self.assertEqual("admin", claims["admin"][1])
        self.assertNotIn(claims["other"][0], roles)


if __name__ == "__main__":
    unittest.main()
