"""What an ELF file needs and is called, and the same file without what is never loaded. No I/O."""
