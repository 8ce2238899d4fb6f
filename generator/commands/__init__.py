"""One module a verb, one screen each; the only place that joins the packages below."""
