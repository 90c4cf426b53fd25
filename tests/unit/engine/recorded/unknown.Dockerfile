FROM python:3.13-slim
FOO bar
