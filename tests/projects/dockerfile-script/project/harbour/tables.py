"""Makes tables."""

print("tables")
