"""From Python functions to evaluation traces: the text a function runs, the objects its names mean, the lowering."""
