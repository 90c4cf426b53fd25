import ast
from pathlib import Path

import pytest

from bareboat.project import files, gates, modules
from folders import ENVIRON, make

APP = "from fastapi import FastAPI\napp = FastAPI()\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("app.add_middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)", "m.py:3 lets through"),
        ("app.add_middleware(TrustedHostMiddleware, allowed_hosts=['a.test'])", "may lack localhost"),
        ("app.add_middleware(TrustedHostMiddleware, allowed_hosts=['a.test', 'localhost'])", ""),
        ("Middleware(TrustedHostMiddleware, allowed_hosts=['*'])", ""),
        ("app.add_middleware(HTTPSRedirectMiddleware)", "m.py:3 redirects to HTTPS"),
        ("Talisman(app)", "redirects to HTTPS"),
        ("Talisman(app, force_https=False)", ""),
        ("app.add_middleware(CORSMiddleware, allow_origins=ORIGINS)", ""),
    ],
)
def test_what_may_refuse_a_probe_is_said(tmp_path: Path, text: str, said: str) -> None:
    found = gates.doubt(modules.read(files.read(make(tmp_path, {"m.py": f"{APP}{text}\n"}), environ=ENVIRON)))
    assert said in found if said else not found


@pytest.mark.parametrize(
    ("text", "expected"),
    [("['*']", True), ("('localhost',)", True), ("['.localhost']", True), ("[]", False), ("HOSTS", False)],
)
def test_hosts_that_have_localhost(text: str, *, expected: bool) -> None:
    assert gates.lets_localhost(ast.parse(text, mode="eval").body) is expected
    assert not gates.lets_localhost(None)
