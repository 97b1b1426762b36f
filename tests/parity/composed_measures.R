# Numbers for tests/parity/test_composed_measures.py: measures under weights, jackknife weights and over completed sets by
# survey, psych and lavaan, with Rubin's rules written out. Run from this folder: Rscript composed_measures.R > composed_measures.json
suppressPackageStartupMessages({library(survey); library(psych); library(lavaan); library(jsonlite)})
set.seed(20261126)
n <- 160; f <- rnorm(n); g <- .5 * f + rnorm(n)
cut4 <- function(x) findInterval(x, c(-.9, .1, 1)) + 1
d <- data.frame(a = cut4(f + .8 * rnorm(n)), b = cut4(.8 * f + rnorm(n)), c = cut4(.7 * f + rnorm(n)),
  x = cut4(g + .8 * rnorm(n)), y = cut4(.9 * g + rnorm(n)), z = cut4(.7 * g + rnorm(n)))
w <- round(runif(n, .4, 2.2), 3); town <- rep(1:20, each = 8)
s1 <- round(f + .6 * rnorm(n), 4); s2 <- round(.3 + f + .6 * rnorm(n), 4)
sets <- lapply(1:3, function(k) { one <- s2; one[1:40] <- round(one[1:40] + .8 * rnorm(40), 4); one })
# coefficients as functions of weights, by all pairs of people
share <- function(x, w) sapply(x, function(v) sum(w * ((x < v) + .5 * (x == v))) / sum(w))
spearman <- function(x, y, w) { m <- cov.wt(cbind(share(x, w), share(y, w)), w / sum(w), cor = TRUE)$cor; m[1, 2] }
kendall <- function(x, y, w) { W <- outer(w, w); sx <- sign(outer(x, x, "-")); sy <- sign(outer(y, y, "-"))
  sum(W * sx * sy) / sqrt(sum(W * abs(sx)) * sum(W * abs(sy))) }
anova_icc <- function(x, y, w) { # mean squares of two ratings from weighted moments with n / (n - 1)
  m <- cov.wt(cbind(x, y), w / sum(w), method = "ML"); n <- length(x); S <- m$cov * n / (n - 1)
  B <- sum(S) / 2; E <- sum(diag(S)) - B; v <- diff(m$center)^2 / 2
  c((B - E) / (B + E + 2 * (v - E / n)), (B - E) / (B + E)) }
z <- function(r) atanh(r)
design <- as.svrepdesign(svydesign(~town, weights = ~w, data = data.frame(w, town)), type = "JK1")
both <- function(w, data) c(z(spearman(d$a, d$b, w)), z(kendall(d$a, d$b, w)), z(spearman(s1, s2, w)), z(kendall(s1, s2, w)), z(anova_icc(s1, s2, w)))
jack <- withReplicates(design, both)
rep_se <- sqrt(diag(attr(jack, "var")))
# psych on repeated rows and on weights
k <- rep(1:3, length.out = n); rows <- rep(1:n, k)
repeated <- polychoric(d[rows, ], correct = 0, smooth = FALSE)
th <- lavCor(as.data.frame(lapply(d[rows, ], ordered)), output = "thresholds")
R <- cov.wt(d, w / sum(w), cor = TRUE)$cor; diag(R) <- 1
loadings <- function(R, k) { m <- fa(R, k, n.obs = n, rotate = if (k > 1) "oblimin" else "none", fm = "minres"); unclass(m$loadings) }
one <- loadings(R, 1)
# saturated moments of answers with gaps under weights
gaps <- d; gaps$b[5:30] <- NA; gaps$y[20:60] <- NA
model <- "a ~~ b + c + y\n b ~~ c + y\n c ~~ y"
sat <- cfa(paste(model, "\n a ~~ a\n b ~~ b\n c ~~ c\n y ~~ y"), cbind(gaps, w = w), missing = "ml", estimator = "MLR", sampling.weights = "w", meanstructure = TRUE, control = list(rel.tol = 1e-12))
p <- parameterEstimates(sat); p <- p[p$op == "~~", ]
# Rubin's rules of the intraclass correlations on z, with errors of equal weights from their influence (numerical)
influence <- function(f, n) sapply(1:n, function(i) { u <- rep(1, n); u[i] <- 1 + 1e-5; v <- rep(1, n); v[i] <- 1 - 1e-5; (f(u) - f(v)) / 2e-5 })
each <- lapply(sets, function(second) { f <- function(w) z(anova_icc(s1, second, w)); u <- influence(f, n)
  list(est = f(rep(1, n)), var = n / (n - 1) * rowSums(u^2)) })
q <- sapply(each, `[[`, "est"); v <- sapply(each, `[[`, "var")
total <- rowMeans(v) + (1 + 1 / 3) * apply(q, 1, var)
icc <- ICC(data.frame(s1, s2), lmer = FALSE)$results
cat(toJSON(list(versions = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey")), psych = as.character(packageVersion("psych")), lavaan = as.character(packageVersion("lavaan"))),
  data = as.list(d), w = w, town = town, s1 = s1, s2 = s2, sets = sets, times = k,
  jackknife = list(estimate = as.numeric(jack), se = as.numeric(rep_se)),
  polychoric = list(rho = repeated$rho, tau = repeated$tau[, 1:3]), lavaan_tau = as.numeric(th),
  loading = as.numeric(one), two = loadings(R, 2), kmo = KMO(R)$MSA, map = vss(R, n = 3, n.obs = n, plot = FALSE, rotate = "none")$map,
  fiml = list(lhs = p$lhs, rhs = p$rhs, est = p$est, se = p$se), gaps = list(b = 5:30, y = 20:60),
  icc = list(psych = icc$ICC[2:3], pooled = tanh(rowMeans(q)), se = sqrt(total) * (1 - tanh(rowMeans(q))^2))), digits = NA, matrix = "rowmajor"))
