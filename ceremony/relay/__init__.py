"""The online side: it fetches the signers, posts what the offline side built, never twice."""
