"""What a patch of membrane does: pure functions of potential, gates and concentrations."""
