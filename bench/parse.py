"""How long a megabyte of Dockerfile takes to read: this project's parser against BuildKit's own.

    .venv/bin/python bench/parse.py [RUNS]

BuildKit's is the one in the `dockerfile` package, compiled from Go; both are given the same bytes in a
process of their own for each run, and the median of the runs is printed, with the ratio.
"""

import statistics
import subprocess
import sys

UNIT = """\
FROM python:3.13-slim AS build
# what is needed to build
ENV PYTHONUNBUFFERED=1 PATH=/opt/venv/bin:$PATH
ARG VERSION="1.2"
WORKDIR /app
RUN --mount=type=cache,target=/root/.cache/pip \\
    pip install --no-cache-dir -r requirements.txt && \\
    # leave nothing behind
    rm -rf /tmp/*

COPY --from=build --chown=1:1 src/ /app/src/
COPY ["a b", "/c"]
RUN <<EOF
set -e
apt-get update
EOF
LABEL a=b c="d e"
EXPOSE 8000
USER 65532:65532
HEALTHCHECK --interval=30s CMD ["python", "-c", "x"]
CMD ["gunicorn", "app:app"]
"""
WAYS = {
    "bareboat": "from bareboat.dockerfile.parse import parse; run = lambda: parse(source)",
    "bareboat, tokens too": "from bareboat.dockerfile.parse import parse; run = lambda: parse(source).tokens",
    "dockerfile (BuildKit)": "import dockerfile; run = lambda: dockerfile.parse_string(source.decode())",
}
CODE = """
import sys, time
source = sys.stdin.buffer.read()
{way}
begin = time.perf_counter()
run()
print(time.perf_counter() - begin)
"""


def measure(way: str, source: bytes, runs: int) -> float:
    """Return the median seconds of one way to read."""
    command = [sys.executable, "-c", CODE.format(way=way)]
    times = [
        float(subprocess.run(command, check=True, input=source, capture_output=True).stdout)
        for _ in range(runs)
    ]
    return statistics.median(times)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    source = (UNIT * (1_000_000 // len(UNIT) + 1)).encode()
    found = {name: measure(way, source, runs) for name, way in WAYS.items()}
    base = found["dockerfile (BuildKit)"]
    print(f"{len(source):,} bytes, {source.count(10):,} lines, median of {runs}")
    for name, seconds in found.items():
        print(f"{name:<24}{seconds:7.2f} s  {seconds / base:5.1f} x")


if __name__ == "__main__":
    main()
