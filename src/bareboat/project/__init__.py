"""A folder read into a Project: its metadata, locks, applications and files. Runs nothing of it."""
