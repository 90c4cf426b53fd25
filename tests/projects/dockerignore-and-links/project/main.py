from pathlib import Path

if __name__ == "__main__":
    print((Path(__file__).parent / "words.txt").read_text())
