"""The program that a target's own interpreter runs to compile sources; bareboat only sends its text.

It must run on CPython 3.9 and later, alone: no import of bareboat, nothing but the standard library.
Frames: in, the lengths of path and source (4 bytes each, big-endian), path, source; out, a status
byte, a length (4 bytes), the .pyc or the reason why there is none. The first frame out is a greeting.
"""

import sys

TYPE_CHECKING = False  # typing need not be imported for it
if TYPE_CHECKING:
    from types import CodeType
    from typing import BinaryIO

__all__ = ["serve"]


def serve(incoming: "BinaryIO", outgoing: "BinaryIO") -> None:
    """Answer frames until `incoming` ends."""
    import importlib.util
    import marshal

    def has_set(code: "CodeType") -> bool:
        return any(
            type(each) is frozenset or (type(each) is type(code) and has_set(each)) for each in code.co_consts
        )

    def with_own_sets(code: "CodeType") -> "CodeType":
        # Functions of one file share a constant set, unless a string in it was interned before by
        # whatever was compiled earlier (3.12 and 3.13 keep those for ever), and marshal tells the
        # two apart. Here each function has its own, whatever came before.
        consts = tuple(
            frozenset(tuple(each))
            if type(each) is frozenset
            else with_own_sets(each)
            if type(each) is type(code) and has_set(each)
            else each
            for each in code.co_consts
        )
        return code.replace(co_consts=consts)

    def compiled(path: str, source: bytes) -> bytes:
        # The code object is marshalled at once and dies here: marshal's bytes depend on how many
        # others refer to an object (cpython#129724).
        code = compile(source, path, "exec", dont_inherit=True, optimize=0)
        if has_set(code):
            code = with_own_sets(code)
        flags = b"\x01\x00\x00\x00"  # PEP 552: by hash, unchecked
        return importlib.util.MAGIC_NUMBER + flags + importlib.util.source_hash(source) + marshal.dumps(code)

    def answer(path: str, source: bytes) -> "tuple[bytes, bytes]":
        try:
            return b"\0", compiled(path, source)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None)
            reason = type(error).__name__ + ": " + str(getattr(error, "msg", None) or error)
            reason += f" (line {line})" if line else ""
            return b"\1", reason.encode("utf-8", "replace")

    def send(status: bytes, payload: bytes) -> None:
        outgoing.write(status + len(payload).to_bytes(4, "big") + payload)
        outgoing.flush()

    version = ".".join(str(part) for part in sys.version_info[:3])
    send(b"\0", (version + " " + str(sys.implementation.cache_tag)).encode())
    while True:
        head = incoming.read(8)
        if len(head) < 8:
            return
        path = incoming.read(int.from_bytes(head[:4], "big")).decode("utf-8", "surrogateescape")
        send(*answer(path, incoming.read(int.from_bytes(head[4:], "big"))))


if __name__ == "__main__":
    sys.path[:] = [entry for entry in sys.path if entry]  # never the working folder
    serve(sys.stdin.buffer, sys.stdout.buffer)
