"""A Debian archive: signed indexes, versions, the closure of packages, packages as trees."""
