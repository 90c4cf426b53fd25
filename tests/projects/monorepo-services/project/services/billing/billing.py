from bottle import Bottle

app = Bottle()


@app.get("/invoices")
def invoices():
    return "invoice 1, invoice 2"
