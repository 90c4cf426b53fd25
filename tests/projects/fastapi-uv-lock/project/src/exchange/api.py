from fastapi import FastAPI, HTTPException

from exchange.rates import RATES

app = FastAPI(title="Exchange")


@app.get("/rates/{currency}")
def rate(currency: str) -> dict[str, object]:
    if currency.upper() not in RATES:
        raise HTTPException(404, f"no rate of {currency}")
    return {"currency": currency.upper(), "rate": RATES[currency.upper()]}


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
