"""One function a command: the public face of the library. Prints nothing."""
