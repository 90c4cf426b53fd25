FROM python:3.13-slim
RUN dd if=/dev/zero of=/dev/full bs=1k count=1
