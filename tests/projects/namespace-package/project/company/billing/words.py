WORDS = "from a namespace"
