"""Louyu (楼宇): how an urban district serves the enterprises and people in its commercial buildings."""

__version__ = "0.1.0"
