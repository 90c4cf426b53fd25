"""Files of the project that a command names by their place in an image."""

from pathlib import Path

from bareboat.project.commandline import Line
from folders import project

BASE = {"requirements.txt": "flask\n", "app.py": ""}


def line(folder: Path, texts: dict[str, str], dockerfile: str) -> Line:
    held = project(folder, {**BASE, **texts, "Dockerfile": f"FROM x\n{dockerfile}"})
    return held.container.processes[0].line


def test_paths_of_the_image_are_followed_back(tmp_path: Path) -> None:
    texts = {"docker/g.py": "", "web/run.py": "", "web/lib/x.py": ""}
    found = line(
        tmp_path,
        texts,
        "WORKDIR /srv\nCOPY docker/g.py /etc/gunicorn.py\nCOPY . .\n"
        'CMD ["gunicorn", "-c", "/etc/gunicorn.py", "--chdir=/srv/web", "--x", "/srv", "/other/y", "a:b"]\n',
    )
    assert found.words == ("gunicorn", "-c", "docker/g.py", "--chdir=web", "--x", ".", "/other/y", "a:b")
    assert found.folder == ""


def test_a_folder_copied_to_another_name(tmp_path: Path) -> None:
    texts = {"web/run.py": "", "web/lib/x.py": ""}
    found = line(tmp_path, texts, "COPY web /code\nWORKDIR /code/lib\nCMD python /code/run.py\n")
    assert (found.words, found.folder) == (("python", "web/run.py"), "web/lib")
    found = line(tmp_path, texts, "COPY ./web /code\nWORKDIR /\nCMD cd /code && python run.py\n")
    assert (found.words, found.folder) == (("python", "run.py"), "web")


def test_a_file_that_is_put_into_a_folder_is_not_that_folder(tmp_path: Path) -> None:
    found = line(tmp_path, {"docker/g.py": ""}, "WORKDIR /srv\nCOPY docker/g.py ./\nCMD python /srv/app.py\n")
    assert (found.words, found.folder) == (("python", "app.py"), "")


def test_the_settings_of_servers_are_kept(tmp_path: Path) -> None:
    texts = {
        **BASE,
        "gunicorn.conf.py": "wsgi_app = 'app:x'\n",
        "conf/g.py": "workers = 1\n",
        "other.py": "",
        "Procfile": "web: gunicorn -c conf/g.py app:x\nmore: gunicorn -c python:conf.g app:x\n",
    }
    held = project(tmp_path, texts).container
    assert held.configs == {"conf/g.py": "workers = 1\n", "gunicorn.conf.py": "wsgi_app = 'app:x'\n"}
    assert [(one.name, one.line.words, one.where) for one in held.processes][2:] == [
        ("web", ("gunicorn",), "gunicorn.conf.py:1")
    ]
