"""Model syntax and the table of parameters it makes."""

from __future__ import annotations

import math

import pytest

from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.confirmatory.parameter_tables import parameter_table
from osa_survey.psychometrics.confirmatory.syntax import parse_model


def free(table: object) -> set[tuple[str, str, str, int]]:
    return {(r.lhs, r.op, r.rhs, r.group) for r in table.rows if r.position >= 0}  # type: ignore[attr-defined]


class TestSyntax:
    def test_operators_modifiers_comments_and_long_lines(self) -> None:
        text = """
        f =~ 1*x1 + NA*x2 +   # a comment
             start(0.5)*x3 + lab*x4
        x1 ~~ 0.3*x2; f ~ 0*1   ! another comment
        x1 | c(NA, 0.2)*t1 + c(a, b)*t1
        x1 ~*~ 1*x1
        a == b
        """
        found = {(s.lhs, s.op, s.rhs): s for s in parse_model(text)}
        assert found["f", "=~", "x1"].fixed == (1.0,)
        assert math.isnan(found["f", "=~", "x2"].fixed[0])
        assert found["f", "=~", "x3"].start == (0.5,)
        assert found["f", "=~", "x4"].label == ("lab",)
        assert found["x1", "~~", "x2"].fixed == (0.3,)
        assert found["f", "~1", ""].fixed == (0.0,)
        threshold = found["x1", "|", "t1"]
        assert math.isnan(threshold.fixed[0])
        assert threshold.fixed[1] == 0.2
        assert threshold.label == ("a", "b")
        assert ("a", "==", "b") in found

    def test_what_is_said_twice_is_joined(self) -> None:
        (statement,) = parse_model("f =~ c(NA, NA)*x1\nf =~ c(l1, l2)*x1")
        assert statement.label == ("l1", "l2")
        assert all(math.isnan(value) for value in statement.fixed)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("x1 + x2", "no operator"),
            ("f =~", "a side is empty"),
            ("f =~ x1 + * x2", "incomplete"),
            ("f =~ c(1, a)*x1", "cannot be mixed"),
            ("f =~ wild(3)*x1", "not known"),
            ("f =~ x1\nr := a * b", "not computed"),
            ("x1 ~~ x2", "no latent variable"),
            ("f =~ (x1", "incomplete"),
        ],
    )
    def test_says_what_cannot_be_read(self, text: str, says: str) -> None:
        with pytest.raises(AnalysisError, match=says):
            parse_model(text)

    def test_all_problems_come_together(self) -> None:
        with pytest.raises(AnalysisError) as caught:
            parse_model("f = x1\nx1 + x2")
        assert len(caught.value.problems) == 2


class TestConventions:
    def test_marker_variances_and_covariances(self) -> None:
        table = parameter_table("a =~ x1 + x2 + x3\nb =~ x4 + x5 + x6")
        assert table.n_free == 4 + 6 + 2 + 1
        fixed = [(r.lhs, r.rhs, r.value) for r in table.rows if r.position < 0]
        assert fixed == [("a", "x1", 1.0), ("b", "x4", 1.0)]

    def test_variance_one_instead_of_a_marker(self) -> None:
        table = parameter_table("a =~ x1 + x2 + x3", std_lv=True)
        assert [(r.lhs, r.op) for r in table.rows if r.position < 0] == [("a", "~~")]

    def test_unrelated_factors(self) -> None:
        related = parameter_table("a =~ x1 + x2\nb =~ x3 + x4")
        assert related.n_free - parameter_table("a =~ x1 + x2\nb =~ x3 + x4", orthogonal=True).n_free == 1

    def test_factors_of_factors_get_no_covariances(self) -> None:
        table = parameter_table("a =~ x1 + x2\nb =~ x3 + x4\nc =~ x5 + x6\ng =~ a + b + c")
        assert not [r for r in table.rows if r.op == "~~" and r.lhs != r.rhs]

    def test_single_item_has_no_residual(self) -> None:
        table = parameter_table("a =~ x1\nb =~ x2 + x3 + x4")
        assert [r.value for r in table.rows if (r.lhs, r.op, r.rhs) == ("x1", "~~", "x1")] == [0.0]

    def test_labels_and_equalities_share_a_number(self) -> None:
        table = parameter_table("a =~ x1 + l*x2 + l*x3 + p*x4 + q*x5\np == q")
        place = {r.rhs: r.position for r in table.rows if r.op == "=~"}
        assert place["x2"] == place["x3"]
        assert place["x4"] == place["x5"] != place["x2"]

    def test_equal_groups_free_what_no_longer_needs_fixing(self) -> None:
        syntax = "a =~ x1 + x2 + x3"
        loadings = parameter_table(syntax, n_groups=2, means=True, std_lv=True, group_equal=("loadings",))
        assert ("a", "~~", "a", 1) in free(loadings)
        scalar = parameter_table(syntax, n_groups=2, means=True, group_equal=("loadings", "intercepts"))
        assert ("a", "~1", "", 1) in free(scalar)
        assert ("a", "~1", "", 0) not in free(scalar)
        partial = parameter_table(
            syntax, n_groups=2, means=True, group_equal=("loadings", "intercepts"), group_partial=("x3 ~ 1",)
        )
        assert partial.n_free == scalar.n_free + 1

    def test_ordinal_items(self) -> None:
        counts = {"x1": 1, "x2": 2, "x3": 3}
        delta = parameter_table("a =~ x1 + x2 + x3", thresholds=counts)
        assert sum(r.op == "|" for r in delta.rows) == 6
        assert not [r for r in delta.rows if r.op == "~~" and r.lhs == "x1"]
        theta = parameter_table("a =~ x1 + x2 + x3", thresholds=counts, parameterisation="theta")
        assert [r.value for r in theta.rows if (r.lhs, r.op) == ("x1", "~~")] == [1.0]
        assert theta.n_free == delta.n_free == 2 + 6 + 1

    @pytest.mark.parametrize(
        ("syntax", "options", "says"),
        [
            ("a =~ x1 + x2\nx9 ~~ x1", {}, "x9"),
            ("a =~ x1 + x2\na ~ x1", {}, "latent variables only"),
            ("a =~ c(1, 2, 3)*x1 + x2", {"n_groups": 2}, "3 modifiers for 2 groups"),
            ("a =~ x1 + x2", {"group_equal": ("loading",)}, "loading"),
            ("a =~ x1 + p*x2\np == q", {}, "no parameter is labelled 'q'"),
            ("a =~ x1 + x2\nx1 | t5", {"thresholds": {"x1": 2, "x2": 2}}, "does not fit"),
        ],
    )
    def test_says_what_does_not_fit(self, syntax: str, options: dict[str, object], says: str) -> None:
        with pytest.raises(AnalysisError, match=says):
            parameter_table(syntax, **options)  # type: ignore[arg-type]
