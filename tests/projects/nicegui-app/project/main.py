from nicegui import ui

state = {"count": 0}


def add():
    state["count"] += 1
    label.set_text(str(state["count"]))


ui.label("Counter")
label = ui.label("0")
ui.button("More", on_click=add)

if __name__ in {"__main__", "__mp_main__"}:
    ui.run(host="0.0.0.0", port=8080, reload=False, show=False, title="Counter")
