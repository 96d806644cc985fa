"""The entry point, called as Lambda calls it."""

import importlib
import json
import sys
from types import SimpleNamespace

import pytest


def event(method, path, headers=None, body=None, query=""):
    """An API Gateway HTTP API event, payload format 2.0."""
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.9", "userAgent": "test"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "api.shop.example", "content-type": "application/json", **(headers or {})},
        "requestContext": {"http": http, "stage": "$default", "requestId": "r-1", "domainName": "api.shop.example"},
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


@pytest.fixture
def handler(aws, monkeypatch):
    monkeypatch.setenv("PRODUCTS_TABLE", aws.products.name)
    monkeypatch.setenv("ORDERS_TABLE", aws.orders.name)
    monkeypatch.setenv("USERS_TABLE", aws.users.name)
    monkeypatch.setenv("JWT_SECRET_ARN", aws.secret_arn)
    monkeypatch.setenv("LOG_LEVEL", "info")
    sys.modules.pop("app.lambda_handler", None)
    return importlib.import_module("app.lambda_handler").handler


CONTEXT = SimpleNamespace(aws_request_id="8f5c-42")


def test_an_event_is_answered_and_logged_with_lambdas_request_id(handler, log_lines):
    answer = handler(event("GET", "/health", {"x-correlation-id": "from-event"}), CONTEXT)
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"status": "ok"})
    assert answer["headers"]["x-correlation-id"] == "from-event"
    assert not answer["isBase64Encoded"]
    [line] = log_lines()
    assert (line["request_id"], line["correlation_id"], line["path"]) == ("8f5c-42", "from-event", "/health")


def test_registration_log_in_and_an_own_list(handler):
    account = {"email": "ada@shop.example", "password": "correct horse battery"}
    assert handler(event("POST", "/auth/register", body=account), CONTEXT)["statusCode"] == 201
    login = json.loads(handler(event("POST", "/auth/login", body=account), CONTEXT)["body"])
    headers = {"authorization": f"Bearer {login['access_token']}"}
    answer = handler(event("GET", "/orders", headers, query="limit=5"), CONTEXT)
    assert (answer["statusCode"], answer["body"]) == (200, "[]")


def test_a_missing_setting_fails_at_import(handler, monkeypatch):
    monkeypatch.delenv("USERS_TABLE")
    sys.modules.pop("app.lambda_handler")
    with pytest.raises(RuntimeError, match="USERS_TABLE"):
        importlib.import_module("app.lambda_handler")
