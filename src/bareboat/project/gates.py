"""What stands before all routes of an application and may refuse or redirect a probe from inside.

A probe asks over HTTP for the host `localhost`. What lets only some hosts through, or only HTTPS, may
answer otherwise than 200.
"""

import ast

from bareboat.project.modules import Module, Modules

__all__ = ["doubt", "lets_localhost"]

_HOSTS = frozenset({"TrustedHostMiddleware", "AllowedHostsConfig"})
_REDIRECTS = frozenset({"HTTPSRedirectMiddleware", "SSLify", "Talisman"})
_LOCAL = frozenset({"*", "localhost", ".localhost"})


def doubt(modules: Modules) -> str:
    """Return why a probe may be refused, in words, empty where nothing says so."""
    for module in modules:
        if not module.is_aside:
            for node in module.nodes:
                if isinstance(node, ast.Call) and (found := _gate(module, node)):
                    return found
    return ""


def _gate(module: Module, node: ast.Call) -> str:
    for held in (node.func, *node.args[:1]):
        name = module.resolve(held).rpartition(".")[2]
        named = {one.arg: one.value for one in node.keywords}
        if name in _HOSTS and not lets_localhost(named.get("allowed_hosts")):
            return f"the hosts that {module.where(node)} lets through may lack localhost"
        forced = named.get("force_https")
        is_forced = not (isinstance(forced, ast.Constant) and forced.value is False)
        if name in _REDIRECTS and is_forced:
            return f"{module.where(node)} redirects to HTTPS"
    return ""


def lets_localhost(node: ast.expr | None) -> bool:
    """Return whether a literal list of hosts has localhost or all."""
    held = node.elts if isinstance(node, (ast.List, ast.Tuple)) else []
    return any(isinstance(one, ast.Constant) and one.value in _LOCAL for one in held)
