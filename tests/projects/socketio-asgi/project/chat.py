import socketio
from fastapi import FastAPI

api = FastAPI()
sio = socketio.AsyncServer(async_mode="asgi")


@api.get("/")
def home() -> str:
    return "chat"


@sio.event
async def connect(sid, environ):
    await sio.emit("joined", sid)


app = socketio.ASGIApp(sio, api)
