"""nginx asks this one."""

bind = "unix:/run/tide/web.sock"
worker_class = "uvicorn.workers.UvicornWorker"
raw_env = ["ROOT_PATH=/tides"]
