# tries: have the page, whose own scripts run, fetch pictures and fonts, from a server and from the disk
# must not: reach the listener or read the file
# renderer: plotly
# ends: rendering, plot_error, requests, template_error


def draw(view, style, bind):
    import plotly.graph_objects as go

    column = view.main.measures[0]
    figure = go.Figure(bind(go.Bar(x=view.main.texts(view.main.label.name), y=view.main.numbers(column.name)), column))
    for source in ("@url@/picture.png", "file://@key_file@", "@url@/other.svg"):
        figure.add_layout_image(source=source, x=0, y=1, sizex=1, sizey=1)
    figure.update_layout(font={"family": "x; src: url(@url@/font)"})
    return figure
