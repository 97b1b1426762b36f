"""The rules of the gate on plain numbers: profiles, differencing, dominance, texts that point at a person."""

from __future__ import annotations

import numpy as np
import pytest

from osa_survey.disclosure import (
    JOURNAL,
    PROFILES,
    SECURE_ROOM,
    TEACHING,
    WORKBENCH,
    closed_text,
    contributions,
    nested_pairs,
    refuse_real_answers,
    refuse_rows,
    suppress,
)
from osa_survey.errors import AnalysisError


def test_profiles_say_what_they_are() -> None:
    assert set(PROFILES) == {"workbench", "journal", "teaching", "secure-room"}
    assert (JOURNAL.threshold, WORKBENCH.threshold) == (5, 0)
    # the defaults of ACRO: threshold 10, 10 residual degrees of freedom, (n, k) = (2, 0.9), p-ratio 0.1
    room = SECURE_ROOM
    assert (room.threshold, room.residual_df, room.dominance, room.p_ratio) == (10, 10, (2, 0.9), 0.1)
    assert [profile.for_release for profile in (WORKBENCH, JOURNAL, TEACHING, SECURE_ROOM)] == [False, True, True, True]


def test_teaching_takes_simulated_answers_only() -> None:
    refuse_real_answers(TEACHING, simulated=True)
    refuse_real_answers(JOURNAL, simulated=False)
    with pytest.raises(AnalysisError, match="not_simulated"):
        refuse_real_answers(TEACHING, simulated=False)


@pytest.mark.parametrize("profile", [JOURNAL, SECURE_ROOM])
def test_rows_leave_under_no_profile_for_release(profile: object) -> None:
    refuse_rows(WORKBENCH, "scores.csv")
    with pytest.raises(AnalysisError, match="rows_not_released"):
        refuse_rows(profile, "scores.csv")  # type: ignore[arg-type]


def test_a_count_of_zero_is_small_in_a_secure_room() -> None:
    counts, sums = np.array([0.0, 40.0, 60.0, 100.0]), [(3, [0, 1, 2])]
    assert not suppress(counts, sums, 5).any()
    hidden = suppress(counts, sums, 10, zeros_are_small=True)
    assert hidden[0]
    assert hidden.sum() > 1  # alone it would be 100 − 40 − 60


def test_what_a_reader_knows_already_does_not_protect() -> None:
    counts, sums = np.array([3.0, 20.0, 60.0, 83.0]), [(3, [0, 1, 2])]
    assert suppress(counts, sums, 5).tolist() == [True, True, False, False]
    known = np.array([False, True, False, False])
    assert suppress(counts, sums, 5, known=known).tolist() == [True, False, True, False]


def test_cells_forced_to_be_hidden_get_a_companion() -> None:
    forced = np.array([False, False, True, False])
    hidden = suppress(np.array([30.0, 20.0, 60.0, 110.0]), [(3, [0, 1, 2])], 5, forced=forced)
    assert hidden.tolist() == [False, True, True, False]


def test_nested_groups_that_differ_by_a_few_are_found() -> None:
    generator = np.random.default_rng(1)
    everyone = np.ones(60, dtype=bool)
    members = np.array([everyone, generator.random(60) < 0.5, everyone, everyone])
    members[2, :3] = False  # three fewer
    members[3, :7] = False  # seven fewer than all, four fewer than the third
    assert nested_pairs(members, 5) == [(0, 2), (2, 3)]
    # by definition, pair by pair
    slow = [
        (a, b)
        for a in range(4)
        for b in range(4)
        if not (members[b] & ~members[a]).any() and 0 < (members[a] & ~members[b]).sum() < 5
    ]
    assert nested_pairs(members, 5) == slow


def test_dominance_by_hand() -> None:
    # 900 + 50 of 1000 is .95 ≥ .9; all but the two largest are 50, a share of 50 / 900 = .056 < .1 of the largest
    assert contributions(np.array([900.0, 50.0, 30.0, 20.0])).dominated((2, 0.9), 0.1)
    assert not contributions(np.full(10, 100.0)).dominated((2, 0.9), 0.1)  # .2 of the total; rest 8 times the largest
    assert contributions(np.array([5.0, 5.0])).dominated((2, 0.9), 0.0)
    assert contributions(np.zeros(4)).dominated((2, 0.9), 0.0)
    assert not contributions(np.array([900.0, 50.0])).dominated(None, 0.0)


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("mail me: jo.doe@example.org", "mail me: <e-mail address>"),
        ("10.20.30.40", "<IP address>"),
        ("2001:db8:85a3:0:0:8a2e:370:7334", "<IP address>"),
        ("+49 151 70707070", "<telephone number>"),
        ("48.208810, 16.371700", "<coordinates>"),
        ("DE89 3704 0044 0532 0130 00", "<bank account>"),
        ("R_1a2B3c4D5e6F7g8", "<panel or response id>"),
        ("5f0c1d2e3a4b5c6d7e8f9a0b", "<panel or response id>"),
        ("@somebody_42", "<account name>"),
        ("https://example.org/user/jo", "<web address of a person>"),
        ("2026-03-14", "2026-03"),
        ("2026-03-14T10:12:00", "2026-03"),
        ("14.03.2026", "03.2026"),
        ("14 March 2026", "March 2026"),
        ("March 14, 2026", "March 2026"),
        ("3/14/2026", "2026"),
    ],
)
def test_texts_that_point_at_a_person_are_closed(text: str, closed: str) -> None:
    shown, kinds = closed_text(text)
    assert shown == closed
    assert kinds


@pytest.mark.parametrize(
    "text",
    ["another gender", "18–24", "scs_total", "2026", "2026-03", "at or above 4.5", "n = 1,234", "men − women",
     "doi:10.1080/00031305.1996.10473566", "1.0.0", "age[25-34]", "0.25", "Item 10 of 12"],
)  # fmt: skip
def test_plain_words_stay(text: str) -> None:
    assert closed_text(text) == (text, ())
