import math


def heights(range_of_tide: float) -> list[float]:
    """Return the height at each hour of a day."""
    return [range_of_tide / 2 * math.sin(hour * math.tau / 12.42) for hour in range(25)]
