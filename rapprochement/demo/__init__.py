"""What a demonstration has of this application: invented bank accounts."""
