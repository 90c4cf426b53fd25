from pathlib import Path

import pytest

from bareboat.errors import InputError
from bareboat.project import requirements
from bareboat.project.requirements import Requirements
from bareboat.project.toml import read_text
from folders import DIGEST, make

OTHER = "cd" * 32


def read(folder: Path, text: str, **more: str) -> Requirements:
    make(folder, {"requirements.txt": text, **{name.replace("__", "/"): held for name, held in more.items()}})
    return requirements.read(
        folder / "requirements.txt",
        folder=folder,
        environ={"NAME": "click"},
        load=lambda path, where: read_text(path, where=where),
    )


def test_lines_comments_and_continuations(tmp_path: Path) -> None:
    text = """\
# a comment with a backslash \\
fastapi[all] >= 0.1 ; python_version > "3"  # trailing

uvicorn==0.30 \\
    --hash=sha256:HASH \\
    --hash sha256:OTHER
x @ https://host/x-1-py3-none-any.whl#sha256=1
${NAME}==8.0
${UNSET}x==1
""".replace("HASH", DIGEST).replace("OTHER", OTHER)
    with pytest.raises(InputError, match=r"^requirements\.txt:9: not a requirement"):
        read(tmp_path, text)
    held = read(tmp_path, text.replace("${UNSET}x==1\n", ""))
    assert [(line.name, line.where) for line in held.lines] == [
        ("fastapi", "requirements.txt:2"),
        ("uvicorn", "requirements.txt:4"),
        ("x", "requirements.txt:7"),
        ("click", "requirements.txt:8"),
    ]
    assert held.lines[1].hashes == (DIGEST, OTHER)
    assert not held.is_locked


def test_a_continuation_may_end_the_file(tmp_path: Path) -> None:
    assert [line.name for line in read(tmp_path, "a==1 \\").lines] == ["a"]


@pytest.mark.parametrize(
    ("text", "is_pinned"),
    [("a==1", True), ("a===1", True), ("a==1.*", False), ("a>=1", False), ("a", False), ("a==1,<2", False),
     ("a @ https://h/a-1-py3-none-any.whl", True)],
)  # fmt: skip
def test_pins(tmp_path: Path, text: str, is_pinned: bool) -> None:  # noqa: FBT001
    assert read(tmp_path, text).lines[0].is_pinned is is_pinned


def test_a_lock_is_pinned_and_hashed_throughout(tmp_path: Path) -> None:
    good = f"a==1 --hash=sha256:{DIGEST}\na==2 ; python_version < '3' --hash=sha256:{OTHER}\n"
    held = read(tmp_path, good)
    assert held.is_locked
    assert held.allowed() == {"a": (DIGEST, OTHER)}
    assert not read(tmp_path, good + "b==1").is_locked
    assert not read(tmp_path, "").is_locked
    assert not read(tmp_path, "a==1 --config-settings=x=y").is_locked
    assert not read(tmp_path, f"a==1 --hash=sha512:{DIGEST * 2}").is_locked


def test_other_files_are_included_once(tmp_path: Path) -> None:
    held = read(
        tmp_path,
        "-r sub/base.txt\n--requirement=sub/base.txt\n-rmore.txt\n-c c.txt\n-e.\n.[extra]\n",
        **{"sub__base.txt": "-r ../more.txt\na\n", "more.txt": "b", "c.txt": "d<2\n-r e.txt", "e.txt": "e<3"},
    )
    assert [(line.name, line.where) for line in held.lines] == [("b", "more.txt:1"), ("a", "sub/base.txt:2")]
    assert [line.name for line in held.constraints] == ["d", "e"]
    assert held.installs_itself
    assert len(held.files) == 5


def test_files_outside_the_folder_are_named_by_their_path(tmp_path: Path) -> None:
    make(tmp_path, {"shared.txt": "a"})
    held = read(tmp_path / "p", "-r ../shared.txt")
    assert held.lines[0].where.endswith("shared.txt:1")


