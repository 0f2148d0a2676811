"""A bare Django page over Louyu's own database: what the same rows cost with nothing around them."""
