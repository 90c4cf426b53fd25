from bareboat.facts.value import MOST, UNKNOWN, Value, of, union


def test_a_union_is_whole_where_all_are() -> None:
    assert union([of(["a"]), of(["b", "a"])]) == Value(("a", "b"), True, ("a", "b"))
    assert not union([of(["a"]), UNKNOWN]).whole
    assert union([]) == UNKNOWN


def test_a_sequence_has_a_head() -> None:
    assert union([of(["a", "b"]), of(["c"])], is_sequence=True).head == ("a", "b")
    assert of(["a", 1, None]).texts == ("a",)


def test_so_many_are_kept() -> None:
    assert len(of(map(str, range(1000))).items) == MOST
