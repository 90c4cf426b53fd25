"""Heights of the tide over a day."""

import streamlit as st

from tides import heights

st.set_page_config(page_title="Tides")
st.title("Tides")
range_of_tide = st.slider("Range in metres", 1.0, 12.0, 4.0)
st.line_chart(heights(range_of_tide))
