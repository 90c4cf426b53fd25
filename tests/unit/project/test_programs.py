"""What a framework's own program starts, with its whole command line."""

from pathlib import Path

import pytest

from bareboat.project.frameworks import Kind
from folders import applied, chosen

STREAMLIT = "import streamlit as st\nst.title('x')\n"
SPIDER = "import scrapy\nclass Quotes(scrapy.Spider):\n    name = 'quotes'\n"
CHAINLIT = "import chainlit as cl\n@cl.on_message\nasync def main(message): ...\n"
CONFIG = '[server]\nport = 9000\nbaseUrlPath = "/tides/"\n'


def test_a_streamlit_page_is_run_by_its_program(tmp_path: Path) -> None:
    texts = {
        "app.py": STREAMLIT,
        "pages/one.py": STREAMLIT,
        "lib.py": "import streamlit as st\ndef f(): st.write(1)\n",
    }
    found = applied(tmp_path, texts).candidates
    assert [one.path for one in found] == ["app.py"]
    assert found[0].words[:3] == ("streamlit", "run", "app.py")
    assert {"--server.port={port}", "--server.headless=true"} <= set(found[0].words)
    assert (found[0].port, found[0].probe, found[0].target) == (
        8501,
        "/_stcore/health",
        "streamlit run app.py",
    )


def test_streamlits_own_settings_count(tmp_path: Path) -> None:
    found = applied(tmp_path, {"app.py": STREAMLIT, ".streamlit/config.toml": CONFIG}).candidates[0]
    assert (found.port, found.probe) == (9000, "/tides/_stcore/health")
    broken = applied(tmp_path, {".streamlit/config.toml": "[server"}).candidates[0]
    assert broken.port == 8501


def test_the_page_that_configures_is_the_head(tmp_path: Path) -> None:
    head = "import streamlit as st\nst.set_page_config(page_title='x')\n"
    assert chosen(tmp_path, {"tides.py": head, "extra.py": STREAMLIT}) == "streamlit run tides.py"


def test_chainlit(tmp_path: Path) -> None:
    found = applied(tmp_path, {"app.py": CHAINLIT}).candidates[0]
    assert found.words == ("chainlit", "run", "app.py", "--host", "0.0.0.0", "--port", "{port}", "--headless")  # noqa: S104


def test_a_spider_is_crawled_and_two_are_a_choice(tmp_path: Path) -> None:
    texts = {
        "shop/scrapy.cfg": "[settings]\ndefault = news.settings\n",
        "shop/news/__init__.py": "",
        "shop/news/spiders/quotes.py": SPIDER,
    }
    found = applied(tmp_path, texts).candidates[0]
    assert (found.words, found.root) == (("scrapy", "crawl", "quotes"), "shop")
    assert found.env == (("SCRAPY_SETTINGS_MODULE", "news.settings"),)
    texts = {"shop/news/spiders/more.py": SPIDER.replace("quotes", "more").replace("name =", "name: str =")}
    targets = [one.target for one in applied(tmp_path, texts).candidates]
    assert targets == ["scrapy crawl more", "scrapy crawl quotes"]


@pytest.mark.parametrize(
    ("text", "port"),
    [
        (
            "[app:main]\nuse = egg:shop\n[server:main]\nlisten = localhost:7000 [::1]:7000\n",
            7000,
        ),
        ("[pipeline:main]\npipeline = shop\n[server:main]\nport = 7001\n", 7001),
        ("[composite:main]\nuse = egg:Paste#urlmap\n", 6543),
    ],
)
def test_an_ini_file_of_paste(tmp_path: Path, text: str, port: int) -> None:
    texts = {
        "development.ini": text,
        "production.ini": text,
        "setup.cfg": "",
        "other.ini": "[a\n",
        "tests/app.ini": text,
        "x.py": "",
    }
    found = applied(tmp_path, texts).candidates[0]
    assert (found.kind, found.path, found.port) == (Kind.PASTE, "production.ini", port)
    assert found.target == "pserve production.ini"


def test_other_ini_files_are_none(tmp_path: Path) -> None:
    assert applied(tmp_path, {"alembic.ini": "[alembic]\nx = %(y)s\n", "x.py": ""}).candidates == ()
