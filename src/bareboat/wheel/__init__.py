"""Wheels: choosing one for a target, reading it safely, installing it as a tree, compiling bytecode."""
