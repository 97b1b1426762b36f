# Tail areas in R; run from the checkout: Rscript tests/studies/p_values.R > tests/studies/p_values.json
entry <- function(statistic, value, p, df1 = NULL, df2 = NULL) {
  parts <- c(sprintf('"statistic": "%s"', statistic), sprintf('"value": %s', format(value, digits = 15)))
  if (!is.null(df1)) parts <- c(parts, sprintf('"df1": %s', df1))
  if (!is.null(df2)) parts <- c(parts, sprintf('"df2": %s', df2))
  parts <- c(parts, sprintf('"p": %s', format(p, digits = 17)))
  paste0("  {", paste(parts, collapse = ", "), "}")
}
r <- 0.3; t_of_r <- r * sqrt(48 / (1 - r^2))
entries <- c(
  entry("t", 2.2, 2 * pt(-2.2, 28), 28), entry("t", -1.3, 2 * pt(-1.3, 7), 7),
  entry("F", 4.02, pf(4.02, 2, 97, lower.tail = FALSE), 2, 97),
  entry("chi2", 71.86, pchisq(71.86, 1, lower.tail = FALSE), 1), entry("chi2", 3.1, pchisq(3.1, 4, lower.tail = FALSE), 4),
  entry("z", 2.58, 2 * pnorm(-2.58)), entry("r", r, 2 * pt(-t_of_r, 48), 48)
)
cat(sprintf('{"r": "%s", "p": [\n%s\n]}\n', R.version.string, paste(entries, collapse = ",\n")))
