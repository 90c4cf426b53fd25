from fastapi import FastAPI
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from notes.db import URL, Note

app = FastAPI()
engine = create_engine(URL)


@app.get("/notes")
def notes() -> list[str]:
    with Session(engine) as session:
        return list(session.scalars(select(Note.text)))
