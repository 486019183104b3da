# A quote in large plain type inside a heavy frame (breaks off in the middle: to be refused) | 840x1000
def build(view, style, kit):
    side = style.width_px * 0.09
    kit.margins(side, side, side, side)
    kit.border(14, 4, kit.ink
