"""Image values of the OCI image specification: what an image is, written and checked. No I/O."""