def test_options_are_passed_on_and_credentials_warned_of(tmp_path: Path) -> None:
    text = "-i https://host/simple\n--extra-index-url 'https://user:pw@host/x'\n--pre\n--global-option=x\n"
    held = read(tmp_path, text)
    assert held.options == tuple(text.splitlines())
    assert len(held.warnings) == 2
    assert "requirements.txt:2: --extra-index-url holds credentials" in held.warnings[0]
    assert "pw" not in held.warnings[0]


def test_wheels_by_path_or_url(tmp_path: Path) -> None:
    held = read(
        tmp_path, "./w/a_b-1-py3-none-any.whl\nhttps://host/c_d-1-py3-none-any.whl ; python_version > '3'\n"
    )
    assert [line.name for line in held.lines] == ["a-b", "c-d"]
    assert held.lines[0].text == f"a_b @ {(tmp_path / 'w/a_b-1-py3-none-any.whl').as_uri()}"
    assert held.lines[1].text.endswith('; python_version > "3"')
    assert [line.name for line in read(tmp_path, "file:///w/a-1-py3-none-any.whl").lines] == ["a"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b c", "not a requirement"),
        ("a==1 --hash=md5:aa", "hash 'md5:aa' is not known"),
        ("a==1 --hash=sha256:zz", "is no sha256 hash"),
        ("a==1 --hash='", "bad quotes"),
        ("a==1 --hash=sha256:aa bb", "stands after the options"),
        ("--unknown x", "option '--unknown' is not known"),
        ("-r", "option '-r' needs a value"),
        ("-r https://user:pw@host/r.txt", "on the network"),
        ("-r requirements.txt", r"includes itself \(requirements.txt → requirements.txt\)"),
        ("# " + "x" * requirements.LARGEST, "more than the 16777216 that a list of packages may have"),
        ("-r none.txt", "cannot be read"),
        ("./x.whl", "no wheel file name"),
        ("hg+https://user:pw@host/a", "a repository that is not in git"),
        ("git+https://host/a@-x", "no name of a branch"),
        ("a @ https://host/page", "neither a wheel nor an archive"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path, f"ok\n{text}\n")
    assert caught.value.where in {"requirements.txt:2", "requirements.txt", "none.txt"}


def test_repositories_archives_and_folders(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "pyproject.toml").write_text('[project]\nname = "Own-Lib"\n')
    text = (
        "-e ./lib[fast]\n-e git+https://user:${NAME}@host/me/a.git@main#egg=a&subdirectory=x\n"
        "b @ git+ssh://git@host/b@v1\nhttps://host/c-1.tar.gz\nd @ ./d.zip#sha256=00\n"
    )
    held = read(tmp_path, text)
    lib = (tmp_path / "lib").as_uri()
    assert [(line.name, line.text) for line in held.lines] == [
        ("own-lib", f"Own-Lib[fast] @ {lib}"),
        ("a", "a @ git+https://host/me/a.git@main#subdirectory=x"),
        ("b", "b @ git+ssh://git@host/b@v1"),
        ("c", "c @ https://host/c-1.tar.gz"),
        ("d", f"d @ {(tmp_path / 'd.zip').as_uri()}#sha256=00"),
    ]
    assert held.logins == (("https://host/", "user:click"),)
    assert not held.installs_itself


def test_a_file_of_commits_folders_and_hashes_is_a_lock(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    commit = "0123456789abcdef0123456789abcdef01234567"
    fixed = f"./lib\na @ git+https://host/a@{commit}\n"
    hashed = f"b==1 --hash=sha256:{'0' * 64}\n"
    assert read(tmp_path, fixed + hashed).is_locked
    assert not read(tmp_path, fixed).is_locked
    assert not read(tmp_path, fixed.replace(commit, "main") + hashed).is_locked


def test_require_hashes_is_obeyed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="b has no hash") as caught:
        read(tmp_path, f"--require-hashes\na==1 --hash=sha256:{'0' * 64}\nb==1\n")
    assert caught.value.where == "requirements.txt:3"
