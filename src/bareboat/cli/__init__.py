"""Arguments to a job, a job's result to words: the only printing and the only exit."""
