import os
import subprocess

import pdf2image


def convert(source, target):
    subprocess.run(["ffmpeg", "-i", source, target], check=True)


def text(source):
    return os.popen(f"pdftotext {source} - | wc -l").read()


print("ok", pdf2image.__name__)
