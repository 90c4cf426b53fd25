"""The virtual environment that wheels are installed in, without any wheel.

Spec: PEP 405. `include-system-site-packages = false` keeps Debian's dist-packages out.
"""

from bareboat.target import PythonVersion
from bareboat.tree.entry import directory, file, symlink
from bareboat.tree.tree import Tree

__all__ = ["site_packages", "tree"]


def tree(python: PythonVersion, *, full: str = "", home: str = "usr/bin", prefix: str = "opt/venv") -> Tree:
    """Return the environment for the interpreter `home`/pythonX.Y, parents included.

    `full` is the interpreter's own version, as in 3.13.5; without it pyvenv.cfg names the minor
    version, which keeps the layer the same when Debian updates the interpreter.
    """
    config = (
        f"home = /{home}\ninclude-system-site-packages = false\nversion = {full or python}\n"
        f"executable = /{home}/python{python}\n"
    )
    return Tree.of(
        [
            file(f"{prefix}/pyvenv.cfg", config.encode()),
            symlink(f"{prefix}/bin/python{python}", f"/{home}/python{python}"),
            symlink(f"{prefix}/bin/python3", f"python{python}"),
            symlink(f"{prefix}/bin/python", f"python{python}"),
            symlink(f"{prefix}/lib64", "lib"),
            directory(site_packages(python, prefix=prefix)),
        ]
    ).with_parents()


def site_packages(python: PythonVersion, *, prefix: str = "opt/venv") -> str:
    """Return the folder that packages are imported from."""
    return f"{prefix}/lib/python{python}/site-packages"
