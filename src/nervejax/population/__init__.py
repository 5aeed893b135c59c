"""What the nerve is before time starts: fibres, their geometry and their places."""
