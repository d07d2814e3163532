"""The pages of the policy: its versions, the form that is looked at before saving, and its ladders drawn."""
