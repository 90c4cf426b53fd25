from flask import Flask


def create_app(test_config=None):
    app = Flask(__name__)
    app.config.from_prefixed_env()
    if test_config:
        app.config.update(test_config)

    from wiki.pages import bp

    app.register_blueprint(bp, url_prefix="/pages")

    @app.get("/health")
    def health():
        return "ok"

    return app
