import units

if __name__ == "__main__":
    print("metres:", units.MILE)
