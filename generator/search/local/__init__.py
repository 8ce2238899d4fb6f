"""The index of `tilbudsspejl search`."""
