# The numbers of test_effect_sizes.py that come from R.
#
#   Rscript effect_sizes.R <folder of the reference numbers>/effects > effect_sizes.json
#
# 1. The stored numbers of the folder come from effectsize 0.8.3 and psych 2.2.9, for example
#      cohens_d(f, data = d), cohens_d(f, data = d, pooled_sd = FALSE), hedges_g, glass_delta, rank_biserial, cliffs_delta,
#      p_superiority, cohens_u3, p_overlap; eta_squared(m, partial = FALSE, alternative = "two.sided"), omega_squared,
#      epsilon_squared, cohens_f; rank_epsilon_squared, rank_eta_squared; cramers_v(t, adjust = FALSE,
#      alternative = "two.sided"), tschuprows_t, cohens_w, phi; oddsratio, riskratio, cohens_h;
#      cohens_d(a, b, paired = TRUE), hedges_g(a, b, paired = TRUE), rank_biserial(a, b, paired = TRUE);
#      psych::ICC(m, lmer = FALSE), psych::cohen.kappa(cbind(a, b)).
#    Each entry of effects.json repeats its call.
# 2. Below: standard errors of standardised coefficients (lavaan, random regressors), Friedman's test.

suppressMessages(library(lavaan))
folder <- commandArgs(trailingOnly = TRUE)[1]
d <- na.omit(read.csv(file.path(folder, "scores.csv"))[c("neuro", "agree", "extra", "age")])
model <- "neuro ~ agree + extra + age"
number <- function(x) paste0("[", paste(format(x, digits = 17), collapse = ", "), "]")
standardised <- function(estimator) {
  s <- standardizedSolution(sem(model, data = d, fixed.x = FALSE, estimator = estimator, meanstructure = TRUE))
  s[s$op == "~", c("est.std", "se")]
}
normal <- standardised("ML")
free <- standardised("MLM")
ranked <- friedman.test(as.matrix(d[1:200, c("neuro", "agree", "extra")]))
cat("{\n")
cat('  "versions": {"R": "', paste(R.version$major, R.version$minor, sep = "."), '", "lavaan": "',
    as.character(packageVersion("lavaan")), '"},\n', sep = "")
cat('  "n":', nrow(d), ",\n")
cat('  "beta":', number(normal$est.std), ",\n")
cat('  "normal_se":', number(normal$se), ",\n")
cat('  "distribution_free_se":', number(free$se), ",\n")
cat('  "friedman_chi2":', format(unname(ranked$statistic), digits = 17), "\n")
cat("}\n")
