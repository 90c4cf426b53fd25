from sanic import Sanic
from sanic.response import json

app = Sanic("ping")


@app.get("/")
async def ping(request):
    return json({"answer": "pong"})


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000, single_process=True)
