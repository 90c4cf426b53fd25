from fastapi import FastAPI

from src.core.config import settings

app = FastAPI(title=settings.title)


@app.get("/")
def home() -> str:
    return f"{settings.title} from src"
