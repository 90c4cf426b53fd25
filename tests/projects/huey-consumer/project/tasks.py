from huey import MemoryHuey, crontab

huey = MemoryHuey("mail")


@huey.task()
def send(address):
    print("sent to", address)


@huey.periodic_task(crontab(minute="0"))
def report():
    print("report")
