"""The application over moto's DynamoDB and Secrets Manager, in this process."""

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.application import create_app  # noqa: E402
from app.security.tokens import Identity  # noqa: E402
from app.settings import Settings  # noqa: E402

REGION = "ap-southeast-1"
SECRET = "0123456789abcdef" * 8  # hex text, as davit stores it
TABLES = {
    "shop-test-products": ("product_id", "category-index", "category"),
    "shop-test-orders": ("order_id", "user-index", "user_id"),
    "shop-test-users": ("user_id", "email-index", "email"),
}


@pytest.fixture(scope="session")
def account():
    """Tables and secret, made once: a boto3 client takes far longer to make than a test to run."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        dynamodb = boto3.resource("dynamodb")
        tables = {name: _create(dynamodb, name, *keys) for name, keys in TABLES.items()}
        secret = boto3.client("secretsmanager").create_secret(Name="shop-test-jwt", SecretString=SECRET)
        yield SimpleNamespace(
            products=tables["shop-test-products"],
            orders=tables["shop-test-orders"],
            users=tables["shop-test-users"],
            secret_arn=secret["ARN"],
        )


@pytest.fixture
def aws(account):
    """The account with its tables empty."""
    for table, (key, *_) in zip((account.products, account.orders, account.users), TABLES.values()):
        for item in table.scan()["Items"]:
            table.delete_item(Key={key: item[key]})
    return account


@pytest.fixture(scope="session")
def application(account):
    return create_app(
        Settings(
            products_table=account.products.name,
            orders_table=account.orders.name,
            users_table=account.users.name,
            jwt_secret_arn=account.secret_arn,
        )
    )


@pytest.fixture
def app(aws, application):
    return application


@pytest.fixture
def client(app):
    return TestClient(app)


@pytest.fixture
def tokens(app):
    return app.state.services.tokens


@pytest.fixture
def as_user(tokens):
    return bearer(tokens, "u-user", "user")


@pytest.fixture
def as_other(tokens):
    return bearer(tokens, "u-other", "user")


@pytest.fixture
def as_admin(tokens):
    return bearer(tokens, "u-admin", "admin")


@pytest.fixture
def log_lines(capsys):
    """The application's lines since the last call; the test client writes some of its own."""

    def read():
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [line for line in lines if line["logger"].startswith("app.")]

    return read


def bearer(tokens, user_id, role):
    return {"Authorization": f"Bearer {tokens.issue(Identity(user_id, role))}"}


def _create(dynamodb, name, key, index, index_key):
    return dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in (key, index_key)],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [{"AttributeName": index_key, "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
