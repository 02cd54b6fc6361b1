from hypothesis import given
from hypothesis import strategies as st

from package_extract.comparison.values import changes, gained_and_lost, keys_changed, pairs

TEXTS = st.lists(st.text("abcd", min_size=1, max_size=2), unique=True)


def test_changes():
    assert changes({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "d": 4}, ("a", "b", "c", "d")) == [
        {"field": "b", "before": 2, "after": 5},
        {"field": "c", "before": 3, "after": None},
        {"field": "d", "before": None, "after": 4},
    ]


def test_keys_changed():
    assert keys_changed({"z": 1, "a": 1, "m": 1}, {"b": 2, "m": 2, "a": 1}) == {
        "added": {"b": 2},
        "removed": {"z": 1},
        "changed": [{"field": "m", "before": 1, "after": 2}],
    }


def test_gained_and_lost_keep_the_order():
    assert gained_and_lost(["c", "b", "a"], ["d", "b", "c2", "c"]) == (["d", "c2"], ["a"])


def test_earlier_keys_decide_first():
    joined, old, new = pairs(["ab", "cd", "xy"], ["ax", "cd", "zz"], lambda text: [text], lambda text: [text[0]])
    assert joined == [("cd", "cd"), ("ab", "ax")]
    assert (old, new) == (["xy"], ["zz"])


def test_an_item_is_in_one_pair_at_most():
    joined, old, new = pairs(["a1", "a2"], ["a3"], lambda text: [text[0]])
    assert (joined, old, new) == ([("a1", "a3")], ["a2"], [])


@given(TEXTS, TEXTS)
def test_no_item_is_lost_or_doubled(before, after):
    joined, old, new = pairs(before, after, lambda text: [text], lambda text: [text[0], text[-1]])
    assert sorted([one for one, _ in joined] + old) == sorted(before)
    assert sorted([other for _, other in joined] + new) == sorted(after)
    assert all({one[0], one[-1]} & {other[0], other[-1]} for one, other in joined)
