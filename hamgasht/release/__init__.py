"""What is made of a finished site to take along: books and the offline site."""
