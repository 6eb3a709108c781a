"""What scripts/bundle and scripts/release do: archives that anybody can make again."""
