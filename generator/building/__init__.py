"""What a build does, step by step: its tasks, who runs them, the folder it works in, and the pages it writes."""
