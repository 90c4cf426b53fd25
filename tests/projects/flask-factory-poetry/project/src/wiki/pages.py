from importlib import resources

from flask import Blueprint, abort

try:
    import mistune
except ImportError:
    mistune = None

bp = Blueprint("pages", __name__)


@bp.get("/<name>")
def page(name):
    file = resources.files("wiki") / "texts" / f"{name}.md"
    if not file.is_file():
        abort(404)
    text = file.read_text()
    return mistune.html(text) if mistune else f"<pre>{text}</pre>"
