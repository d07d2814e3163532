"""Persons, teams, contacts of customers, and who may do what."""
