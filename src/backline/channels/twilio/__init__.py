"""What texts and calls share: an account with a provider that speaks as Twilio does, his words, his signature."""
