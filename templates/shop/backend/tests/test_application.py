"""What holds for every route: correlation ids, logs, errors that are never a 500 for bad input."""

import uuid

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from app import logs
from app.settings import Settings

REGISTER = {"email": "ada@shop.example", "password": "correct horse battery"}


def test_health_docs_and_description(client):
    assert client.get("/health").json() == {"status": "ok"}
    assert "swagger-ui" in client.get("/docs").text
    paths = client.get("/openapi.json").json()["paths"]
    assert {(path, method) for path, methods in paths.items() for method in methods} == {
        ("/health", "get"), ("/auth/register", "post"), ("/auth/login", "post"), ("/auth/me", "get"),
        ("/products", "get"), ("/products", "post"), ("/products/{product_id}", "get"),
        ("/products/{product_id}", "put"), ("/products/{product_id}", "delete"), ("/orders", "get"), ("/orders", "post"),
        ("/orders/{order_id}", "get"), ("/orders/{order_id}", "patch"), ("/orders/{order_id}", "delete"),
    }  # fmt: skip


def test_a_correlation_id_is_echoed_and_logged(client, log_lines):
    answer = client.get("/products/p-none", headers={"X-Correlation-ID": "check-42"})
    assert answer.headers["x-correlation-id"] == "check-42"
    [line] = log_lines()
    assert (line["correlation_id"], line["method"], line["path"], line["status"], line["level"]) == (
        "check-42", "GET", "/products/p-none", 404, "INFO"
    )  # fmt: skip


def test_without_one_each_request_gets_its_own(client, log_lines):
    ids = [client.get("/health").headers["x-correlation-id"] for _ in range(2)]
    assert ids[0] != ids[1]
    assert [str(uuid.UUID(each)) for each in ids] == ids
    assert [line["correlation_id"] for line in log_lines()] == ids


@pytest.mark.parametrize("asked", ["", "a b", "x" * 129, 'id","level":"FATAL', "\u00e9", "a\tb"])
def test_an_unfit_one_is_replaced(client, asked):
    answer = client.get("/health", headers={"X-Correlation-ID": asked.encode("latin-1")})
    assert uuid.UUID(answer.headers["x-correlation-id"])


@pytest.mark.parametrize(
    "method, path, status",
    [("GET", "/nowhere", 404), ("PATCH", "/products", 405), ("GET", "/products/", 404), ("GET", "/orders", 401),
     ("POST", "/auth/login", 422)],
)  # fmt: skip
def test_every_refusal_has_a_detail_and_the_header(client, method, path, status):
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.json().keys() == {"detail"}
    assert "x-correlation-id" in answer.headers


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"email": "\\ud800@x.example", "password": "12345678"}',
     b'{"\\ud800": 1}', b"[" * 100_000, b'{"email": NaN, "password": Infinity}', b'{"password": ' + b"9" * 5000 + b"}"],
)  # fmt: skip
def test_a_broken_body_is_the_callers_fault(client, body):
    for content_type in ("application/json", "text/plain"):
        answer = client.post("/auth/register", content=body, headers={"Content-Type": content_type})
        assert answer.status_code in (400, 422)
        assert answer.json()["detail"]


def test_the_password_is_in_no_log_line_and_no_answer(client, capsys):
    for body in (REGISTER, {**REGISTER, "role": "admin"}, {**REGISTER, "email": "x"}):
        assert REGISTER["password"] not in client.post("/auth/register", json=body).text
    client.post("/auth/login", json=REGISTER)
    assert REGISTER["password"] not in capsys.readouterr().out


def test_at_debug_the_libraries_do_not_write_requests(client, aws, capsys):
    logs.configure("DEBUG")
    try:
        assert client.post("/auth/register", json=REGISTER).status_code == 201
    finally:
        logs.configure("INFO")
    assert "scrypt$" not in capsys.readouterr().out


def test_an_unknown_log_level_is_refused():
    with pytest.raises(RuntimeError, match="LOG_LEVEL 'LOUD'"):
        logs.configure("LOUD")


def test_single_items_are_read_consistently(app, client):
    """moto is always consistent, so this looks at the request itself."""
    requests = []
    events = app.state.services.products._products._table._client.meta.events
    events.register("provide-client-params.dynamodb.GetItem", lambda params, **_: requests.append(params), "spy")
    client.get("/products/p-1")
    events.unregister("provide-client-params.dynamodb.GetItem", unique_id="spy")
    assert [request["ConsistentRead"] for request in requests] == [True]


@pytest.fixture
def failing(app, client, monkeypatch):
    """The answer of a route whose repository raises the error."""

    def get(error):
        def fail(_):
            raise error

        monkeypatch.setattr(app.state.services.products._products, "get", fail)
        return client.get("/products/p-1")

    return get


def test_an_unexpected_error_is_a_500_with_header_and_traceback_in_the_log(failing, log_lines):
    answer = failing(ZeroDivisionError("secret detail"))
    assert (answer.status_code, answer.json()) == (500, {"detail": "Internal server error"})
    error, access = log_lines()
    assert "ZeroDivisionError: secret detail" in error["exception"]
    assert error["correlation_id"] == access["correlation_id"] == answer.headers["x-correlation-id"]
    assert access["status"] == 500


@pytest.mark.parametrize(
    "error, status",
    [
        (ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow"}}, "GetItem"), 503),
        (EndpointConnectionError(endpoint_url="https://dynamodb"), 503),
        (ClientError({"Error": {"Code": "AccessDeniedException", "Message": "role x"}}, "GetItem"), 500),
    ],
)
def test_an_aws_error_says_whether_to_try_again_and_no_more(failing, log_lines, error, status):
    answer = failing(error)
    assert answer.status_code == status
    assert ("retry-after" in answer.headers) == (status == 503)
    assert answer.json()["detail"] in ("Temporarily unavailable", "Internal server error")
    assert log_lines()[0]["exception"]


def test_a_signed_in_callers_id_is_in_the_access_line(client, as_user, log_lines):
    client.get("/orders", headers=as_user)
    assert log_lines()[-1]["user_id"] == "u-user"


def test_settings_name_everything_that_is_missing():
    with pytest.raises(RuntimeError, match="ORDERS_TABLE, USERS_TABLE, JWT_SECRET_ARN"):
        Settings.from_environment({"PRODUCTS_TABLE": "p", "USERS_TABLE": ""})
