from fastapi import APIRouter, Depends, Response

from app.dependencies import Caller, PageOf, Serving, admin
from app.errors import documented
from app.routers.paging import with_next_cursor
from app.schemas.orders import Order, OrderIn, StatusIn
from app.schemas.values import Identifier

router = APIRouter(prefix="/orders", tags=["orders"])


@router.get("", response_model=list[Order], responses=documented(401))
def list_own_orders(caller: Caller, serving: Serving, paging: PageOf, response: Response):
    return with_next_cursor(response, serving.orders.page(caller, paging.limit, paging.cursor))


@router.get("/{order_id}", response_model=Order, responses=documented(401, 404))
def get_own_order(order_id: Identifier, caller: Caller, serving: Serving):
    return serving.orders.get(caller, order_id)


@router.post("", response_model=Order, status_code=201, responses=documented(401, 404, 409))
def place_order(body: OrderIn, caller: Caller, serving: Serving):
    return serving.orders.place(caller, body.items)


@router.patch(
    "/{order_id}",
    response_model=Order,
    responses=documented(401, 403, 404, 409),
    dependencies=[Depends(admin)],
)
def set_status(order_id: Identifier, body: StatusIn, serving: Serving):
    return serving.orders.set_status(order_id, body.status)


@router.delete("/{order_id}", response_model=Order, responses=documented(401, 404, 409))
def cancel_own_order(order_id: Identifier, caller: Caller, serving: Serving):
    """Cancels, while it is pending; the order itself stays on record."""
    return serving.orders.cancel(caller, order_id)
