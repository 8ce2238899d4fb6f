"""An offer's own page: its facts, its history as a timeline, its former states."""
