"""What a framework's own program starts: Streamlit pages, Chainlit, spiders, paste ini files.

A program is found by what the files do, and its whole command line is known.
"""

import ast
import configparser
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from bareboat.errors import BareboatError
from bareboat.project import toml
from bareboat.project.candidate import PLACES, Candidate, of_words, stem
from bareboat.project.files import File, Files
from bareboat.project.frameworks import Kind
from bareboat.project.listening import ANY
from bareboat.project.modules import Module, Modules, is_aside

__all__ = ["found"]

_FIRST, _USUAL = 0, 2
_PASTE = ("production.ini", "prod.ini", "app.ini", "paste.ini", "development.ini")


def found(files: Files, modules: Modules) -> list[Candidate]:
    """Return the candidates; `files` are read for settings of the programs that stand beside the code."""
    return [
        *_pages(files, modules),
        *_chainlit(modules),
        *_spiders(files, modules),
        *_paste(files),
    ]


def _program(module: Module, words: Sequence[str], **more: object) -> Candidate:
    return replace(of_words(Kind.PROGRAM, module, words), **more)


def _pages(files: Files, modules: Modules) -> Iterator[Candidate]:
    """Yield the Streamlit files that can be an entry: not imported by others, none of `pages/`."""
    drawing = [one for one in modules if "streamlit" in one.packages and not one.is_aside]
    if not drawing:
        return
    settings = _streamlit(files)
    base = str(settings.get("baseUrlPath", "")).strip("/")
    port = settings.get("port")
    for module in drawing:
        calls = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
        drawn = [node for node in calls if module.resolve(node.func).startswith("streamlit.")]
        opened = {module.resolve(node.func) for node in drawn}
        if "pages" in module.path.split("/")[:-1] or not drawn or not _does(module):
            continue
        is_head = bool(opened & {"streamlit.set_page_config", "streamlit.navigation"})
        last = stem(module).lower()
        at = PLACES.index(last) if last in PLACES else len(PLACES)
        depth = module.path.count("/")
        usual = is_head or at < len(PLACES)
        yield _program(
            module,
            (
                "streamlit",
                "run",
                module.path,
                f"--server.address={ANY}",
                "--server.port={port}",
                "--server.headless=true",
                "--server.fileWatcherType=none",
                "--browser.gatherUsageStats=false",
            ),
            framework="streamlit",
            what="a Streamlit application",
            port=port if isinstance(port, int) else 8501,
            probe=f"/{base}/_stcore/health" if base else "/_stcore/health",
            rank=(1, 0, _FIRST if usual else _USUAL, 0, 0, depth, int(not is_head), at),
        )


def _streamlit(files: Files) -> Mapping[str, object]:
    """Return the table `[server]` of `.streamlit/config.toml`."""
    held = files.find(".streamlit/config.toml")
    if held is None:
        return {}
    try:
        table = toml.parse(toml.read_text(held.source), where=held.path).get("server", {})
    except BareboatError:
        return {}
    return table if isinstance(table, dict) else {}


def _does(module: Module) -> bool:
    """Return whether a file does something when it is run, and does not only define."""
    return any(
        isinstance(node, (ast.If, ast.For, ast.While, ast.With))
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
        for node in module.tree.body
    )


def _chainlit(modules: Modules) -> Iterator[Candidate]:
    for module in modules:
        if "chainlit" not in module.packages or module.is_aside:
            continue
        decorated = (
            held
            for node in module.nodes
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            for held in node.decorator_list
        )
        if any(module.resolve(_called(held)).startswith("chainlit.on_") for held in decorated):
            last = stem(module)
            at = PLACES.index(last) if last in PLACES else len(PLACES)
            words = ("chainlit", "run", module.path, "--host", ANY, "--port", "{port}", "--headless")
            rank = (1, 0, _FIRST if at < len(PLACES) else _USUAL, 0, 0, module.path.count("/"), 0, at)
            yield _program(module, words, what="a Chainlit application", port=8000, rank=rank)


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _spiders(files: Files, modules: Modules) -> Iterator[Candidate]:
    """Yield a `scrapy crawl` for each spider of a Scrapy project."""
    settings = next((one for one in files if one.path.rpartition("/")[2] == "scrapy.cfg"), None)
    if settings is None:
        return
    folder = settings.path.rpartition("/")[0]
    named = _ini(settings).get("settings", "default", fallback="")
    env = (("SCRAPY_SETTINGS_MODULE", named),) if named and folder else ()
    for module in modules:
        for node in module.tree.body:
            if not isinstance(node, ast.ClassDef) or "scrapy" not in module.packages or module.is_aside:
                continue
            name = _text_of(node, "name")
            bases = [module.resolve(base).rpartition(".")[2] for base in node.bases]
            if name and any(base.endswith("Spider") for base in bases):
                yield _program(
                    module,
                    ("scrapy", "crawl", name),
                    what="a Scrapy spider",
                    where=module.where(node),
                    root=folder,
                    env=env,
                    rank=(1, 0, _USUAL, 0, 0, 0),
                )


def _text_of(node: ast.ClassDef, name: str) -> str:
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        if any(isinstance(one, ast.Name) and one.id == name for one in targets):
            value = getattr(statement, "value", None)
            return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
    return ""


def _paste(files: Files) -> Iterator[Candidate]:
    """Yield the ini files in which PasteDeploy finds an application, the one for production first."""
    for one in files:
        name = one.path.rpartition("/")[2]
        if not name.endswith(".ini") or one.path.count("/") > 1 or one.link or is_aside(one.path):
            continue
        parser = _ini(one)
        sections = [f"{kind}:main" for kind in ("app", "pipeline", "composite", "composit")]
        section = next((title for title in sections if parser.has_section(title)), "")
        if not section:
            continue
        told = [parser.get("server:main", key, fallback="") for key in ("listen", "port")]
        port = " ".join(told).split()[0].rpartition(":")[2] if any(told) else ""
        at = _PASTE.index(name) if name in _PASTE else len(_PASTE)
        yield Candidate(
            Kind.PASTE,
            "pyramid",
            "",
            "",
            f"{one.path}:1",
            path=one.path,
            origin=one.path,
            port=int(port) if port.isdecimal() else 6543,
            what="an application that PasteDeploy makes",
            rank=(1, 0, _FIRST, 0, 0, at, one.path.count("/")),
        )


def _ini(file: File) -> configparser.RawConfigParser:
    """Return an ini file read, empty where it is none."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(toml.read_text(file.source))
    except (configparser.Error, BareboatError):
        return configparser.RawConfigParser()
    return parser
