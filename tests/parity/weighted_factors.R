# Numbers for tests/parity/test_weighted_factors.py by lavaan: a factor model under sampling weights, and pooled over three
# completed sets by Rubin's rules and D2 written out. Run from this folder: Rscript weighted_factors.R > weighted_factors.json
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
set.seed(20261128)
n <- 220; f <- rnorm(n); g <- .5 * f + rnorm(n)
d <- data.frame(a = f + rnorm(n), b = .8 * f + rnorm(n), c = .6 * f + rnorm(n), x = g + rnorm(n), y = .9 * g + rnorm(n), z = .7 * g + rnorm(n))
d <- round(d, 6); w <- round(runif(n, .4, 2.2), 4)
model <- "one =~ a + b + c\n two =~ x + y + z"
tight <- list(rel.tol = 1e-10)
raw <- function(m) { p <- parameterEstimates(m); p <- p[p$op == "=~" | (p$op == "~~" & p$lhs != p$rhs), ]
  list(lhs = p$lhs, op = p$op, rhs = p$rhs, est = p$est, se = p$se) }
standard <- function(m) { p <- standardizedSolution(m); p <- p[p$op == "=~" | (p$op == "~~" & p$lhs != p$rhs), ]
  list(est = p$est.std, se = p$se) }
weighted <- cfa(model, cbind(d, w = w), estimator = "MLR", sampling.weights = "w", control = tight)
sets <- lapply(1:3, function(k) { one <- d; one$y[1:50] <- round(one$y[1:50] + .9 * rnorm(50), 6); one })
each <- lapply(sets, function(one) cfa(model, one, estimator = "MLR", control = tight))
pool <- function(parts) { q <- sapply(parts, `[[`, "est"); s <- sapply(parts, `[[`, "se")
  list(est = rowMeans(q), se = sqrt(rowMeans(s^2) + (1 + 1 / 3) * apply(q, 1, var))) }
chi <- sapply(each, function(m) fitMeasures(m, "chisq.scaled")[[1]]); k <- fitMeasures(each[[1]], "df")[[1]]
r <- (1 + 1 / 3) * var(sqrt(chi)); F <- (mean(chi) / k - (3 + 1) / (3 - 1) * r) / (1 + r)
v <- k^(-3 / 3) * (3 - 1) * (1 + 1 / r)^2
cat(toJSON(list(versions = list(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan"))), data = as.list(d),
  w = w, y = lapply(sets, function(one) one$y), rows = raw(weighted)[c("lhs", "op", "rhs")],
  weighted = list(raw = raw(weighted)[c("est", "se")], standard = standard(weighted), srmr = fitMeasures(weighted, "srmr_bentler_nomean")[[1]]),
  pooled = list(raw = pool(lapply(each, raw)), standard = pool(lapply(each, standard))),
  test = list(F = F, df1 = k, df2 = v)), digits = NA, auto_unbox = TRUE))
