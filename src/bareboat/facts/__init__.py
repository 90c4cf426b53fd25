"""What verified artifacts hold: sizes, modules, ELF needs."""
