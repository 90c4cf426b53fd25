import pytest

from bareboat.project.routegraph import ANY, Graph, Route, joined, whole


def found(graph: Graph, owner: str, path: str = "/health") -> list[tuple[str, str]]:
    return list(whole(Route(owner, path, "m.py:1"), graph))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("", ""), "/"),
        (("/a/", "/b"), "/a/b"),
        (("a", "b/"), "/a/b/"),
        (("/a", ""), "/a"),
        (("/", "/x"), "/x"),
    ],
)
def test_parts_become_one_path(parts: tuple[str, ...], expected: str) -> None:
    assert joined(*parts) == expected


def test_prefixes_stand_in_the_order_of_inclusion() -> None:
    graph = Graph(prefixes={"r": "/own", "s": ""}, apps={"a": "m.a"})
    graph.include("r", "s", "/given")
    graph.include("s", "a", "/top")
    assert found(graph, "r") == [("/top/given/own/health", "m.a")]
    graph.include("r", "a", "/other", replaces=True)
    assert found(graph, "r")[1:] == [("/other/health", "m.a")]


def test_what_nobody_includes_says_nothing() -> None:
    assert found(Graph(prefixes={"r": ""}), "r") == []


def test_a_parameter_is_any_application_until_somebody_gives_one() -> None:
    graph = Graph(parameters={"f.app"}, apps={"a": "m.a"})
    assert found(graph, "f.app") == found(graph, ANY) == [("/health", "")]
    graph.include("f.app", "a", "")
    assert found(graph, "f.app") == [("/health", "m.a")]


def test_what_asks_for_a_login_or_has_no_plain_prefix_says_nothing() -> None:
    graph = Graph(prefixes={"r": None}, apps={"a": "m.a", "b": "m.b"}, closed={"a"})
    graph.include("r", "b", "")
    assert found(graph, "r") == found(graph, "a") == []
    graph.prefixes["r"] = ""
    graph.include("r", "b", None)
    assert found(graph, "r") == [("/health", "m.b")]


def test_a_circle_ends() -> None:
    graph = Graph(prefixes={"r": "", "s": ""})
    graph.include("r", "s", "")
    graph.include("s", "r", "")
    graph.include("s", "s", "")
    assert found(graph, "r") == []


def test_inner_applications_are_those_that_others_include() -> None:
    graph = Graph(apps={"a": "m.a", "b": "m.b"})
    graph.include("b", "a", "/b")
    assert graph.inner == {"m.b"}
    assert found(graph, "b") == [("/health", "m.b"), ("/b/health", "m.a")]
