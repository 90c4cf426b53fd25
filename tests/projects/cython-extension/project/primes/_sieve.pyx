# distutils: language = c++
from libcpp.vector cimport vector


def count(int limit):
    cdef vector[char] found = vector[char](limit, 1)
    cdef int total = 0, number, multiple
    for number in range(2, limit):
        if found[number]:
            total += 1
            multiple = number * number
            while multiple < limit:
                found[multiple] = 0
                multiple += number
    return total
