"""Knots to kilometres an hour."""

import gradio as gr


def convert(knots: float) -> float:
    """Return kilometres an hour."""
    return knots * 1.852


demo = gr.Interface(convert, gr.Number(label="Knots"), gr.Number(label="km/h"))

if __name__ == "__main__":
    demo.launch()
