"""What a ceremony is agreed on and what is kept of it: plan, people, steps, transcript."""
