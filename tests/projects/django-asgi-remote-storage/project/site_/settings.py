import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ.get("SECRET_KEY")
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["django.contrib.staticfiles"]
ROOT_URLCONF = "site_.urls"
STATIC_URL = "https://cdn.example.com/"
STATIC_ROOT = BASE_DIR / "static-root"
STORAGES = {"staticfiles": {"BACKEND": "site_.storage.Bucket"}}
USE_TZ = True
