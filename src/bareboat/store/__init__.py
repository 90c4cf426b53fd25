"""Bytes on disk by their digest, safe against parallel use and sudden death; layouts and archives."""
