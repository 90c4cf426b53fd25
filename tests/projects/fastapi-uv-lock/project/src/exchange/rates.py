RATES = {"EUR": 1.0, "USD": 1.08, "CHF": 0.94}
