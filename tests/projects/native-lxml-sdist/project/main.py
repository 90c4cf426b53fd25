from pathlib import Path

from lxml import etree

sheet = '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
sheet += '<xsl:template match="/"><b><xsl:value-of select="//a"/></b></xsl:template></xsl:stylesheet>'
made = etree.XSLT(etree.XML(sheet))(etree.XML("<r><a>ok</a></r>"))
# the wheels on the index bring their own copies, linked into etree itself
loaded = {line.split("/")[-1].strip() for line in Path("/proc/self/maps").read_text().splitlines() if ".so" in line}
print(made.getroot().text, sorted(name for name in loaded if name.startswith(("libxml2", "libxslt", "libexslt"))))
assert any(name.startswith("libxml2.so") for name in loaded) and any(name.startswith("libxslt.so") for name in loaded)
