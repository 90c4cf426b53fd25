import magic
assert magic.from_buffer(b"%PDF-1.7\n", mime=True) == "application/pdf"
print("ok")
