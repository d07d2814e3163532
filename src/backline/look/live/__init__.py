"""The live stream: what changes anywhere is told to every open page within a second."""
