from sanic import Blueprint, Sanic
from sanic.response import json

app = Sanic("ping")


@app.get("/")
async def ping(request):
    return json({"answer": "pong"})


health = Blueprint("health", url_prefix="/health")


@health.get("/ready")
async def ready(request):
    return json({"ready": True})


app.blueprint(Blueprint.group(health, url_prefix="/internal"))

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000, single_process=True)
