"""Makes the table that the application reads."""

import pathlib

pathlib.Path("/tmp/table").write_text("migrated")
