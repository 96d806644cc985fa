# SPDX-License-Identifier: Apache-2.0
"""`item transact`, `item sql`, `item tree` and the paths of `item update`, against the servers that serve what they need."""
import json

from local_aws import main, use_tools
from recording_proxy import RecordingProxy
from three_servers import ThreeServersCase

BIG = "12345678901234567890123456789012345678"
ORDER = f"""
- put:
    table: orders
    item: {{order_id: o-17, total: 19.90, big: {BIG}}}
    condition: attribute_not_exists(order_id)
- update:
    table: stock
    key: {{product_id: p-1}}
    add: {{left: -1}}
    set: {{address.city: Hue, 'tags[0]': x, '"a.b"': true}}
    condition: left > 0
- check: {{table: stock, key: {{product_id: p-2}}, condition: attribute_exists(product_id)}}
- delete: {{table: stock, key: {{product_id: p-3}}}}
"""
APP = (
    '{"pk":"USER#u1","sk":"PROFILE","name":"Ada"}\n{"pk":"USER#u1","sk":"ORDER#1","total":19.90,"status":"open"}\n'
    '{"pk":"USER#u1","sk":"ORDER#1#ITEM#1","n":1}\n{"pk":"USER#u1","sk":"ORDER#1#ITEM#2","n":"two"}\n{"pk":"USER#u1","sk":"ORDER#2","total":5}\n'
    f'{{"pk":"USER#u2","sk":"PROFILE","name":"Bob"}}\n{{"pk":"CONFIG","sk":"GLOBAL","big":{BIG}}}\n'
)
PROJECT = """name: shop
region: us-east-1
tables:
  app:
    key: [pk, sk]
    patterns: {user: "USER#* / PROFILE", order: "ORDER#*", item: "ORDER#*#ITEM#*"}
environments: {dev: {}}
"""


