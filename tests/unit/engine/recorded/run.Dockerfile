# A base, a setting, and a step that fails on three lines
ARG BASE=python:3.13-slim
FROM ${BASE} AS build
WORKDIR /src
ENV A=1 \
    B=2
RUN echo one && \
    echo two >&2 && \
    pip install --disable-pip-version-check --no-index "not-there==1.0"
FROM python:3.13-slim
COPY --from=build /src /src
