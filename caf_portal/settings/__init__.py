"""Settings of the portal: ``base`` holds everything, the others only tighten or fill in."""
