import dramatiq

from jobs.broker import broker  # noqa: F401


@dramatiq.actor
def count_words(text):
    print(len(text.split()))
