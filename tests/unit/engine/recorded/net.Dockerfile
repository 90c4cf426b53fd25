FROM python:3.13-slim
RUN python -c "import urllib.request; urllib.request.urlopen('http://nothing.invalid/')"
