"""What is written reads the same; no byte is lost; nothing but InputError comes out of any input."""

import random

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import dockerfilecorpus
from bareboat.dockerfile import make
from bareboat.dockerfile.expand import expand
from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.render import render
from bareboat.dockerfile.shell import split
from bareboat.dockerfile.syntax import File, Instruction, Item
from bareboat.errors import InputError
from dockerfilework import whole

calm = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

CASES = [case.source for case in dockerfilecorpus.corpus()]
# Text without line ends and other controls; what a generator puts into values.
plain = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12)
words = st.from_regex(r"\A[a-zA-Z0-9_./:@-]{1,12}\Z").filter(lambda word: not word.startswith(("-", "<<")))
names = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,8}\Z")
stages = st.from_regex(r"\A[a-z][a-z0-9_.-]{0,6}\Z")
flags = st.sampled_from(
    [
        make.cache_mount("/cache/pip", sharing="locked"),
        make.bind_mount("/src", source="a,b"),
        make.secret_mount("token", env="TOKEN"),
    ]
)
shells = st.from_regex(r"\A[a-z]{1,8}( [a-z0-9$'\"{}|;<>&=-]{1,10}){0,3}\Z").filter(
    lambda text: "<<" not in text
)
mappings = st.dictionaries(names, plain, min_size=1, max_size=4)
lists = st.lists(plain, min_size=1, max_size=4)
bodies = st.lists(plain.filter(lambda line: line != "EOF"), max_size=4).map("\n".join)


instructions: st.SearchStrategy[Instruction] = st.one_of(
    st.builds(
        lambda lines, mounts: make.run(*lines, mounts=mounts),
        st.lists(shells, min_size=1, max_size=4),
        st.lists(flags, max_size=2),
    ),
    st.builds(make.script, bodies),
    st.builds(lambda paths, dest, link: make.copy(*paths, dest=dest, link=link), lists, words, st.booleans()),
    st.builds(lambda path, name: make.copy(path, dest="/x", from_=name, chown="1:1"), words, stages),
    st.builds(make.env, mappings),
    st.builds(make.label, st.dictionaries(words, plain, min_size=1, max_size=3)),
    st.builds(make.arg, names, st.one_of(st.none(), plain)),
    st.builds(make.workdir, words),
    st.builds(make.user, words),
    st.builds(lambda ports: make.expose(*ports), st.lists(st.integers(1, 65535), min_size=1, max_size=3)),
    st.builds(lambda argv: make.cmd(*argv), lists),
    st.builds(lambda argv: make.entrypoint(*argv), lists),
    st.builds(lambda argv: make.healthcheck(*argv, interval="30s", retries=3), lists),
    st.builds(make.volume, words),
    st.builds(lambda argv: make.onbuild(make.cmd(*argv)), lists),
)
items: st.SearchStrategy[Item] = st.one_of(
    instructions,
    st.builds(make.comment, plain.filter(lambda text: "=" not in text)),
    st.builds(make.frm, words, stages),
    st.just(make.blank()),
)


@st.composite
def files(draw: st.DrawFn) -> File:
    heads = draw(st.sampled_from([(), (make.directive("syntax", "docker/dockerfile:1"),)]))
    return make.file(make.frm("scratch"), *draw(st.lists(items, max_size=8)), directives=heads)


@calm
@given(files())
def test_what_is_written_reads_the_same(file: File) -> None:
    text = render(file)
    read_back = parse(text.encode()).file
    assert read_back == file
    assert render(read_back) == text


@calm
@given(st.sampled_from(CASES), st.integers(0, 1 << 32))
def test_a_mutated_file_breaks_nothing(source: bytes, seed: int) -> None:
    whole(dockerfilecorpus.mutated(source, random.Random(seed)))  # noqa: S311


@calm
@given(st.binary(max_size=200))
@example(b"")
@example(b"\\")
@example(b"\xef\xbb\xbf")
@example(b"FROM a\nONBUILD \\\n")
@example(b"FROM a\n\\\n\xef\xbb\xbfx")
def test_any_bytes_break_nothing(source: bytes) -> None:
    whole(b"FROM a\n" + source)
    whole(source)


@calm
@given(st.text("ab ${}:-+?#%/*\\\"'<`~\n", max_size=40), st.dictionaries(st.sampled_from("ab"), plain))
def test_expansion_ends(text: str, variables: dict[str, str]) -> None:
    try:
        done = expand(text, variables)
    except InputError:
        return
    assert done.found <= variables.keys()
    assert not done.missing & variables.keys()


@calm
@given(st.text("ab ${}()`'\"\\;&|<>\n#=[]-", max_size=40))
def test_a_command_stands_where_it_says(text: str) -> None:
    try:
        found = split(text)
    except InputError:
        return
    for command in found:
        assert 0 <= command.start <= command.end <= len(text)
        for word in command.words:
            assert text[word.start : word.end] == word.text


@calm
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n\r"), max_size=30))
def test_a_value_survives_its_quotes(value: str) -> None:
    quoted = make.quoted(make.literal(value))
    assert expand(quoted, {}).text == value
