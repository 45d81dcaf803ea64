"""People, their créances and movements, and the pages they see."""
