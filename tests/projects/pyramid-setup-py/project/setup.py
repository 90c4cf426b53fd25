from pathlib import Path

from setuptools import find_packages, setup

version = {}
exec(Path(__file__).with_name("greeter").joinpath("version.py").read_text(), version)

setup(
    name="greeter",
    version=version["__version__"],
    packages=find_packages(exclude=["tests"]),
    python_requires=">=3.11",
    install_requires=["pyramid>=2", "waitress>=3", "setuptools<81"],
    extras_require={"test": ["iniconfig"]},
)
