import jwt
import yaml
from flask import Flask
from PIL import Image

app = Flask(__name__)


@app.get("/")
def index() -> dict[str, str]:
    return {"token": jwt.encode({}, "k"), "size": str(Image.new("L", (2, 3)).size), "yaml": yaml.dump({})}
