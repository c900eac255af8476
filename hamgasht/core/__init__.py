"""What every other package may use: errors, paths, numbers, labels, fonts."""
