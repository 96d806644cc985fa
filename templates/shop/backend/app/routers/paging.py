from fastapi import Response

from app.repositories.table import Item, Page

NEXT_CURSOR = "X-Next-Cursor"


def with_next_cursor(response: Response, page: Page) -> list[Item]:
    """A list is answered as a list; that there is more of it is said in a header."""
    if page.next_cursor is not None:
        response.headers[NEXT_CURSOR] = page.next_cursor
    return page.items
