import os

from fastapi import FastAPI

app = FastAPI(root_path=os.environ["ROOT_PATH"])


@app.get("/")
async def home():
    return f"root at {app.root_path}"
