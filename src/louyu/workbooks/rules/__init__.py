"""Pure decisions of this room: which rows are a table, and what its columns mean."""
