from pyramid.config import Configurator
from pyramid.response import Response


def hello(request):
    return Response(f"Hello, {request.matchdict['name']}")


def main():
    with Configurator() as config:
        config.add_route("hello", "/hello/{name}")
        config.add_view(hello, route_name="hello")
        return config.make_wsgi_app()


app = main()
