"""The sum over both engines is true, so that a failure in one is not lost behind the other."""

from tools.run_tests import counts, total


def test_an_error_counts_as_failed() -> None:
    assert counts("1 failed, 17 passed, 1 deselected, 2 errors in 1.75s") == {"failed": 3, "passed": 17}


def test_total_of_two_runs() -> None:
    assert (
        total(["18 passed in 4.19s", "2 failed, 15 passed, 1 skipped in 2s"])
        == "33 passed, 2 failed, 1 skipped"
    )


def test_run_without_a_closing_line_adds_nothing() -> None:
    assert total(["", "no tests ran in 0.1s"]) == "0 passed, 0 failed, 0 skipped"
