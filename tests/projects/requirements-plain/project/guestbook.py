from flask import Flask, jsonify, request

app = Flask(__name__)
entries = []


@app.get("/")
def home():
    return f"<h1>Guest book</h1><p>{len(entries)} entries</p>"


@app.post("/entries")
def sign():
    entries.append({"name": request.form["name"], "words": request.form.get("words", "")})
    return jsonify(entries[-1]), 201


@app.get("/healthz")
def healthz():
    return "ok"


if __name__ == "__main__":
    app.run(debug=True)
