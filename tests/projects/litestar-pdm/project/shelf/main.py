from litestar import Controller, Litestar, Router, get
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


@get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


internal = Router(path="/internal", route_handlers=[health])
app = Litestar(route_handlers=[Books, internal])
