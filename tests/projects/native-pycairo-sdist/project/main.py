import cairo
surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 20, 20)
context = cairo.Context(surface); context.show_text("hi"); surface.write_to_png("/tmp/a.png")
cairo.PDFSurface("/tmp/a.pdf", 100, 100).finish()
print("ok", cairo.cairo_version_string())
