"""Measurements that anybody can repeat; no part of the tests."""
