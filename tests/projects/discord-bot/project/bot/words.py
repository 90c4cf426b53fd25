def reply(text):
    return "pong" if text.strip() == "ping" else None
