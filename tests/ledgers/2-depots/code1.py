# Lollipops, one stem per row (with the values typed in: to be refused) | 900x560
def draw(fig, view, style, bind):
    names = ["Trier", "Flensburg", "Münster", "Freiburg", "Bremen"]
    values = [58, 83, 47, 66, 29]
    ax = fig.add_axes((0.1, 0.15, 0.85, 0.7))
    ax.stem(range(5), values)
    ax.set_xticks(range(5), labels=names)
    ax.set_title(view.title)
