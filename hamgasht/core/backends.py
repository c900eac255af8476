"""The libraries that Keras may compute with here."""

BACKENDS = ("tensorflow", "jax", "torch")
