from fastapi import FastAPI
from shapes import circle

app = FastAPI()


@app.get("/area/{radius}")
def area(radius: float) -> dict[str, float]:
    return {"area": circle(radius)}
