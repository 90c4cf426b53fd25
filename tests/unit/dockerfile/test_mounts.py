import pytest

from bareboat.dockerfile.mounts import Mount, fields, origin, parse
from bareboat.errors import InputError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", ("a",)),
        ("a,b=c,", ("a", "b=c", "")),
        ('"a,b",c', ("a,b", "c")),
        ('"a""b"', ('a"b',)),
        ('""', ("",)),
    ],
)
def test_fields(text: str, expected: tuple[str, ...]) -> None:
    assert fields(text) == expected


@pytest.mark.parametrize("text", ["", 'a"b', '"a', '"a"b', '"a"" b'])
def test_bad_fields(text: str) -> None:
    with pytest.raises(InputError) as caught:
        fields(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("target=/x", Mount(target="/x")),
        (
            "type=CACHE,dst=/x,id=i,sharing=Locked,uid=1,gid=2,mode=0755",
            Mount("cache", target="/x", id="i", sharing="locked", uid="1", gid="2", mode="0755"),
        ),
        ("from=a,src=b,destination=/x,rw", Mount(origin="a", source="b", target="/x", is_writable=True)),
        ("ro=false,source=b", Mount(source="b", is_writable=True)),
        ("readonly", Mount(is_writable=False)),
        ("readwrite=0", Mount(is_writable=False)),
        ("type=secret,id=x,required,env=E", Mount("secret", id="x", is_required=True, env="E")),
        ("type=ssh,required=false", Mount("ssh")),
        ("type=tmpfs,target=/x,size=1m", Mount("tmpfs", target="/x")),
    ],
)
def test_parse(text: str, expected: Mount) -> None:
    assert parse(text) == expected


def test_variables_are_replaced() -> None:
    assert parse("type=T,target=/x", lambda word: word.replace("T", "cache")).type == "cache"


def test_what_a_mount_does() -> None:
    assert parse("type=cache,target=/x").writes
    assert not parse("target=/x").writes
    assert parse("target=/x,rw").writes
    assert parse("target=/x").reads_context
    assert not parse("from=a,target=/x").reads_context
    assert not parse("type=cache,target=/x").reads_context


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type=foo", "type=foo is unknown"),
        ("type=cache,sharing=foo", "sharing=foo is unknown"),
        ("foo=1", "'foo' is no option"),
        ("foo", "no key=value"),
        ("ro=maybe", "neither true nor false"),
        ("required", "cannot be required"),
        ("type=cache,uid=-1", "is no number"),
        ("type=cache,mode=9", "is no number"),
        ("size=1m", "has no size"),
        ("type=tmpfs,size=x", "is no size"),
        ("mode=1", "a bind mount has no mode"),
        ("uid=1", "a bind mount has no uid"),
        ("type=tmpfs,gid=1", "a tmpfs mount has no gid"),
        ("type=secret", "needs an id"),
        ("type=secret,id=a,from=b", "has no 'from'"),
        ("type=secret,id=a,source=b", "not both"),
        ("sharing=locked", "is not shared"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        parse(text)
    assert caught.value.hint


def test_origin() -> None:
    assert origin("type=bind,from=a,FROM=b") == "b"
    assert origin("type=cache,from") == ""
    assert origin("from=a$") == "a$"
    with pytest.raises(InputError, match="holds a variable"):
        origin("from=$A")
