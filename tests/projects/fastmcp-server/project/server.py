from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tides", stateless_http=True)


@mcp.tool()
def height(hour: int) -> float:
    """Return the height of the tide in metres."""
    return hour % 6 * 0.7


app = mcp.streamable_http_app()
