# Numbers for tests/parity/test_imputation.py and test_incomplete_data.py: FIML moments, correlations and regression
# (lavaan), Little's test from lavaan's EM moments, D4 (mitml), and fits of single imputation models.
# Run from this folder: Rscript imputation.R ../../../shared/golden/mi > imputation.json
suppressPackageStartupMessages({library(lavaan); library(mice); library(mitml); library(jsonlite); library(MASS); library(nnet)})
folder <- commandArgs(TRUE)[1]
d <- read.csv(file.path(folder, "bfi_scores_missing.csv"))
v <- c("neuro", "extra", "agree", "consc", "female", "age")
x <- d[, v]
pairs <- expand.grid(v, v, stringsAsFactors = FALSE); pairs <- pairs[match(pairs[, 1], v) <= match(pairs[, 2], v), ]
s <- sem(paste(pairs[, 1], "~~", pairs[, 2], collapse = "\n"), x, missing = "fiml", meanstructure = TRUE, information = "observed",
  control = list(rel.tol = 1e-14, iter.max = 100000))
p <- parameterEstimates(s, standardized = FALSE); z <- standardizedSolution(s)
cells <- p[p$op == "~~", c("lhs", "rhs", "est", "se")]; means <- p[p$op == "~1", c("lhs", "est", "se")]
cors <- z[z$op == "~~" & z$lhs != z$rhs, c("lhs", "rhs", "est.std", "se")]
r <- sem(paste("neuro ~", paste(v[-1], collapse = " + ")), x, missing = "fiml", fixed.x = FALSE, information = "observed",
  control = list(rel.tol = 1e-14, iter.max = 100000))
q <- parameterEstimates(r, rsquare = TRUE)
reg <- rbind(q[q$op == "~1" & q$lhs == "neuro", c("rhs", "est", "se")], q[q$op == "~", c("rhs", "est", "se")],
  q[q$op == "~~" & q$lhs == "neuro" & q$rhs == "neuro", c("rhs", "est", "se")])
r2 <- q$est[q$op == "r2"]
mu <- lavInspect(s, "mean.ov"); S <- lavInspect(s, "cov.ov")[v, v]; mu <- mu[v]
little <- function(x, mu, S) {
  o <- !is.na(x); g <- apply(o, 1, paste, collapse = ""); d2 <- 0; k <- 0
  for (u in unique(g)) { w <- o[g == u, , drop = FALSE][1, ]; m <- colMeans(x[g == u, w, drop = FALSE]) - mu[w]
    d2 <- d2 + sum(g == u) * sum(m * solve(S[w, w, drop = FALSE], m)); k <- k + sum(w) }
  list(statistic = d2, df = k - ncol(x), patterns = length(unique(g)), p = pchisq(d2, k - ncol(x), lower.tail = FALSE)) }
l <- read.csv(file.path(folder, "bfi_imputed_m20.csv")); sets <- split(l[l$imp > 0, ], l$imp[l$imp > 0])
f1 <- as.mitml.result(lapply(sets, function(e) lm(neuro ~ extra + agree + consc + age, e)))
f0 <- as.mitml.result(lapply(sets, function(e) lm(neuro ~ agree + age, e)))
d4 <- testModels(f1, f0, method = "D4", ariv = "positive")$test
a <- sets[[1]]; a$edu <- factor(pmin(5, pmax(1, round(a$education))))
o <- polr(edu ~ neuro + agree + age, a, Hess = TRUE, control = list(reltol = 1e-14)); m <- multinom(edu ~ neuro + agree, a, trace = FALSE, reltol = 1e-14, maxit = 1000)
b <- glm(female ~ neuro + agree + age, binomial, a, control = list(epsilon = 1e-14)); w <- glm(I(age - 3) ~ neuro + agree, poisson, a, control = list(epsilon = 1e-14))
cat(toJSON(list(
  versions = list(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan")), mitml = as.character(packageVersion("mitml"))),
  fiml = list(means = means, covariances = cells, correlations = cors, regression = reg, r2 = r2, logl = as.numeric(logLik(s))),
  little = little(as.matrix(x), mu, S), d4 = as.vector(d4),
  ordinal = list(coef = coef(o), zeta = o$zeta, logl = as.numeric(logLik(o)), se = sqrt(diag(vcov(o)))),
  multinomial = list(coef = coef(m), logl = as.numeric(logLik(m))),
  logit = list(coef = coef(b), se = sqrt(diag(vcov(b)))), poisson = list(coef = coef(w), se = sqrt(diag(vcov(w))))
), digits = 15, auto_unbox = TRUE, pretty = TRUE))
