# tries: have the page fetch the outlines of a map
# must not: get them from anywhere
# renderer: plotly
# ends: plot_error


def draw(view, style, bind):
    import plotly.graph_objects as go

    column = view.main.measures[0]
    trace = bind(go.Bar(x=view.main.texts(view.main.label.name), y=view.main.numbers(column.name)), column)
    return go.Figure([trace, go.Choropleth(locations=["FRA"], z=[1])], layout={"geo": {"visible": True, "resolution": 50}})
