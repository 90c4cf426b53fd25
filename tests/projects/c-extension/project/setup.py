from setuptools import Extension, setup

setup(ext_modules=[Extension("sums._sums", ["sums/_sums.c"], libraries=["deflate"])])
