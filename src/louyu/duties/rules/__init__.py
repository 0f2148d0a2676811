"""Who may hold which duty, what is missing, who stands in for whom. Pure."""
