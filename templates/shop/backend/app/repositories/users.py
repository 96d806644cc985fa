"""The users table: one item an e-mail address."""

import hashlib

from app.repositories.table import Item, Table


def user_id_of(email: str) -> str:
    """The key of the user with this (normalised) address.

    A global secondary index cannot make an address unique: it is written after the table, and two
    registrations can both find it empty. A key derived from the address can: the table itself
    admits one item a key, so a conditional PutItem is all it takes. 128 bits of SHA-256 leave no
    room for two addresses to meet.
    """
    return "u-" + hashlib.sha256(email.encode()).hexdigest()[:32]


class UserRepository:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, user: Item) -> bool:
        """False when the address is registered already."""
        return self._table.insert({"user_id": user_id_of(user["email"]), **user})

    def by_email(self, email: str) -> Item | None:
        return self._table.get(user_id_of(email))

    def by_id(self, user_id: str) -> Item | None:
        return self._table.get(user_id)
