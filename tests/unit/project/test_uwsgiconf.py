"""uwsgi.ini as options in order."""

from bareboat.project.uwsgiconf import Option, asked, options

WHOLE = """
[other]
module = no
[uwsgi]
# a comment
; another
strict
project = shop
chdir = %d%(project)
module=%(project).wsgi:app
http-socket = :$(PORT)
enable_threads = true
if-env = WORKERS
processes = %(_)
endif =
if-not-env = WORKERS
processes = 4
end-if =
if-exists = /x
threads = 2
endif =
for = a b
env = %(_)=1
endfor =
pidfile = /tmp/%n.pid
[after]
http = :80
"""


def test_placeholders_and_conditions() -> None:
    found = options(WHOLE, "conf/uwsgi.ini", {})
    assert [(one.name, one.value) for one in found] == [
        ("strict", "true"),
        ("project", "shop"),
        ("chdir", "/app/conf/shop"),
        ("module", "shop.wsgi:app"),
        ("http-socket", ":$(PORT)"),
        ("enable-threads", "true"),
        ("processes", "4"),
        ("threads", "2"),
        ("env", "%(_)=1"),
        ("pidfile", "/tmp/uwsgi.pid"),
    ]
    assert [one.name for one in found if one.is_open] == ["http-socket", "threads", "env"]
    told = options(WHOLE, "uwsgi.ini", {"WORKERS": "9", "PORT": "81"})
    assert Option("processes", "9", 14) in told
    assert Option("http-socket", ":81", 11) in told
    assert Option("chdir", "/app/shop", 9) in told


def test_conditions_on_options_and_values() -> None:
    text = "[uwsgi]\na = 1\nif-opt = a=1\nb = 2\nendif =\nif-env = X=y\nc = 3\nendif =\nd = @(file)\n"
    assert [one.name for one in options(text, "uwsgi.ini", {"X": "y"})] == ["a", "b", "c", "d"]
    assert [one.name for one in options(text, "uwsgi.ini", {"X": "z"})] == ["a", "b", "d"]
    assert options(text, "uwsgi.ini", {})[-1].is_open


def test_the_variables_that_it_asks_for() -> None:
    assert asked(WHOLE) == {"PORT", "WORKERS"}
