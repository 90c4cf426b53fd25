from bareboat.project.candidate import Candidate
from bareboat.project.frameworks import Kind


def test_a_candidate_is_named_as_the_setting_names_it() -> None:
    assert Candidate(Kind.ASGI, "x", "a.b", "app", "w").target == "a.b:app"
    assert Candidate(Kind.ASGI, "x", "a.b", "make", "w", is_factory=True).target == "a.b:make()"
    assert Candidate(Kind.MODULE, "", "a.b", "", "w").target == "python -m a.b"
    assert Candidate(Kind.PASTE, "", "", "", "w", path="p.ini").target == "pserve p.ini"
    words = ("streamlit", "run", "a.py", "--server.port={port}")
    assert Candidate(Kind.PROGRAM, "", "", "", "w", words=words).target == "streamlit run a.py"
