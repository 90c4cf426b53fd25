"""The way through a shell's text."""

import pytest

from bareboat.project.commandline import read
from bareboat.project.line import Line, Surroundings

ENTRY = """#!/bin/sh
set -e
serve() {
    echo "serving"
    exec gunicorn shop:app "$@"
}
if [ "$1" = "" ] || [ "${1#-}" != "$1" ]; then
    set -- web "$@"
fi
: "${LEVEL:=info}"
case "$1" in
    web)
        shift
        python -m shop.tables
        serve --log-level "$LEVEL" "$@"
        ;;
    worker | beat) exec celery -A shop "$@" ;;
    sh*) exec sh -c "$2" ;;
    *) exec "$@" ;;
esac
"""
OPEN = "which command it starts depends on"


def line(text: str, *more: str, **variables: str) -> Line:
    around = Surroundings(variables, lambda _: None, {}, lambda name: name == "there" or None)
    return read(text, around, more=more)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ((), "gunicorn shop:app --log-level info"),
        (("web", "-w", "2"), "gunicorn shop:app --log-level info -w 2"),
        (("-w", "2"), "gunicorn shop:app --log-level info -w 2"),
        (("beat",), "celery -A shop beat"),
        (("shell", "python x.py"), "python x.py"),
        (("uvicorn", "a:b"), "uvicorn a:b"),
    ],
)
def test_the_arguments_choose_the_branch(more: tuple[str, ...], words: str) -> None:
    found = line(ENTRY, *more)
    assert (" ".join(found.words), found.problem) == (words, "")
    assert found.before == ((("python", "-m", "shop.tables"),) if words.startswith("gunicorn") else ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('if [ "$ENV" = prod ]; then exec a; else exec b; fi', "a"),
        ('if [ "$DEBUG" = 1 ]; then exec a; else exec b; fi', "b"),
        ('if [ "$X" = 1 ]; then a; elif [ -n "$ENV" ]; then b; else c; fi', "b"),
        ('[ "$DEBUG" = 1 ] && exec a\nexec b', "b"),
        ('[ -n "$ENV" ] && exec a\nexec b', "a"),
        ('[ -n "$DEBUG" ] || exec a\nexec b', "a"),
        ("if [ -f there ]; then exec a; fi; exec b", "a"),
        ("exec a; b", "a"),
        ("a || exit 1; exec b", "b"),
        ("a || b", "a"),
        ("false || exec a", "a"),
        ("true && exec a", "a"),
        ("if ! a; then exit 1; fi; exec b", "b"),
        ("f() { return; exec a; }; f; exec b", "b"),
        ('eval "exec $ENV a"', "prod a"),
        ("X=a; exec $X b", "a b"),
        ("local X=a; exec $X", "a"),
        ("exec 2>&1; exec a", "a"),
        ("{ cd web; exec a; }", "a"),
        ("nc -z db 5432 || sleep 1; a", "a"),
        ("command -v x && y; exec a", "a"),
        ("if grep -q x y; then sed -i x; fi; exec a", "a"),
        ("echo x | cat; a", "a"),
        ("for i in 1 2; do wait_for; done; a", "a"),
        ("case $ENV in dev) a ;; p*) b ;; esac", "b"),
        ("if [ -f x ]; then . x; fi; exec a", "a"),
    ],
)
def test_what_is_known_decides(text: str, words: str) -> None:
    found = line(text, ENV="prod")
    assert (" ".join(found.words), found.problem) == (words, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("if [ -f /x ]; then exec a; fi; exec b", f"{OPEN} `[ -f /x ]`"),
        ("if [ -f /x ]; then a; else b; fi", f"{OPEN} `[ -f /x ]`"),
        ('if [ "$(id -u)" = 0 ]; then exec a; fi; exec b', f'{OPEN} `[ "$(id -u)" = 0 ]`'),
        ("if python -c 'import x'; then exec a; fi; exec b", f"{OPEN} `python -c 'import x'`"),
        ("case $(uname) in a) exec b ;; esac; c", f"{OPEN} `case $(uname)`"),
        ('X=$(y); case "$X" in a) b ;; esac', f'{OPEN} `case "$X"`'),
        ("if [ -f /x ]; then set -- a; fi; exec $@", f"{OPEN} `[ -f /x ]`"),
        ("f() { exec a; }; if [ -f /x ]; then f; fi; b", f"{OPEN} `[ -f /x ]`"),
        ("if [ -f /x ]; then X=a; fi; exec $X", "needs a shell to replace $X"),
        ("while true; do a; done", "stands in a loop"),
        ('a; if [ "$?" = 0 ]; then exec b; fi; exec c', f'{OPEN} `[ "$?" = 0 ]`'),
        ("f() { f; }; f", "calls itself"),
        ("a | b", "needs a shell for '|'"),
        ("a & exec b", "needs a shell for '&': `a` runs in the background"),
        ("exit 0; a", "starts nothing"),
        ("python - <<X\nprint(1)\nX\n", "needs a shell for '<<'"),
        ("if [ 'a ]; then b; fi", "no shell's line"),
    ],
)
def test_what_only_a_run_tells_is_the_problem(text: str, problem: str) -> None:
    found = line(text)
    assert found.words == ()
    assert problem in found.problem


def test_a_script_that_is_read_in_brings_its_functions_and_variables() -> None:
    scripts = {"/lib.sh": "#!/bin/sh\r\nwait() { nc -z $1 1; }\nexport LEVEL=debug\n. /lib.sh\n"}
    found = read(". /lib.sh\nwait db\nexec a $LEVEL", Surroundings(script=scripts.get))
    assert (found.words, found.before) == (("a", "debug"), ())
    assert read(". venv/bin/activate; exec a", Surroundings(script=scripts.get)).words == ("a",)


def test_what_may_run_or_not_is_left_out_and_said() -> None:
    found = line(
        "if [ -f /x ]; then python m.py; export A=1; fi; until nc -z db; do sleep 1; done; exec a || b $A"
    )
    assert found.words == ("a",)
    assert found.notes == (
        "`python` in a shell's construct is left out",
        "`nc` in a shell's construct is left out",
        "`sleep` in a shell's construct is left out",
    )
    assert line("a || b").notes == ("`|| b` is left out",)
    assert line("a || echo no").notes == ()
    assert line("python <<X\nprint(1)\nX\nexec a").before == ()
    assert line("python <<X\nprint(1)\nX\nexec a").notes[-1] == "`python` is left out"
    assert line("sed -i x y | tee z; $X; a").words == ("a",)
