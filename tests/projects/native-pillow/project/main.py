import io
from PIL import Image, ImageDraw, ImageFont, features
image = Image.new("RGB", (60, 20)); ImageDraw.Draw(image).text((1, 1), "hi", font=ImageFont.load_default(12))
for form in ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "AVIF"):
    held = io.BytesIO(); image.save(held, form); held.seek(0); assert Image.open(held).size == (60, 20)
print("ok", features.check("freetype2"))
