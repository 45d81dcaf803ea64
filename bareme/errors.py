"""What every refusal of this package has in common."""


class BaremeError(ValueError):
    """The scale refuses to compute; subclasses say why and carry the values that matter."""
