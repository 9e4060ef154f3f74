"""CloudWatch alarms as AWS shows, mutes and arms them."""

from collections.abc import Iterator
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse

from chalicelib.local import service_refusals
from chalicelib.local.events import Place, alarm_changed
from chalicelib.local.world import World

Patch = tuple[Any, str, Any]

MEMBERS: dict[str, str] = {"MetricAlarm": "MetricAlarms", "CompositeAlarm": "CompositeAlarms"}


def alarm_patches(world: World) -> Iterator[Patch]:
    """What to put in which place of moto, which shows composite alarms unasked, and tells nobody of a change."""
    backend, responses = CloudWatchBackend, CloudWatchResponse
    describe = responses.describe_alarms

    def describe_alarms(self: Any) -> Any:
        service_refusals.check_alarm_names(self._get_param("AlarmNames", []))
        answer: Any = describe(self)
        asked = self._get_param("AlarmTypes", []) or ["MetricAlarm"]
        for alarm_type, member in MEMBERS.items():
            if alarm_type not in asked:
                answer.result[member] = []
        return answer

    def switch(self: Any, alarm_names: list[str], enabled: bool) -> None:
        service_refusals.check_alarm_names(alarm_names)
        for alarm in self.get_alarms_by_alarm_names(alarm_names):
            if alarm.actions_enabled != enabled:
                alarm.actions_enabled = enabled
                place = Place(self.account_id, self.region_name)
                world.announce(alarm_changed(place, alarm.name, enabled, world.now()))

    yield responses, "describe_alarms", describe_alarms
    yield responses, "put_composite_alarm", responses.put_metric_alarm  # which keeps a rule, if there is one
    yield backend, "enable_alarm_actions", lambda self, alarm_names: switch(self, alarm_names, True)
    yield backend, "disable_alarm_actions", lambda self, alarm_names: switch(self, alarm_names, False)
