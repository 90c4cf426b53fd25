import io
import lxml.etree, lxml.html
assert lxml.etree.XSLT(lxml.etree.XML('<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>'))
import numpy, soundfile
held = io.BytesIO(); soundfile.write(held, numpy.zeros(100), 8000, format="OGG"); held.seek(0); assert soundfile.read(held)[1] == 8000
import pyodbc
print(pyodbc.drivers())
import confluent_kafka
confluent_kafka.Producer({"bootstrap.servers": "127.0.0.1:9", "security.protocol": "plaintext"})
import pyzbar.pyzbar
assert pyzbar.pyzbar.decode((bytes(100), 10, 10)) == []
import cairocffi
surface = cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, 10, 10); cairocffi.Context(surface).show_text("x"); surface.write_to_png("/tmp/a.png")
import pygit2
pygit2.init_repository("/tmp/repo")
import libarchive
import sounddevice
print(sounddevice.query_devices())
print("ok")
