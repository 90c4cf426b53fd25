"""The only sockets: connections, proxies, trust, retries, verified download."""
