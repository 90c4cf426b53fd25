import weasyprint
data = weasyprint.HTML(string="<h1>Grüße €</h1><p>hello</p>").write_pdf()
assert data[:5] == b"%PDF-", data[:20]
print("ok")
