"""The height of water as a sum of two cosines, and when it turns."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

LUNAR_HOURS = 12.4206012
SOLAR_HOURS = 12.0
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Harbour:
    """Metres of the mean level and of the two amplitudes, and hours by which high water is late."""

    name: str
    mean: float
    lunar: float
    solar: float
    late: float

    def height(self, moment: datetime) -> float:
        hours = (moment - EPOCH) / timedelta(hours=1) - self.late
        lunar = self.lunar * math.cos(2 * math.pi * hours / LUNAR_HOURS)
        return self.mean + lunar + self.solar * math.cos(2 * math.pi * hours / SOLAR_HOURS)


@dataclass(frozen=True)
class Turn:
    """A high or low water."""

    moment: datetime
    height: float
    is_high: bool


def turns(harbour: Harbour, day: date) -> list[Turn]:
    """High and low waters of a day (UTC), in order, to the minute."""
    start = datetime.combine(day, time(), UTC)
    minutes = [start + timedelta(minutes=minute) for minute in range(-1, 24 * 60 + 1)]
    heights = [harbour.height(moment) for moment in minutes]
    found = []
    for index in range(1, len(minutes) - 1):
        before, here, after = heights[index - 1 : index + 2]
        if before < here >= after or before > here <= after:
            found.append(Turn(minutes[index], round(here, 2), is_high=here > harbour.mean))
    return found
