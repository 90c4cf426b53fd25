from units import rounded


def circle(radius: float) -> float:
    return rounded(3.14 * radius**2)
