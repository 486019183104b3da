# tries: give a figure of millions of points
# must not: have the page draw it
# renderer: plotly
# ends: bad_result, too_large, memory, timeout, template_error


def draw(view, style, bind):
    import plotly.graph_objects as go

    return go.Figure(go.Scatter(x=list(range(3_000_000)), y=list(range(3_000_000))))
