"""Registration and log-in."""

from app.errors import Conflict, NotAuthenticated, NotFound
from app.repositories.table import Item
from app.repositories.users import UserRepository
from app.security.passwords import NOBODYS_HASH, hash_password, verify_password
from app.security.tokens import Identity, Tokens
from app.services.clock import now


class AccountService:
    def __init__(self, users: UserRepository, tokens: Tokens) -> None:
        self._users = users
        self._tokens = tokens

    def register(self, email: str, password: str) -> None:
        """Always with role `user`: an admin is made by writing the users table, never by a request."""
        added = self._users.add(
            {
                "email": email,
                "password_hash": hash_password(password),
                "role": "user",
                "created_at": now(),
            }
        )
        if not added:
            raise Conflict("E-mail already registered")

    def log_in(self, email: str, password: str) -> str:
        """An access token. One answer for a wrong password and for an address nobody has."""
        user = self._users.by_email(email)
        stored = user["password_hash"] if user else NOBODYS_HASH
        matches = verify_password(password, stored)
        if user is None or not matches:
            raise NotAuthenticated("Invalid e-mail or password")
        return self._tokens.issue(Identity(user["user_id"], user["role"]))

    def account(self, identity: Identity) -> Item:
        user = self._users.by_id(identity.user_id)
        if user is None:
            raise NotFound("Account not found")
        return user
