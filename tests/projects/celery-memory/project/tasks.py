import os

from celery import Celery

app = Celery("tasks", broker=os.environ.get("BROKER_URL", "memory://"))
app.conf.worker_hijack_root_logger = False


@app.task
def add(x, y):
    return x + y
