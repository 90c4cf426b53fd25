def circle(radius: float) -> float:
    return round(3.14 * radius**2, 2)
