"""Puts the application together: settings in, ASGI application out."""

from typing import Any

import boto3
from botocore.config import Config
from fastapi import FastAPI

from app import logs
from app.correlation import CorrelationMiddleware
from app.dependencies import Services
from app.errors import add_error_handlers
from app.repositories.orders import OrderRepository
from app.repositories.products import ProductRepository
from app.repositories.table import Table
from app.repositories.users import UserRepository
from app.routers import auth, health, orders, products
from app.security.signing_key import SigningKey
from app.security.tokens import Tokens
from app.services.accounts import AccountService
from app.services.orders import OrderService
from app.services.products import ProductService
from app.settings import Settings

# All attempts of a call together must fit well into the function's 15 seconds.
CONNECT_TIMEOUT_S, READ_TIMEOUT_S, ATTEMPTS = 1, 3, 3


def create_app(settings: Settings) -> FastAPI:
    logs.configure(settings.log_level)
    app = FastAPI(title="Shop", version="1.0.0", redoc_url=None, redirect_slashes=False)
    app.state.services = _services(settings)
    app.add_middleware(CorrelationMiddleware)
    add_error_handlers(app)
    for module in (health, auth, products, orders):
        app.include_router(module.router)
    return app


def _services(settings: Settings) -> Services:
    dynamodb, dynamodb_once = _client("dynamodb"), _client("dynamodb", attempts=1)
    products = ProductRepository(
        Table(dynamodb, settings.products_table, "product_id"),
        Table(dynamodb_once, settings.products_table, "product_id"),
    )
    orders = OrderRepository(Table(dynamodb, settings.orders_table, "order_id"))
    users = UserRepository(Table(dynamodb, settings.users_table, "user_id"))
    tokens = Tokens(SigningKey(_client("secretsmanager"), settings.jwt_secret_arn).value)
    return Services(
        tokens=tokens,
        accounts=AccountService(users, tokens),
        products=ProductService(products),
        orders=OrderService(orders, products),
    )


def _client(service: str, attempts: int = ATTEMPTS) -> Any:
    """Region, credentials and endpoint (AWS_ENDPOINT_URL) come from the environment."""
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    return boto3.client(service, config=config)
