import pytest

from app.repositories.users import user_id_of

ADA = {"email": "Ada@Shop.example", "password": "correct horse battery"}


def test_register_log_in_and_use_the_token(client, aws):
    answer = client.post("/auth/register", json=ADA)
    assert (answer.status_code, answer.json()) == (201, {"message": "registered"})
    answer = client.post("/auth/login", json=ADA)
    assert answer.status_code == 200
    assert answer.json().keys() == {"access_token", "token_type"}
    assert answer.json()["token_type"] == "bearer"
    me = client.get("/auth/me", headers={"Authorization": f"Bearer {answer.json()['access_token']}"})
    assert me.json() == {"user_id": user_id_of("ada@shop.example"), "email": "ada@shop.example", "role": "user"}


def test_the_table_has_a_hash_and_no_password(client, aws):
    client.post("/auth/register", json=ADA)
    [user] = aws.users.scan()["Items"]
    assert user.keys() == {"user_id", "email", "password_hash", "role", "created_at"}
    assert user["password_hash"].startswith("scrypt$14$8$1$")
    assert ADA["password"] not in str(user)


def test_an_address_is_registered_once_whatever_its_case(client, aws):
    assert client.post("/auth/register", json=ADA).status_code == 201
    before = aws.users.scan()["Items"]
    for email in ("ada@shop.example", "ADA@SHOP.EXAMPLE", " Ada@Shop.example "):
        answer = client.post("/auth/register", json={"email": email, "password": "another password"})
        assert (answer.status_code, answer.json()) == (409, {"detail": "E-mail already registered"})
    assert aws.users.scan()["Items"] == before


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client):
    client.post("/auth/register", json=ADA)
    wrong = client.post("/auth/login", json={**ADA, "password": "wrong password"})
    unknown = client.post("/auth/login", json={**ADA, "email": "bob@shop.example"})
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.json() == unknown.json() == {"detail": "Invalid e-mail or password"}


def test_a_seeded_user_logs_in_with_its_role(client, aws, tokens):
    # The string was made with Python's hashlib.scrypt, apart from this code.
    aws.users.put_item(
        Item={
            "user_id": user_id_of("root@shop.example"),
            "email": "root@shop.example",
            "password_hash": "scrypt$14$8$1$MDEyMzQ1Njc4OWFiY2RlZg==$c/71v5jermFN7k1TDsObLgk7zFBj6Y2REP1BXMZSHzY=",
            "role": "admin",
            "created_at": "2026-01-01T00:00:00.000Z",
        }
    )
    answer = client.post("/auth/login", json={"email": "root@shop.example", "password": "seeded password"})
    assert answer.status_code == 200
    assert tokens.verify(answer.json()["access_token"]).is_admin


@pytest.mark.parametrize("role", ["admin", "user"])
def test_nobody_registers_with_a_role(client, aws, role):
    assert client.post("/auth/register", json={**ADA, "role": role}).status_code == 422
    assert aws.users.scan()["Items"] == []


@pytest.mark.parametrize(
    "email",
    ["", "ada", "ada@", "@shop.example", "ada@shop", "a b@shop.example", "ada@shop.example\n.", "ada..b@shop.example",
     "ada@-shop.example", "ada@shop..example", "ada@\u212aelvin.example", "a" * 65 + "@shop.example",
     "ada@" + "a." * 150 + "example", None, 5, ["ada@shop.example"]],
)  # fmt: skip
def test_what_is_no_address_is_refused(client, aws, email):
    for path in ("/auth/register", "/auth/login"):
        assert client.post(path, json={**ADA, "email": email}).status_code == 422
    assert aws.users.scan()["Items"] == []


@pytest.mark.parametrize("password", ["", "short", "x" * 257, None, 12345678])
def test_an_unfit_password_is_refused_and_not_repeated(client, password):
    answer = client.post("/auth/register", json={**ADA, "password": password})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "password"]
    assert answer.json()["detail"][0].keys() == {"loc", "msg", "type"}


def test_me_of_a_deleted_account_is_not_found(client, as_user):
    assert client.get("/auth/me", headers=as_user).status_code == 404


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi", "x.y.z", "Bearer a, Bearer b"]
)
def test_without_a_valid_token_the_answer_is_401(client, header):
    headers = {} if header is None else {"Authorization": header}
    for method, path in (("GET", "/auth/me"), ("GET", "/orders"), ("DELETE", "/products/p-1")):
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["detail"] in ("Not authenticated", "Invalid token")
        assert answer.headers["www-authenticate"] == "Bearer"
