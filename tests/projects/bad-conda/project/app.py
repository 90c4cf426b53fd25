import numpy
from flask import Flask

app = Flask(__name__)


@app.get("/")
def mean() -> str:
    return str(numpy.mean([1, 2, 3]))
