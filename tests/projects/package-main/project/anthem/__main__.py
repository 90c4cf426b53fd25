from importlib.resources import files

print(files("anthem").joinpath("words.txt").read_text())
