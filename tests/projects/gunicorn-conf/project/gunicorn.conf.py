import os

threads = 2
worker_class = "gthread"
wsgi_app = "quay.web:create_app()"
host = os.environ.get("HOST") or "0.0.0.0"
bind = f"{host}:{os.environ.get('PORT', 8085)}"
raw_env = [f"THREADS={'two' if threads == 2 else 'many'}"]
