from xml.sax.saxutils import escape


def rss(title, items):
    body = "".join(f"<item><title>{escape(item)}</title></item>" for item in items)
    return f'<rss version="2.0"><channel><title>{escape(title)}</title>{body}</channel></rss>'
