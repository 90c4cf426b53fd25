import os

import dramatiq
from dramatiq.brokers.stub import StubBroker


def make():
    url = os.environ.get("RABBITMQ_URL")
    if url:
        from dramatiq.brokers.rabbitmq import RabbitmqBroker

        return RabbitmqBroker(url=url)
    return StubBroker()


broker = make()
dramatiq.set_broker(broker)
