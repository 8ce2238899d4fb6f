"""What a pull does, step by step: the plan, and reading the source into the staging file."""
