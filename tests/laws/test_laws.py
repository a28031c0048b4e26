"""Every law on every family."""

import pytest

from question_bank import registry
from question_bank.laws import LAWS, Law, Sample, breaches, take

SAMPLED, WHOLE = 60, 1000

_samples: dict[str, Sample] = {}


def sample(family_id: str, nightly: bool) -> Sample:
    if family_id not in _samples:
        _samples[family_id] = take(registry.get(family_id), WHOLE if nightly else SAMPLED)
    return _samples[family_id]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("family_id", registry.ids())
def test_law_holds(family_id: str, law: Law, nightly: bool) -> None:
    assert breaches(law, sample(family_id, nightly)) == []
