"""`env.example`: the variables that the application reads, never a value of this machine.

A default is shown where the code has one and the name is none of a secret.
"""

import re

from bareboat.plan.blueprint import Blueprint

__all__ = ["example", "is_secret"]

_SECRET = re.compile(
    r"(?i)secret|password|passwd|passphrase|token|credential|(?:^|_)(?:key|salt|pwd|dsn|auth)(?:_|$)"
)
_LOGIN = re.compile(r"://[^/@\s]+@")


def is_secret(name: str, default: str = "") -> bool:
    """Say whether a variable's value is nobody's concern, by its name or by what its default holds."""
    return (
        _SECRET.search(name) is not None or name.upper().endswith("KEY") or _LOGIN.search(default) is not None
    )


def example(blueprint: Blueprint) -> str:
    """Return the file's text, empty where the application reads no variable."""
    if not blueprint.variables:
        return ""
    lines = [
        "# What the application reads from its environment. Copy to .env and fill in; keep that out of git."
    ]
    for one in blueprint.variables:
        wanted = "must be set" if one.is_required else "may be left out"
        lines += ["", f"# {wanted}; read in {one.where}"]
        plain = one.default is not None and not is_secret(one.name, one.default)
        default = (one.default or "") if plain else ""
        shown = default if re.fullmatch(r"[!-~][ -~]*|", default) else ""
        lines.append(f"{one.name}={shown}" if one.is_required else f"# {one.name}={shown}")
    return "\n".join(lines) + "\n"
