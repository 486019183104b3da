# tries: have plotly start a browser of its own to write a picture
# must not: have one started
# renderer: plotly
# ends: template_error, forbidden, timeout, code_error


def draw(view, style, bind):
    import plotly.graph_objects as go

    go.Figure(go.Bar(y=[1, 2])).write_image("picture.png")
