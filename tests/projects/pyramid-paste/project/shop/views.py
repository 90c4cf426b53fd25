from pyramid.response import Response
from pyramid.view import view_config


@view_config(route_name="home")
def home(request):
    return Response(request.registry.settings["shop.title"])


@view_config(route_name="health", renderer="json", request_method="GET")
def health(request):
    return {"status": "ok"}
