# Numbers for tests/parity/test_meta_analysis.py from metafor, on made-up studies written with the numbers.
# Run from this folder: Rscript meta_analysis.R > meta_analysis.json
suppressPackageStartupMessages({library(metafor); library(jsonlite)})
yi <- c(-1.10, -0.35, -0.62, 0.08, -0.95, -0.20, -0.55); vi <- c(0.030, 0.012, 0.020, 0.041, 0.055, 0.009, 0.025)
alike <- c(0.31, 0.29, 0.30, 0.32)
engaged <- c(61, 96, 35, 140, 12, 0); people <- c(220, 240, 120, 300, 90, 40)
tight <- list(threshold = 1e-12, tol = 1e-12)
shown <- function(fit) {
  p <- predict(fit); i <- confint(fit, control = list(tol = 1e-12))$random
  list(estimate = as.numeric(fit$b), std_error = fit$se, low = fit$ci.lb, high = fit$ci.ub, prediction_low = p$pi.lb,
    prediction_high = p$pi.ub, tau_squared = fit$tau2, tau_low = i[1, 2], tau_high = i[1, 3], q = fit$QE, q_p = fit$QEp,
    i_squared = fit$I2 / 100, weights = as.numeric(weights(fit)) / 100) }
logit <- escalc(measure = "PLO", xi = engaged, ni = people, add = 1 / 2, to = "only0")
raw <- escalc(measure = "PR", xi = engaged[1:5], ni = people[1:5])
cat(toJSON(list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor"))),
  data = list(yi = yi, vi = vi, alike = alike, engaged = engaged, people = people),
  reml_knha = shown(rma(yi, vi, method = "REML", test = "knha", control = tight)),
  reml_z = shown(rma(yi, vi, method = "REML", control = tight)),
  dl_z = shown(rma(yi, vi, method = "DL")),
  dl_knha = shown(rma(yi, vi, method = "DL", test = "knha")),
  alike = shown(rma(alike, rep(0.04, 4), method = "REML", control = tight)),
  logits = shown(rma(yi, vi, data = logit, method = "REML", test = "knha", control = tight)),
  proportions = shown(rma(yi, vi, data = raw, method = "REML", test = "knha", control = tight))
), digits = NA, auto_unbox = TRUE))
