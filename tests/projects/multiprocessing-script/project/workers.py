import multiprocessing
import sqlite3
import ssl
from zoneinfo import ZoneInfo


def square(number):
    return number * number


def main():
    with multiprocessing.Pool(2) as pool:
        squares = pool.map(square, range(4))
    sqlite3.connect(":memory:").execute("select 1")
    assert ssl.create_default_context().cert_store_stats()["x509_ca"] > 50
    print(squares, ZoneInfo("Europe/Berlin"), "TLS", ssl.OPENSSL_VERSION.split()[1])


if __name__ == "__main__":
    main()
