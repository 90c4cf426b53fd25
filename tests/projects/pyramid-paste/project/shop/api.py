def includeme(config):
    config.add_route("health", "/health")
