from litestar import Controller, Litestar, get
from litestar.exceptions import NotFoundException

from shelf.store import BOOKS, Book


class Books(Controller):
    path = "/books"

    @get()
    async def all(self) -> list[Book]:
        return list(BOOKS.values())

    @get("/{key:str}")
    async def one(self, key: str) -> Book:
        if key not in BOOKS:
            raise NotFoundException(key)
        return BOOKS[key]


app = Litestar(route_handlers=[Books])
