"""Carries to a team what only it may read: the topic first, then its webhook. Nothing of it is logged."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from chalicelib.adapters.notices import LONGEST_SUBJECT, Notice, Sender
from chalicelib.core.model import Team
from chalicelib.flows.events import ORGANISATION
from chalicelib.flows.telling_reports import NotToldError

log = logging.getLogger(__name__)


class SendingHerald:
    """`first` must take the news; what `others` cannot take is logged, and costs nobody else the news."""

    def __init__(self, first: Sender, others: Sequence[Sender] = ()) -> None:
        self._first, self._others = first, others

    def tell(self, team: Team, subject: str, text: str) -> None:
        """As the port says."""
        notice = Notice(ORGANISATION, subject[:LONGEST_SUBJECT], text)
        try:
            self._first.send(team, notice)
        except Exception as error:  # whatever a sender raises: the team does not know yet
            raise NotToldError(f"{team.name} could not be told of its report: {type(error).__name__}") from error
        for sender in self._others:
            try:
                sender.send(team, notice)
            except Exception:  # the topic has it: that is not sent again for the sake of a webhook
                log.exception("%s could not tell %s of its report", type(sender).__name__, team.name)
