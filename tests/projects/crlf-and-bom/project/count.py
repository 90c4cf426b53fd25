import humanize

if __name__ == "__main__":
    print(humanize.intcomma(1000))
