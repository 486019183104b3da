# tries: have scripts run in the page: in texts, names, links and templates
# must not: run one, or reach the listener
# renderer: plotly
# ends: rendering, plot_error, template_error


def draw(view, style, bind):
    import plotly.graph_objects as go

    texts = [
        "<img src='@url@/text' onerror=\"fetch('@url@/error')\">", "</script><script>fetch('@url@/script')</script>",
        "<a href=\"javascript:fetch('@url@/link')\">link</a>", "<svg onload=\"fetch('@url@/svg')\">",
        "%{x:constructor.constructor('fetch(1)')()}",
    ]  # fmt: skip
    column = view.main.measures[0]
    names = view.main.texts(view.main.label.name)
    figure = go.Figure(bind(go.Bar(x=names, y=view.main.numbers(column.name), texttemplate=texts[4], name=texts[0], hovertemplate=texts[0]), column))
    figure.update_layout(title=texts[0], xaxis={"title": texts[1]}, showlegend=True, annotations=[{"text": t, "x": 0, "y": 1} for t in texts])
    return figure
