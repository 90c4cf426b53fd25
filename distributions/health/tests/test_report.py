from hypothesis import given
from hypothesis import strategies as st

from bareboat_health import Outcome, Report

outcomes = st.lists(
    st.builds(Outcome, st.text(), st.booleans(), st.floats(0, 1e6), st.text()), unique_by=lambda one: one.name
)


@given(outcomes)
def test_one_that_is_not_well_is_enough(found: list[Outcome]) -> None:
    report = Report(tuple(found))
    document = report.document()
    assert report.ok == all(one.ok for one in found)
    assert document["status"] == ("ok" if report.ok else "unavailable")
    assert list(document["checks"]) == [one.name for one in found]
    for one in found:
        said = document["checks"][one.name]
        assert (said["status"] == "ok", said["detail"]) == (one.ok, one.detail)
        assert abs(said["seconds"] - one.seconds) < 1e-5
