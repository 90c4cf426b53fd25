"""Procfile, Dockerfile and compose file, in this order."""

from pathlib import Path

from folders import make, project

BASE = {"requirements.txt": "", "app.py": "", "start.sh": "#!/bin/sh\nexec gunicorn app:app $@\n"}


def test_each_file_in_its_order(tmp_path: Path) -> None:
    texts = {
        **BASE,
        "Procfile": "# web: no\nweb: gunicorn a:b\nrelease: x\nnot a line\nworker-2: y\n",
        "Dockerfile": "FROM x\nCMD uvicorn a:b\n",
        "compose.yaml": "services:\n  job:\n    build: .\n    ports: ['1:2']\n    command: z\n",
    }
    held = project(tmp_path, texts)
    assert [(one.name, one.line.words, one.where) for one in held.container.processes] == [
        ("web", ("gunicorn", "a:b"), "Procfile:2"),
        ("release", ("x",), "Procfile:3"),
        ("worker-2", ("y",), "Procfile:5"),
        ("web", ("uvicorn", "a:b"), "Dockerfile:2"),
        ("web", ("z",), "compose.yaml:2"),
    ]
    assert [one.is_release for one in held.container.processes][:2] == [False, True]
    assert [fact.value for fact in held.container.ports] == [2]


def test_a_script_is_found_by_where_it_was_copied_to(tmp_path: Path) -> None:
    texts = {
        **BASE,
        "deploy/prod/start": "#!/bin/bash\nexec gunicorn prod:app\n",
        "deploy/local/start": "#!/bin/bash\nexec flask run\n",
        "Dockerfile": 'FROM x\nCOPY ./deploy/prod/start /start\nCMD ["/start"]\n',
    }
    assert project(tmp_path, texts).container.processes[0].line.words == ("gunicorn", "prod:app")
    make(tmp_path, {"Dockerfile": "FROM x\nWORKDIR /srv\nCMD /srv/start.sh -w 2\n"})
    assert project(tmp_path, {}).container.processes[0].line.words == ("gunicorn", "app:app", "-w", "2")


def test_names_of_the_projects_own_tool_are_known(tmp_path: Path) -> None:
    texts = {
        **BASE,
        "Pipfile": "[scripts]\nserve = 'gunicorn pip:app'\n",
        "pyproject.toml": "[tool.pdm.scripts]\ngo.cmd = ['gunicorn', 'pdm:app']\nsh = {shell = 'x'}\n",
        "Procfile": "web: pipenv run serve\nother: pdm run go\nmore: pdm run unknown\n",
    }
    words = [one.line.words for one in project(tmp_path, texts).container.processes]
    assert words == [("gunicorn", "pip:app"), ("gunicorn", "pdm:app"), ("unknown",)]


def test_a_service_runs_in_the_image_of_the_dockerfile(tmp_path: Path) -> None:
    texts = {
        **BASE,
        "entry.sh": '#!/bin/sh\ncase "$1" in\n  web) exec gunicorn $APP ;;\n  *) exec python "$@" ;;\nesac\n',
        "docker/g.py": "",
        "Dockerfile": "FROM x\nENV APP=a:b\nCOPY entry.sh /\nCOPY docker/ /etc/g/\n"
        'ENTRYPOINT ["/entry.sh"]\nCMD ["none.py"]\n',
        "compose.yaml": "services:\n"
        "  app: {build: ., command: web, environment: {APP: 'c:d'}}\n"
        "  job: {build: ., command: job.py}\n"
        "  bare: {build: ., entrypoint: gunicorn -c /etc/g/g.py, command: e:f}\n",
    }
    held = project(tmp_path, texts).container.processes
    assert [(one.name, " ".join(one.line.words)) for one in held] == [
        ("web", "python none.py"),
        ("web", "gunicorn c:d"),
        ("job", "python job.py"),
        ("bare", "gunicorn -c docker/g.py e:f"),
    ]


def test_settings_of_servers_state_processes_and_ports(tmp_path: Path) -> None:
    texts = {
        **BASE,
        "gunicorn.conf.py": "bind = ':8001'\nwsgi_app = 'app:a'\n",
        "uwsgi.ini": "[uwsgi]\nhttp = :8002\nwsgi-file = app.py\n",
    }
    held = project(tmp_path, texts).container
    assert [(one.name, one.text, one.where) for one in held.processes] == [
        ("web", "gunicorn app:a", "gunicorn.conf.py:2"),
        ("web", "uwsgi --ini uwsgi.ini", "uwsgi.ini:1"),
    ]
    assert [(one.value, one.where) for one in held.ports] == [
        (8001, "gunicorn.conf.py:1"),
        (8002, "uwsgi.ini:2"),
    ]


def test_a_dockerfile_that_is_built_from_above(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    build = "{context: ., dockerfile: shop/Dockerfile}"
    make(tmp_path, {"compose.yaml": f"services:\n  a:\n    build: {build}\n    ports: ['1:2']\n"})
    dockerfile = "FROM x\nCOPY shop/conf /etc/shop\nCOPY other /o\nCMD gunicorn -c /etc/shop/g.py a:b\n"
    held = project(tmp_path / "shop", {**BASE, "conf/g.py": "", "Dockerfile": dockerfile}).container
    assert held.processes[0].line.words == ("gunicorn", "-c", "conf/g.py", "a:b")
    assert [fact.value for fact in held.ports] == [2]


def test_arguments_that_gunicorn_takes_from_a_variable(tmp_path: Path) -> None:
    dockerfile = "FROM x\nENV GUNICORN_CMD_ARGS='-w 3 --bind=:80'\nCMD gunicorn app:x\n"
    held = project(tmp_path, {**BASE, "Dockerfile": dockerfile}).container.processes[0]
    assert held.line.words == ("gunicorn", "-w", "3", "--bind=:80", "app:x")
    assert held.variables["GUNICORN_CMD_ARGS"] == "-w 3 --bind=:80"
