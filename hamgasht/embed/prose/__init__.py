"""What stands inside a sentence: values, formulas, terms, directions of writing."""
