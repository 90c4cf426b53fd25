import sys

print("weighed every", sys.argv[2])
