from fastapi import APIRouter

from app.dependencies import Caller, Serving
from app.errors import documented
from app.schemas.accounts import AccessToken, Account, Login, Message, Registration

router = APIRouter(prefix="/auth", tags=["auth"])


@router.post("/register", status_code=201, responses=documented(409))
def register(body: Registration, serving: Serving) -> Message:
    serving.accounts.register(body.email, body.password)
    return Message(message="registered")


@router.post("/login", responses=documented(401))
def log_in(body: Login, serving: Serving) -> AccessToken:
    return AccessToken(access_token=serving.accounts.log_in(body.email, body.password))


@router.get("/me", response_model=Account, responses=documented(401, 404))
def me(caller: Caller, serving: Serving):
    return serving.accounts.account(caller)
