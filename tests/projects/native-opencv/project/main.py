import cv2, numpy
image = numpy.zeros((20, 30, 3), numpy.uint8); image[5:15] = 255
cv2.imwrite("/tmp/a.png", image)
back = cv2.imread("/tmp/a.png")
assert back.shape == (20, 30, 3) and (back == image).all()
cv2.cvtColor(back, cv2.COLOR_BGR2GRAY)
print("ok")
