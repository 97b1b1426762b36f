# Numbers for tests/parity/test_weighted_panels.py by lavaan: cross-lagged models under sampling weights, and pooled over
# three completed sets by Rubin's rules written out. Run from this folder: Rscript weighted_panels.R > weighted_panels.json
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
set.seed(20261127)
n <- 160; u <- rnorm(n); v <- rnorm(n)
d <- data.frame(a1 = .7 * u + rnorm(n), b1 = .7 * v + rnorm(n))
for (t in 2:3) {
  d[[paste0("a", t)]] <- .4 * d[[paste0("a", t - 1)]] + .2 * d[[paste0("b", t - 1)]] + .5 * u + rnorm(n)
  d[[paste0("b", t)]] <- .3 * d[[paste0("b", t - 1)]] + .1 * d[[paste0("a", t - 1)]] + .5 * v + rnorm(n)
}
d <- round(d, 6); w <- round(runif(n, .4, 2.2), 4)
model <- "a2 ~ p1*a1 + p2*b1\n b2 ~ p3*a1 + p4*b1\n a3 ~ p5*a2 + p6*b2\n b3 ~ p7*a2 + p8*b2\n a1 ~~ b1\n a2 ~~ b2\n a3 ~~ b3"
numbers <- function(f) { p <- parameterEstimates(f); p <- p[match(paste0("p", 1:8), p$label), ]; list(est = p$est, se = p$se) }
tight <- list(rel.tol = 1e-10)
weighted <- sem(model, cbind(d, w = w), estimator = "MLR", sampling.weights = "w", fixed.x = FALSE, control = tight)
sets <- lapply(1:3, function(k) { one <- d; one$b2[1:40] <- round(one$b2[1:40] + .8 * rnorm(40), 6); one })
each <- lapply(sets, function(one) numbers(sem(model, one, fixed.x = FALSE, meanstructure = TRUE, control = tight)))
q <- sapply(each, `[[`, "est"); s <- sapply(each, `[[`, "se")
between <- apply(q, 1, var)
cat(toJSON(list(versions = list(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan"))), data = as.list(d),
  w = w, b2 = lapply(sets, function(one) one$b2), weighted = numbers(weighted),
  pooled = list(est = rowMeans(q), se = sqrt(rowMeans(s^2) + (1 + 1 / 3) * between))), digits = NA, auto_unbox = TRUE))
