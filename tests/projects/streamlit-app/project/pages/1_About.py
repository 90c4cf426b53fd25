import streamlit as st

st.write("Heights are those of a sine, not of a harbour.")
