"""The forms of one project, built and measured side by side."""
