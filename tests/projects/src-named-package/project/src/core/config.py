import os
from dataclasses import dataclass


@dataclass
class Settings:
    title: str = os.environ.get("TITLE", "Hello")


settings = Settings()
