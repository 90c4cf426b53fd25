from collections.abc import Iterator

import pytest

from bareboat.errors import BuildError, InputError
from bareboat.tree.content import Bytes
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree
from bareboat.wheel.record import Hashed, RecordFile, Row, find_record, hash_text, parse, with_bytecode

SITE = "opt/venv/lib/python3.13/site-packages"
HASH = hash_text(b"x")


def text(record: RecordFile) -> str:
    return b"".join(record.chunks()).decode()


def test_hash_text_is_urlsafe_without_padding() -> None:
    # The example of the specification's own alphabet: sha256 of nothing holds both - and _.
    assert hash_text(b"") == "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"


def test_rows_are_sorted_quoted_and_their_size_is_known() -> None:
    record = RecordFile((Row("b.py", HASH, 1), Row('a,"b".py', Hashed(Bytes(b"x")), 1), Row("RECORD")))
    assert text(record) == f'RECORD,,\n"a,""b"".py",{HASH},1\nb.py,{HASH},1\n'
    assert record.size == len(text(record))


def test_parse_reads_what_is_written() -> None:
    rows = (Row("ü,.py", HASH, 1), Row("RECORD"), Row("c.py", "sha512=" + "A" * 86))
    assert parse(b"".join(RecordFile(rows).chunks()), where="x") == {row.path: row for row in rows}


def test_parse_takes_other_line_ends_padding_and_backslashes() -> None:
    rows = parse(f"a\\b.py,{HASH}=,1\r\n\r\nRECORD,,\r\n".encode(), where="x")
    assert rows == {"a/b.py": Row("a/b.py", HASH, 1), "RECORD": Row("RECORD")}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff,,", "cannot be read"),
        (b'"a,,', "cannot be read"),
        (b"a,b", "line 1 has not the three fields"),
        (b",,", "line 1 has not the three fields"),
        (b"a,md5=xxxx,1", "not sha256"),
        (b"a,sha256=short,1", "not sha256"),
        (b"a,,-1", "the size '-1'"),
        (b"a,,1_0", "the size '1_0'"),
        ("a,,²".encode(), "the size"),
        (b"a,,1\na,,2", "twice"),
    ],
)
def test_malformed_records_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse(data, where="demo.whl")


class Counted:
    """Content that counts how often it is read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.reads = 0

    @property
    def size(self) -> int:
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        self.reads += 1
        yield self.data


def test_hash_is_computed_once_whoever_is_first() -> None:
    content = Counted(b"x")
    hashed = Hashed(content)
    assert hashed.size == 1
    assert list(hashed.chunks()) == [b"x"]
    assert hashed.hash_text() == hashed.hash_text() == HASH
    assert content.reads == 1
    other = Hashed(Counted(b"x"))
    assert other.hash_text() == HASH
    assert list(other.chunks()) == [b"x"]


def tree() -> Tree:
    record = RecordFile((Row("a.py", HASH, 1), Row("d-1.dist-info/RECORD")))
    return Tree.of([file(f"{SITE}/a.py", b"x"), file(f"{SITE}/d-1.dist-info/RECORD", record)])


def test_bytecode_is_added_and_recorded() -> None:
    path = f"{SITE}/__pycache__/a.cpython-313.pyc"
    grown = with_bytecode(tree(), [(path, b"pyc")])
    added, record = grown.find(path), find_record(grown)
    assert added is not None
    assert added.content == Bytes(b"pyc")
    assert added.mode == 0o644
    assert record is not None
    assert record.content is not None
    assert b"".join(record.content.chunks()).decode() == (
        f"__pycache__/a.cpython-313.pyc,{hash_text(b'pyc')},3\na.py,{HASH},1\nd-1.dist-info/RECORD,,\n"
    )
    assert grown.find(f"{SITE}/__pycache__") is not None


def test_bytecode_outside_of_site_packages_is_recorded_relative_to_it() -> None:
    grown = with_bytecode(tree(), [("opt/venv/share/__pycache__/b.pyc", b"")])
    record = find_record(grown)
    assert record is not None
    assert record.content is not None
    assert b"\n" not in b"".join(record.content.chunks()).partition(b"../../../share/__pycache__/b.pyc,")[0]


def test_trees_without_record_only_gain_the_files() -> None:
    grown = with_bytecode(Tree.of([file("app/a.py", b"")]), [("app/__pycache__/a.pyc", b"")])
    assert [entry.path for entry in grown] == ["app", "app/__pycache__", "app/__pycache__/a.pyc", "app/a.py"]


def test_two_records_are_refused() -> None:
    with pytest.raises(BuildError, match="two wheels"):
        find_record(
            Tree.of([file(f"{SITE}/a.dist-info/RECORD", b""), file(f"{SITE}/b.dist-info/RECORD", b"")])
        )


def test_records_of_vendored_packages_are_files_like_any_other() -> None:
    """As setuptools has them."""
    vendored = file(f"{SITE}/a/_vendor/b-1.dist-info/RECORD", b"b/x.py,,\n")
    grown = with_bytecode(tree().merge(Tree.of([vendored])), [(f"{SITE}/__pycache__/a.pyc", b"")])
    assert grown.find(vendored.path) == vendored
    record = find_record(grown)
    assert record is not None
    assert record.path == f"{SITE}/d-1.dist-info/RECORD"
