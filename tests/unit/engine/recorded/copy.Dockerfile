FROM python:3.13-slim
COPY missing.txt /x
