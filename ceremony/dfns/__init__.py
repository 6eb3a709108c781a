"""What is said to Dfns and what Dfns answers: signers, import, export."""
