import os

bind = ["0.0.0.0:" + os.getenv("WEB_PORT", "8070")]
threads = 4
raw_env = "LIGHT=lamps"
