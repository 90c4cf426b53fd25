from pyramid.config import Configurator
from pyramid.response import Response


def hello(request):
    return Response(f"Hello, {request.matchdict['name']}")


def health(request):
    return Response("ok")


def internal(config):
    config.add_route("health", "/health")
    config.add_view(health, route_name="health", request_method="GET")


def main():
    with Configurator() as config:
        config.add_route("hello", "/hello/{name}")
        config.add_view(hello, route_name="hello")
        config.include(internal, route_prefix="internal")
        return config.make_wsgi_app()


app = main()
