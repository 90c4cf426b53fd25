"""The HTTP interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from app import database
from app.models import Item, Movement


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    database.migrate()
    yield
    database.engine().dispose()


app = FastAPI(title="Stockroom", version="1.0.0", lifespan=lifespan)

Database = Annotated[Session, Depends(database.sessions)]


class NewItem(BaseModel):
    sku: str = Field(min_length=1, max_length=40, pattern=r"^[A-Z0-9-]+$")
    name: str = Field(min_length=1, max_length=200)


class NewMovement(BaseModel):
    change: int
    reason: str = Field(default="", max_length=200)


class ItemOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    sku: str
    name: str
    quantity: int


@app.get("/health")
def health(response: Response) -> dict[str, str]:
    try:
        return {"status": "ok", "schema": database.revision()}
    except SQLAlchemyError as error:
        response.status_code = 503
        return {"status": "failed", "database": type(error).__name__}


@app.get("/items")
def list_items(session: Database) -> list[ItemOut]:
    return [ItemOut.model_validate(item) for item in session.scalars(select(Item).order_by(Item.sku))]


@app.post("/items", status_code=201)
def add_item(new: NewItem, session: Database) -> ItemOut:
    item = Item(sku=new.sku, name=new.name)
    session.add(item)
    try:
        session.commit()
    except IntegrityError as error:
        raise HTTPException(409, f"{new.sku} exists") from error
    return ItemOut.model_validate(item)


@app.post("/items/{sku}/movements", status_code=201)
def move(sku: str, new: NewMovement, session: Database) -> ItemOut:
    item = session.scalar(select(Item).where(Item.sku == sku).with_for_update())
    if item is None:
        raise HTTPException(404, f"no {sku}")
    item.quantity += new.change
    session.add(Movement(item_id=item.id, change=new.change, reason=new.reason))
    try:
        session.commit()
    except IntegrityError as error:
        raise HTTPException(409, f"not that many of {sku}") from error
    return ItemOut.model_validate(item)
