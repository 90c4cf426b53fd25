from sums._sums import crc32


def main() -> None:
    print("crc", crc32(b"123456789"))
