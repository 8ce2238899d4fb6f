"""The plan of a pull that began at 2 o'clock in the night and has three slices to read."""

from datetime import UTC, datetime

from generator.register.model.pull_plan import PullPlan, SourceName

PLAN = PullPlan(
    started=datetime(2026, 11, 22, 2, tzinfo=UTC),
    program="1",
    grouping="",
    after=0,
    source=SourceName(url="http://127.0.0.1:9200", index="tilbud", type="tilbud"),
    kind="full",
    why_full=None,
    field=None,
    since=None,
    greatest=None,
    total=3,
    slices=3,
    mapping_changes={},
)