class ItemVerbs(ThreeServersCase):
    def stocked(self, endpoint):
        for table, key in (("orders", "order_id"), ("stock", "product_id")):
            self.davit(endpoint, "table", "create", table, "--key", key)
        for item in ('{"product_id":"p-1","left":1,"address":{"city":"-"},"tags":["y"]}', '{"product_id":"p-2"}', '{"product_id":"p-3"}'):
            self.davit(endpoint, "item", "put", "stock", item)
        self.addCleanup(lambda: [self.davit(endpoint, "table", "delete", table, "--confirm", table) for table in ("orders", "stock")])
        self.write("order.yaml", ORDER)

    def transacting(self):
        return [(server, self.endpoints[server]) for server in ("local", "moto")]

    def test_a_transaction_is_done_whole_and_then_refused_whole(self):
        for server, endpoint in self.transacting():
            with self.subTest(server):
                self.stocked(endpoint)
                done = self.json(endpoint, "item", "transact", "order.yaml", "--token", "order-17")
                self.assertEqual(done["token"], "order-17")
                self.assertEqual([(action["line"], action["action"], action["table"]) for action in done["actions"]], [(2, "put", "orders"), (6, "update", "stock"), (12, "check", "stock"), (13, "delete", "stock")])
                self.assertEqual(self.davit(endpoint, "item", "get", "orders", "o-17").stdout, f'{{"big":{BIG},"order_id":"o-17","total":19.9}}\n')
                changed = {"product_id": "p-1", "left": 0, "address": {"city": "Hue"}, "tags": ["x"], "a.b": True}
                self.assertEqual(self.json(endpoint, "item", "get", "stock", "p-1"), changed)
                self.davit(endpoint, "item", "get", "stock", "p-3", code=3)

                refused = self.davit(endpoint, "item", "transact", "order.yaml", "--show-items", "-o", "json", code=5)
                reasons = json.loads(refused.stdout)["reasons"]
                self.assertEqual([(reason["index"], reason["line"], reason["code"]) for reason in reasons], [(0, 2, "ConditionalCheckFailed"), (1, 6, "ConditionalCheckFailed")])
                self.assertIn(f'"item":{{"big":{BIG},', refused.stdout)
                self.assertEqual(reasons[1]["item"], changed)
                places = json.loads(refused.stderr)["error"]["diagnostics"]
                self.assertEqual([(place["file"], place["line"]) for place in places], [("order.yaml", 2), ("order.yaml", 6)])
                self.assertEqual(self.json(endpoint, "item", "get", "stock", "p-1"), changed)

    def test_the_same_token_is_the_same_transaction(self):
        endpoint = self.aws.endpoint
        self.stocked(endpoint)
        add = '{"token": "once", "actions": [{"update": {"table": "stock", "key": {"product_id": "p-1"}, "add": {"left": 5}}}]}'
        for _ in range(2):
            self.davit(endpoint, "item", "transact", "-", input=add)
        self.assertEqual(self.json(endpoint, "item", "get", "stock", "p-1")["left"], 6)
        other = self.davit(endpoint, "item", "transact", "-", input=add.replace("5", "6"), code=1)
        self.assertIn("token once was another transaction's", other.stderr)

    def test_gets_are_one_snapshot(self):
        gets = '[{"get":{"table":"stock","key":{"product_id":"p-1"},"projection":"address, left"}},\n{"get":{"table":"stock","key":{"product_id":"none"}}}]'
        for server, endpoint in self.transacting():
            with self.subTest(server):
                self.stocked(endpoint)
                items = self.json(endpoint, "item", "transact", "-", input=gets)["items"]
                self.assertEqual([(item["line"], item["item"] is None) for item in items], [(1, False), (2, True)])
                # moto leaves the projection out and gives the whole item.
                wanted = {"address": {"city": "-"}, "left": 1}
                self.assertEqual({name: items[0]["item"][name] for name in wanted}, wanted)
                self.assertEqual(items[0]["item"] == wanted, server != "moto")

    def test_what_is_no_transaction(self):
        for text, expected in (
            ("- put: {table: a, itm: {b: 1}}", ['-:1:24: there is no "itm" here', 'did you mean "item"?']),
            ("- update: {table: a, key: {b: 1}, set: {'c..d': 1}}", ["is no path of attributes: column 3"]),
            ("- get: {table: a, key: {b: yes}}", ["yes is ambiguous"]),
            ("- chek: {table: a}", ["not chek"]),
            ("- check: {table: a, key: {b: 1}}", ["a check needs a condition"]),
            ("- put: {table: a, item: {b: 1}}\n- get: {table: a, key: {b: 1}}", ["-:2:3: a transaction gets or writes"]),
            ("- put: {item: {b: 1}}", ["needs a table"]),
            ("[]", ["no action"]),
            ('[{"put": {"table": "a", "item": {"b": 1e400}}}]', ["-:1:39"]),
            ('[{"put": ', ["is no JSON"]),
            (json.dumps([{"put": {"table": "a", "item": {"b": i}}} for i in range(101)]), ["at most 100 actions, this has 101"]),
        ):
            with self.subTest(text[:60]):
                finished = self.davit(self.aws.endpoint, "item", "transact", "-", input=text, code=2)
                for part in expected:
                    self.assertIn(part, finished.stderr.replace("standard input:", "-:"))

    def test_a_missing_table_of_a_transaction(self):
        for server, endpoint in self.transacting():
            with self.subTest(server):
                self.stocked(endpoint)
                finished = self.davit(endpoint, "item", "transact", "-", input=ORDER.replace("orders", "ordres"), code=3)
                self.assertIn("there is no table ordres", finished.stderr)
                self.assertIn("did you mean 'orders'?", finished.stderr)

    def test_dry_runs_send_no_write(self):
        endpoint = self.aws.endpoint
        self.stocked(endpoint)
        proxy = RecordingProxy(endpoint)
        self.addCleanup(proxy.close)
        plan = self.json(proxy.endpoint, "item", "transact", "order.yaml", "--dry-run")
        self.assertEqual([step["action"] for step in plan["steps"]], ["run", "update", "run", "delete"])
        self.assertIn("if left > 0", plan["steps"][1]["reason"])
        plan = self.json(proxy.endpoint, "item", "update", "stock", "p-1", "--set", 'address.city="X"', "--condition", "left > 0", "--dry-run")
        self.assertEqual(plan["steps"][0]["reason"], 'SET address.city = "X" if left > 0')
        self.assertEqual([str(asked) for asked in proxy.take() if asked.is_write], [])

    def test_paths_of_an_update(self):
        for server, endpoint in self.endpoints.items():
            with self.subTest(server):
                self.davit(endpoint, "table", "create", "paths", "--key", "id")
                self.davit(endpoint, "item", "put", "paths", '{"id":"a","m":{"x":{"y":1}},"l":[1,[2]],"status":"new","s":{"$set":["p","q"]}}')
                words = ["--set", "m.x.y=2.50", "--set", "l[1][0]=3", "--set", '"a.b"="dot"', "--set", '"q\\"=x"=1', "--take", 's={"$set":["p"]}', "--remove", "l[0]"]
                updated = self.json(endpoint, "item", "update", "paths", "a", *words, "--condition", 'status = "new"')
                self.assertEqual(updated, {"id": "a", "m": {"x": {"y": 2.5}}, "l": [[3]], "status": "new", "s": {"$set": ["q"]}, "a.b": "dot", 'q"=x': 1})
                self.assertEqual(self.json(endpoint, "item", "update", "paths", "a", "--set", "m.x.y=3", "--return", "updated-new"), {"m": {"x": {"y": 3}}})
                self.assertEqual(self.json(endpoint, "item", "update", "paths", "a", "--add", "m.x.y=1", "--return", "updated-old"), {"m": {"x": {"y": 3}}})
                self.assertEqual(self.davit(endpoint, "item", "update", "paths", "a", "--add", "m.x.y=1", "--return", "none").stdout, "")
                self.davit(endpoint, "item", "update", "paths", "a", "--set", "m.x.y=9", "--condition", 'status = "old"', code=5)
                for wrong in ("m..x=1", "m.=1", "l[x]=1", "l[1=1", '"m=1', "=1", "m.x"):
                    self.davit(endpoint, "item", "update", "paths", "a", "--set", wrong, code=2)
                self.davit(endpoint, "table", "delete", "paths", "--confirm", "paths")

    def app(self, endpoint):
        self.davit(endpoint, "table", "create", "app", "--key", "[pk, sk]")
        self.davit(endpoint, "table", "seed", "app", self.write("app.jsonl", APP))
        self.addCleanup(lambda: self.davit(endpoint, "table", "delete", "app", "--confirm", "app"))

    def test_entities_by_patterns(self):
        patterns = ["--pattern", "user=USER#* / PROFILE", "--pattern", "order=ORDER#*", "--pattern", "item=ORDER#*#ITEM#*"]
        for server, endpoint in self.endpoints.items():
            with self.subTest(server):
                self.app(endpoint)
                tree = self.json(endpoint, "item", "tree", "app", *patterns)
                entities = {entity["entity"]: entity for entity in tree["entities"]}
                self.assertEqual({name: entity["items"] for name, entity in entities.items()}, {"user": 2, "order": 2, "item": 2})
                self.assertEqual(entities["item"]["attributes"], {"n": {"N": 1, "S": 1}, "pk": {"S": 2}, "sk": {"S": 2}})
                # pk 2 + USER#u1 7, sk 2 + ORDER#1 7, total 5 + 3, status 6 + open 4
                self.assertEqual(entities["order"]["sizeBytes"]["max"], 36)
                self.assertEqual((tree["items"], tree["unmatched"]["items"]), (7, 1))
                self.assertEqual([json.loads(key) for key in tree["unmatched"]["exampleKeys"]], [{"pk": "CONFIG", "sk": "GLOBAL"}])
                self.assertIn("(no pattern)", self.davit(endpoint, "item", "tree", "app", *patterns, "-o", "table").stdout)
                guessed = self.json(endpoint, "item", "tree", "app", "--segments", "3")
                self.assertTrue(guessed["guessed"])
                self.assertEqual({entity["pattern"]: entity["items"] for entity in guessed["entities"]}, {"* / *": 1, "USER#* / *": 2, "USER#* / ORDER#*": 4})

    def test_an_item_collection(self):
        for server, endpoint in self.endpoints.items():
            with self.subTest(server):
                self.app(endpoint)
                items = self.lines(endpoint, "item", "tree", "app", "USER#u1")
                self.assertEqual([(item["sort"], item["depth"], item["parent"]) for item in items], [("ORDER#1", 0, None), ("ORDER#1#ITEM#1", 1, "ORDER#1"), ("ORDER#1#ITEM#2", 1, "ORDER#1"), ("ORDER#2", 0, None), ("PROFILE", 0, None)])
                self.assertEqual(self.json(endpoint, "item", "tree", "app", "USER#u1")["count"], 5)
                self.davit(endpoint, "item", "tree", "app", "USER#u9", code=3)
                self.davit(endpoint, "item", "tree", "apq", code=3)

    def test_patterns_of_the_project(self):
        self.write("davit.yaml", PROJECT)
        endpoint = self.aws.endpoint
        self.davit(endpoint, "table", "create", "app", "--env", "dev")
        self.davit(endpoint, "table", "seed", "app", self.write("app.jsonl", APP), "--env", "dev")
        tree = self.json(endpoint, "item", "tree", "app", "--env", "dev")
        self.assertEqual({entity["entity"]: entity["items"] for entity in tree["entities"]}, {"user": 2, "order": 2, "item": 2})

    def test_select(self):
        for server, endpoint in self.transacting():
            with self.subTest(server):
                self.app(endpoint)
                select = ("item", "sql", "SELECT * FROM app WHERE pk = ?", "--param", '"USER#u1"')
                self.assertEqual({item["sk"] for item in self.lines(endpoint, *select)}, {"PROFILE", "ORDER#1", "ORDER#1#ITEM#1", "ORDER#1#ITEM#2", "ORDER#2"})
                self.assertEqual(len(self.lines(endpoint, *select, "--limit", "2")), 2)
                document = self.davit(endpoint, "item", "sql", "-", "-o", "json", input="select * from \"app\" where pk = 'CONFIG'").stdout
                self.assertIn(BIG, document)
                self.assertEqual(json.loads(document)["count"], 1)
                self.assertEqual(self.json(endpoint, "item", "sql", "SELECT * FROM app WHERE pk = 'none'")["items"], [])
                self.davit(endpoint, "item", "sql", "SELECT * FROM apq", code=3)

    def test_select_pages_and_indexes(self):
        endpoint = self.aws.endpoint
        self.davit(endpoint, "table", "create", "paged", "--key", "id", "--index", "by-day=day")
        self.addCleanup(lambda: self.davit(endpoint, "table", "delete", "paged", "--confirm", "paged"))
        items = [{"id": f"{i:04}", "day": f"d{i % 2}", "text": "x" * 3000} for i in range(900)]
        self.davit(endpoint, "table", "seed", "paged", "-", input="".join(json.dumps(item) + "\n" for item in items))
        self.assertEqual(sorted(item["id"] for item in self.lines(endpoint, "item", "sql", "SELECT id FROM paged")), [item["id"] for item in items])
        self.assertEqual(self.json(endpoint, "item", "sql", "SELECT id FROM paged.by-day WHERE day = 'd1'")["count"], 450)
        self.assertEqual(self.json(endpoint, "item", "sql", "SELECT id FROM paged WHERE day = 'd1'", "--limit", "401")["count"], 401)
        self.assertIn("no index 'by-dya'", self.davit(endpoint, "item", "sql", "SELECT id FROM paged.by-dya WHERE day = 'd1'", code=3).stderr)

    def test_a_table_of_the_project_is_sent_by_its_physical_name(self):
        self.write("davit.yaml", PROJECT)
        proxy = RecordingProxy(self.endpoints["moto"])
        self.addCleanup(proxy.close)
        for text, sent in (
            ("SELECT * FROM app", 'SELECT * FROM "shop-dev-app"'),
            ("select a -- FROM x\nfrom app where b = 'FROM y'", "select a -- FROM x\nfrom \"shop-dev-app\" where b = 'FROM y'"),
            ('SELECT * FROM "app".by-day', 'SELECT * FROM "shop-dev-app"."by-day"'),
            ("SELECT * FROM other-table", 'SELECT * FROM "other-table"'),
        ):
            with self.subTest(text):
                self.davit(proxy.endpoint, "item", "sql", text, "--env", "dev", code=3)
                statements = [json.loads(asked.body)["Statement"] for asked in proxy.take() if asked.operation == "ExecuteStatement"]
                self.assertEqual(statements, [sent])

    def test_only_reads_are_taken(self):
        proxy = RecordingProxy(self.aws.endpoint)
        self.addCleanup(proxy.close)
        for text, hint in (("INSERT INTO app VALUE {'pk': 'a'}", "item put"), ("update app set a = 1", "item update"), ("DELETE FROM app", "item delete"), ("SELECT 1", "names no table"), ("SELECT * FROM app; DELETE FROM app", "one statement"), ("SELECT * FROM 'app", "not closed"), ("SELECT * FROM app WHERE a = ?", "1 ?")):  # fmt: skip
            with self.subTest(text):
                self.assertIn(hint, self.davit(proxy.endpoint, "item", "sql", text, code=2).stderr)
        self.assertEqual(proxy.take(), [])


if __name__ == "__main__":
    use_tools()
    main()
