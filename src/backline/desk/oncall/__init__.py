"""The pages of on-call: who has a shift, who asks whom to take one, and how a team's shifts are planned."""
