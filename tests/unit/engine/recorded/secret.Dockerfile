FROM python:3.13-slim
RUN --mount=type=secret,id=token,required=true cat /run/secrets/token
