def said(size: str) -> str:
    return f"it has {size}"
