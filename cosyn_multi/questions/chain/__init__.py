"""Following a lead from one image into another."""
