from dash import Dash, Input, Output, dcc, html

app = Dash(__name__, title="Tides")
server = app.server
app.layout = html.Div([dcc.Slider(0, 12, id="hour"), html.P(id="height")])


@app.callback(Output("height", "children"), Input("hour", "value"))
def height(hour):
    return f"{(hour or 0) % 6} m"


if __name__ == "__main__":
    app.run(debug=True)
