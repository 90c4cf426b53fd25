import itertools
import signal
import sys

from apscheduler.schedulers.blocking import BlockingScheduler

numbers = itertools.count(1)
scheduler = BlockingScheduler(timezone="UTC")


@scheduler.scheduled_job("interval", seconds=1)
def tick():
    print("tick", next(numbers), flush=True)


def leave(number, frame):
    scheduler.shutdown(wait=False)
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    scheduler.start()
