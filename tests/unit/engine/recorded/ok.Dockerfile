FROM python:3.13-slim AS one
WORKDIR /src
ENV A=1
RUN echo built > /src/x
FROM python:3.13-slim
COPY --from=one /src/x /x
COPY file /file
HEALTHCHECK CMD ["python", "-c", "1"]
LABEL a=b
CMD ["cat", "/x"]
