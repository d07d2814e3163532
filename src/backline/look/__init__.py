"""The design system, the base pages and sign-in; knows no case."""
