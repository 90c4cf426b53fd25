import os

from rq import Queue, SimpleWorker


def connect():
    url = os.environ.get("REDIS_URL")
    if url:
        from redis import Redis

        return Redis.from_url(url)
    from fakeredis import FakeStrictRedis

    return FakeStrictRedis()


def main():
    connection = connect()
    queue = Queue("default", connection=connection)
    SimpleWorker([queue], connection=connection).work(logging_level="INFO")


if __name__ == "__main__":
    main()
