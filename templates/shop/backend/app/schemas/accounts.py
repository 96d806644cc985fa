"""Bodies of /auth."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

# ASCII on purpose: with it, lower-casing is the whole normalisation. Beyond it the Kelvin sign is
# lower-cased to a plain k, and one person could register as another.
EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
)


def normalise_email(text: str) -> str:
    email = text.strip().lower()
    local_part = email.partition("@")[0]
    too_long = len(email) > 254 or len(local_part) > 64
    if not text.isascii() or too_long or not EMAIL.fullmatch(email):
        raise ValueError("not an e-mail address")
    return email


Email = Annotated[str, Field(max_length=320, examples=["ada@shop.example"]), AfterValidator(normalise_email)]


class Registration(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: Email
    password: Annotated[str, Field(min_length=8, max_length=256)]


class Login(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: Email
    password: Annotated[str, Field(min_length=1, max_length=256)]


class Message(BaseModel):
    message: str


class AccessToken(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"


class Account(BaseModel):
    user_id: str
    email: str
    role: str
