from pathlib import Path

import scrapy

FOLDER = Path(__file__).resolve().parents[2] / "pages"


class Pages(scrapy.Spider):
    name = "pages"
    start_urls = [path.as_uri() for path in sorted(FOLDER.glob("*.html"))]

    def parse(self, response):
        yield {"title": response.css("title::text").get()}
