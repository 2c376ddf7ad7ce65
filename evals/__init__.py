"""The regression test of answers: asks the known facts and compares what is said with what the documents say."""
