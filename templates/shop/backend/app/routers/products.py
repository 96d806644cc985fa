from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.dependencies import PageOf, Serving, admin
from app.errors import documented
from app.routers.paging import with_next_cursor
from app.schemas.products import Product, ProductIn
from app.schemas.values import Category, Identifier

router = APIRouter(prefix="/products", tags=["products"])

admin_only = {"dependencies": [Depends(admin)]}


@router.get("", response_model=list[Product])
def list_products(
    serving: Serving, paging: PageOf, response: Response, category: Annotated[Category | None, Query()] = None
):
    return with_next_cursor(response, serving.products.page(category, paging.limit, paging.cursor))


@router.get("/{product_id}", response_model=Product, responses=documented(404))
def get_product(product_id: Identifier, serving: Serving):
    return serving.products.get(product_id)


@router.post("", response_model=Product, status_code=201, responses=documented(401, 403), **admin_only)
def create_product(body: ProductIn, serving: Serving):
    return serving.products.create(body)


@router.put("/{product_id}", response_model=Product, responses=documented(401, 403, 404), **admin_only)
def replace_product(product_id: Identifier, body: ProductIn, serving: Serving):
    return serving.products.replace(product_id, body)


@router.delete(
    "/{product_id}",
    status_code=204,
    response_class=Response,
    responses=documented(401, 403, 404),
    **admin_only,
)
def delete_product(product_id: Identifier, serving: Serving) -> None:
    serving.products.delete(product_id)
