# tries: have FreeType draw letters as high as a house
# must not: get the memory for it, or take the machine's time
# ends: memory, code_error, timeout, crash
# limits: memory_mb=200 wall_s=4 cpu_s=3


def attack(world, steps):
    import matplotlib
    from matplotlib.ft2font import FT2Font

    font = FT2Font(matplotlib.get_data_path() + "/fonts/ttf/DejaVuSans.ttf")
    size = 1000.0
    while True:
        font.set_size(size, 300)
        font.set_text("W" * 50, 0)
        font.draw_glyphs_to_bitmap()
        size *= 2
