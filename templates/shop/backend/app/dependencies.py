"""What a route asks for by its parameters: the services, and who is calling."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.errors import Forbidden, NotAuthenticated
from app.schemas.values import Identifier
from app.security.tokens import Identity, Tokens
from app.services.accounts import AccountService
from app.services.orders import OrderService
from app.services.products import ProductService


@dataclass(frozen=True)
class Services:
    """Everything the routes use; made once, by create_app."""

    tokens: Tokens
    accounts: AccountService
    products: ProductService
    orders: OrderService


@dataclass(frozen=True)
class Paging:
    limit: int
    cursor: str | None


# No automatic error: the scheme's own has another text and no word on what is wrong.
bearer = HTTPBearer(auto_error=False, bearerFormat="JWT")


async def services(request: Request) -> Services:
    return request.app.state.services


def identity(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    services: Annotated[Services, Depends(services)],
) -> Identity:
    if credentials is None:
        raise NotAuthenticated("Not authenticated")
    caller = services.tokens.verify(credentials.credentials)
    request.state.user_id = caller.user_id  # for the access line
    return caller


async def admin(caller: Annotated[Identity, Depends(identity)]) -> Identity:
    if not caller.is_admin:
        raise Forbidden("Admin only")
    return caller


async def paging(
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
    cursor: Annotated[Identifier | None, Query(description="X-Next-Cursor of the page before")] = None,
) -> Paging:
    return Paging(limit, cursor)


Serving = Annotated[Services, Depends(services)]
Caller = Annotated[Identity, Depends(identity)]
Admin = Annotated[Identity, Depends(admin)]
PageOf = Annotated[Paging, Depends(paging)]
