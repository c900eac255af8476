"""What a warm server does once, so that no kernel forked from it has to.

Takes in nothing; leaves caches filled when it is imported.
"""

from hamgasht.kernel.setup import packages

packages()
