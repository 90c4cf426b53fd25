from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from itertools import pairwise

from click.testing import CliRunner
from tidetable import turns
from tidetable.cli import main
from tidetable.harbours import harbours
from tidetable.server import answer

DAY = date(2026, 5, 1)


def test_waters_alternate_and_are_half_a_tide_apart():
    found = turns(harbours()["brest"], DAY)
    assert len(found) in {3, 4}
    for before, after in pairwise(found):
        assert before.is_high != after.is_high
        assert timedelta(hours=5) < after.moment - before.moment < timedelta(hours=7, minutes=30)


def test_height_stays_within_the_sum_of_amplitudes():
    harbour = harbours()["stmalo"]
    for hour in range(24 * 30):
        height = harbour.height(datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=hour))
        assert abs(height - harbour.mean) <= harbour.lunar + harbour.solar + 1e-9


def test_the_service_answers():
    assert answer("/health") == (HTTPStatus.OK, {"status": "ok", "harbours": ["brest", "dover", "stmalo"]})
    status, document = answer("/tides/dover?day=2026-05-01")
    assert status == HTTPStatus.OK
    assert {row["water"] for row in document["turns"]} == {"high", "low"}
    assert answer("/tides/dover?day=today")[0] == HTTPStatus.BAD_REQUEST
    assert answer("/tides/atlantis")[0] == HTTPStatus.NOT_FOUND


def test_the_command_prints_a_table():
    result = CliRunner().invoke(main, ["show", "brest", "--day", "2026-05-01"])
    assert result.exit_code == 0
    assert " m  high" in result.output
    assert CliRunner().invoke(main, ["show", "atlantis"]).exit_code == 2
