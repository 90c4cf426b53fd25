from fastapi import FastAPI

public = FastAPI()
