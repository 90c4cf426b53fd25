print("never in the image")
