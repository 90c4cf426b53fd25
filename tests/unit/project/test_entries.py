"""Scripts that run by themselves: what they are, read off what they import."""

from pathlib import Path

import pytest

from bareboat.project import application, files
from bareboat.project.application import Candidate
from folders import ENVIRON, applied, chosen, make

DISCORD = "import discord\nclient = discord.Client()\nclient.run('x')\n"
TELEGRAM = """
from telegram.ext import Application
def main():
    Application.builder().token("x").build().run_polling()
if __name__ == "__main__":
    main()
"""
GRPC = """
import grpc
from concurrent import futures
def serve():
    server = grpc.server(futures.ThreadPoolExecutor())
    server.add_insecure_port("[::]:50051")
    server.start()
    server.wait_for_termination()
serve()
"""
TORNADO = """
import tornado.web
async def main():
    make().listen(8888)
if __name__ == "__main__":
    main()
"""
NICEGUI = "from nicegui import ui\nui.label('x')\nif __name__ in {'__main__', '__mp_main__'}:\n    ui.run()\n"


def first(folder: Path, texts: dict[str, str]) -> Candidate:
    return applied(folder, texts).candidates[0]


@pytest.mark.parametrize(
    ("text", "what", "port"),
    [
        (DISCORD, "a Discord bot", 0),
        (TELEGRAM, "a Telegram bot", 0),
        (GRPC, "a gRPC server", 50051),
        (NICEGUI, "a NiceGUI application", 8080),
        ("import gradio as gr\ngr.Interface(print).launch()\n", "a Gradio application", 7860),
        (
            "from dash import Dash\nd = Dash()\nif __name__ == '__main__':\n    d.run()\n",
            "a Dash application",
            8050,
        ),
        (
            "from apscheduler.schedulers.blocking import BlockingScheduler\nBlockingScheduler().start()\n",
            "an APScheduler scheduler",
            0,
        ),
        (
            TORNADO,
            "a Tornado server",
            8888,
        ),
        ("import time\nwhile True:\n    time.sleep(1)\n", "", 0),
    ],
)
def test_a_script_is_what_it_imports(tmp_path: Path, text: str, what: str, port: int) -> None:
    found = first(tmp_path, {"worker.py": text})
    assert (found.target, found.what, found.port) == ("python -m worker", what, port)


def test_what_a_script_imports_through_others_counts(tmp_path: Path) -> None:
    texts = {
        "main.py": "from shop import core\nif __name__ == '__main__':\n    core.go()\n",
        "shop/__init__.py": "",
        "shop/core.py": "from shop.net import serve\ndef go():\n    serve()\n",
        "shop/net.py": GRPC.replace("\nserve()\n", "\n"),
        "other.py": "import discord\n",
    }
    found = first(tmp_path, texts)
    assert (found.target, found.what, found.port) == ("python -m main", "a gRPC server", 50051)


def test_a_file_that_others_import_is_no_script(tmp_path: Path) -> None:
    texts = {"bot.py": DISCORD, "zebra.py": "import bot\nif __name__ == '__main__':\n    pass\n"}
    assert [one.target for one in applied(tmp_path, texts).candidates] == ["python -m zebra"]


def test_a_server_comes_before_a_bot_and_a_bot_before_a_plain_script(tmp_path: Path) -> None:
    plain = "if __name__ == '__main__':\n    pass\n"
    texts = {"alpha.py": plain, "discord_thing.py": DISCORD, "rpc.py": GRPC}
    found = [one.target for one in applied(tmp_path, texts).candidates]
    assert found == ["python -m rpc", "python -m discord_thing", "python -m alpha"]


def test_a_loose_script_in_a_usual_place_is_better_than_nothing(tmp_path: Path) -> None:
    assert chosen(tmp_path / "a", {"main.py": "print('x')\n", "lib.py": "print('y')\n"}) == "python -m main"
    texts = {"main.py": "print('x')\n", "job.py": "import run\nrun.run()\n"}
    assert chosen(tmp_path / "b", texts) == "python -m job"


def test_a_loose_script_below_src_is_one_too(tmp_path: Path) -> None:
    (only,) = applied(tmp_path, {"src/app.py": "print(1)\n", "src/table.py": "print(2)\n"}).candidates
    assert only.target == "python -m src.app"


def test_gradio_is_told_where_to_listen_unless_the_code_says(tmp_path: Path) -> None:
    said = "import gradio as gr\ngr.Blocks().launch(server_name='0.0.0.0', server_port=9000)\n"
    assert first(tmp_path / "a", {"app.py": said}).env == ()
    open_ = first(tmp_path / "b", {"app.py": "import gradio as gr\ngr.Blocks().launch()\n"})
    assert dict(open_.env) == {"GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SERVER_PORT": "{port}"}  # noqa: S104


@pytest.mark.parametrize("name", ["tool.py", "tests/tool.py", "setup.py"])
def test_a_file_that_is_run_in_any_case_is_a_script(tmp_path: Path, name: str) -> None:
    held = files.read(make(tmp_path, {name: "import os\nx = os.getcwd()\n"}), environ=ENVIRON)
    assert [one.path for one in application.read(held, runs=name).candidates] == [name]
    assert application.read(held).candidates == ()
