"""Django's settings for a bench: those of the product, and the bare page beside its addresses."""

from backline.config import settings

globals().update({name: value for name, value in vars(settings).items() if name.isupper()})
ROOT_URLCONF = "bench.bare"
