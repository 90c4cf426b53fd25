# /// script
# dependencies = ["flask"]
# ///
import flask

print(flask)
