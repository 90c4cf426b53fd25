"""What is common to names that are followed: see test_opened.py and test_called.py for the two kinds."""

import ast
from collections.abc import Mapping

from bareboat.facts.flow import Flow, Raw, last
from bareboat.facts.folding import Code
from bareboat.facts.scopes import Site, parse
from bareboat.facts.value import Value


class Calls(Flow):
    """Follows the texts that are given to `hit`."""

    def hits(self, site: Site) -> bool:
        return last(site.call.func) == "hit"

    def names(self, site: Site, bound: Mapping[str, Value]) -> tuple[str, ...]:
        return self.code.value(site.call.args[0], site.scope, bound).texts

    def goes_elsewhere(self, node: ast.AST) -> bool:
        return False


def raws(text: str) -> list[Raw]:
    unit = parse("m.py", "m", text.encode())
    assert unit is not None
    flow = Calls(Code({"m": unit}))
    return [raw for scope in unit.scopes for raw in flow.raws(scope) if raw.names]


def test_parameters_are_followed_over_several_functions() -> None:
    text = "def a(x): hit(x)\ndef b(y): a(y + '2')\ndef c(n): b(n)\nc('1')\n"
    assert [raw.names for raw in raws(text)] == [("12",)]


def test_a_loop_that_stops_tries_and_one_that_does_not_means_each() -> None:
    assert raws("for x in ('a', 'b'):\n    hit(x)\n    break")[0].is_every is False
    assert raws("for x in ('a', 'b'):\n    hit(x)\n")[0].is_every is True


def test_recursion_ends() -> None:
    assert raws("def a(x):\n    hit(x)\n    a(x)\na('1')\n")[0].names == ("1",)
