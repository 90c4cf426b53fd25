from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from company.billing.words import WORDS

app = Starlette(routes=[Route("/", lambda request: PlainTextResponse(WORDS))])
