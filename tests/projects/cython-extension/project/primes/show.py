from primes._sieve import count


def main() -> None:
    print("primes", count(100))
