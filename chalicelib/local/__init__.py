"""The embedded cloud: the whole system in one process, without an AWS account."""
