"""Requests and answers: the letter's steps, the receipt, and the counters."""
