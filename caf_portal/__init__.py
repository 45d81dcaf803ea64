"""The project: settings, entry points, and what every application leans on."""
