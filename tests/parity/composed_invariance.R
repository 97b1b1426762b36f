# Numbers for tests/parity/test_composed_invariance.py: invariance by lavaan under sampling weights, and on weighted or pooled
# moments with their covariance (NACOV), as lavaan.survey and two-stage multiple imputation have it; the covariances by
# survey, pooling by Rubin's rules written out. Run from this folder: Rscript composed_invariance.R > composed_invariance.json
suppressPackageStartupMessages({library(lavaan); library(survey); library(jsonlite)})
set.seed(20261126)
n <- 320; g <- rep(1:2, c(170, 150)); f <- rnorm(n) * ifelse(g == 2, 1.2, 1) + .3 * (g == 2); items <- c("a", "b", "c", "e")
d <- data.frame(a = f + rnorm(n), b = .8 * f + rnorm(n), c = .6 * f + rexp(n) + .25 * (g == 2), e = .9 * f + rnorm(n))
d <- round(d, 6); w <- runif(n, .4, 2.2)
for (k in 1:2) w[g == k] <- w[g == k] / sum(w[g == k]) * sum(g == k)   # lavaan counts groups by people, not by weights
cluster <- c(rep(1:34, each = 5), 34 + rep(1:30, each = 5))
tight <- list(rel.tol = 1e-10)
model <- "f =~ a + b + c + e"
steps <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"))
told <- function(m, means = FALSE) { q <- fitMeasures(m, c("chisq", "df", "chisq.scaled", "cfi.robust", "rmsea.robust", "srmr"))
  c(as.list(q), if (means) { p <- parameterEstimates(m); p <- p[p$lhs == "f" & p$op == "~1" & p$group == 2, ]; list(mean = p$est, se = p$se) }) }
climbed <- function(run, method = "satorra.bentler.2001") { fits <- lapply(steps, run)
  tests <- lapply(2:3, function(k) { t <- lavTestLRT(fits[[k - 1]], fits[[k]], method = method); list(chi = t[2, "Chisq diff"], df = t[2, "Df diff"]) })
  list(steps = list(told(fits[[1]]), told(fits[[2]]), told(fits[[3]], TRUE)), tests = tests) }
# sampling weights, MLR
weighted <- climbed(function(equal) cfa(model, cbind(d, g = g, w = w), estimator = "MLR", group = "g", sampling.weights = "w",
  std.lv = TRUE, group.equal = equal, control = tight))
# moments and their covariance; the influence of a person on a covariance is (y - m)(y - m)' - S
vech <- function(S) S[lower.tri(S, TRUE)]
moments <- function(y, w) { w <- w / sum(w); m <- colSums(w * y); z <- sweep(as.matrix(y), 2, m); S <- t(z) %*% (w * z)
  list(m = m, S = S, u = cbind(z, t(apply(z, 1, function(r) vech(r %o% r))) - rep(vech(S), each = nrow(z)))) }
given <- function(parts, gammas) climbed(function(equal) cfa(model, sample.cov = lapply(parts, `[[`, "S"),
  sample.mean = lapply(parts, `[[`, "m"), sample.nobs = as.list(as.numeric(table(g))), sample.cov.rescale = FALSE,
  NACOV = gammas, estimator = "MLM", std.lv = TRUE, group.equal = equal, control = tight))
within <- function(y, w, ids) lapply(1:2, function(k) { own <- moments(y[g == k, ], w[g == k]); frame <- data.frame(own$u)
  plan <- svydesign(ids, data = cbind(frame, cluster = cluster[g == k]), weights = w[g == k])
  list(moments = own, V = unclass(vcov(svymean(reformulate(names(frame)), plan)))) })
byhand <- within(d, w, ~cluster)
clustered <- given(lapply(byhand, `[[`, "moments"), lapply(1:2, function(k) byhand[[k]]$V * sum(g == k)))
# three completed sets, pooled by Rubin's rules: means, covariances and their total covariance
sets <- lapply(1:3, function(k) { one <- d; one$c[c(1:40, 171:215)] <- round(one$c[c(1:40, 171:215)] + .8 * rnorm(85), 6); one })
each <- lapply(sets, function(one) lapply(1:2, function(k) moments(one[g == k, ], rep(1, sum(g == k)))))
total <- lapply(1:2, function(k) { q <- sapply(each, function(s) c(s[[k]]$m, vech(s[[k]]$S)))
  U <- Reduce(`+`, lapply(each, function(s) crossprod(s[[k]]$u) / sum(g == k)^2)) / 3
  list(S = Reduce(`+`, lapply(each, function(s) s[[k]]$S)) / 3, m = rowMeans(q[1:4, ]), V = U + (1 + 1 / 3) * cov(t(q))) })
pooled <- given(total, lapply(1:2, function(k) total[[k]]$V * sum(g == k)))
# ordinal items under sampling weights
o <- as.data.frame(lapply(d, function(x) as.integer(cut(x - median(x), c(-Inf, -.8, .1, .9, Inf)))))
ordinal <- cfa(model, cbind(o, g = g, w = w), ordered = items, estimator = "WLSMV", group = "g", sampling.weights = "w",
  parameterization = "theta", std.lv = TRUE, control = tight)
gamma <- lavInspect(ordinal, "gamma"); stat <- lavInspect(ordinal, "sampstat")
# two waves in one group, MLR
wave <- data.frame(p1 = d$a, q1 = d$b, r1 = d$c, p2 = round(.6 * d$a + rnorm(n) + .2, 6), q2 = round(.5 * f + rnorm(n), 6), r2 = round(.4 * f + rnorm(n) + .1, 6))
longitudinal <- "one =~ l1*p1 + l2*q1 + l3*r1\n two =~ l1*p2 + l2*q2 + l3*r2\n one ~~ 1*one\n two ~~ NA*two\n one ~ 0*1\n two ~ NA*1
  p1 ~ i1*1\n p2 ~ i1*1\n q1 ~ i2*1\n q2 ~ i2*1\n r1 ~ i3*1\n r2 ~ i3*1\n p1 ~~ p2\n q1 ~~ q2\n r1 ~~ r2"
metric <- gsub("two ~ NA*1", "two ~ 0*1", gsub("i[123]\\*1", "1", longitudinal), fixed = TRUE)
waves <- lapply(list(metric, longitudinal), function(m) lavaan(sub("l1*p1", "NA*p1 + l1*p1", m, fixed = TRUE), cbind(wave, w = w),
  estimator = "MLR", sampling.weights = "w", auto.var = TRUE, auto.cov.lv.x = TRUE, control = tight))
two <- parameterEstimates(waves[[2]]); two <- two[two$lhs == "two" & two$op == "~1", ]
test <- lavTestLRT(waves[[1]], waves[[2]], method = "satorra.bentler.2001")
# latent change of scores, of everybody and with gaps (where a saturated model has the moments of all answers)
gaps <- wave[, c("p1", "p2")]; gaps$p2[seq(3, n, 4)] <- NA
syntax <- "p1 ~~ p1\n p1 ~ 1\n d =~ 1*p2\n p2 ~ 1*p1\n p2 ~~ 0*p2\n p2 ~ 0*1\n d ~~ d\n d ~ 1\n d ~~ p1"
changed <- function(data, ...) { p <- parameterEstimates(sem(syntax, cbind(data, w = w), estimator = "MLR", sampling.weights = "w", control = tight, ...))
  p <- p[p$lhs == "d" & (p$op == "~1" | (p$op == "~~" & p$rhs == "d")), ]; p <- p[order(p$op), ]; list(est = p$est, se = p$se) }
# ordinal items given predictors: first-stage numbers with their covariance, and latent change
given <- cbind(o, x1 = wave$p2, x2 = wave$r2, w = w)
first <- function(...) { m <- sem("f =~ a + b + c + e\n f ~ x1 + x2", given, ordered = items, estimator = "WLSMV", parameterization = "theta", std.lv = TRUE, ...)
  s <- lavInspect(m, "sampstat"); list(th = as.numeric(s$res.th), slopes = unclass(s$res.slopes), cov = s$res.cov[lower.tri(s$res.cov)], gamma = diag(lavInspect(m, "gamma"))) }
size <- 600; x1 <- rexp(size); x2 <- rbinom(size, 1, .4); x1 <- round(x1 - mean(x1), 6); x2 <- x2 - mean(x2)
level <- .5 * x1 - .4 * x2 + rnorm(size); later <- level + .3 + .35 * x1 + .5 * x2 + .7 * rnorm(size); own <- matrix(.5 * rnorm(3 * size), size)
answered <- function(f) sapply(1:3, function(k) as.integer(cut(c(1, .8, .9)[k] * f + own[, k] + rnorm(size), c(-Inf, -.9, .3, 1.4, Inf))))
pair <- data.frame(answered(level), answered(later), x1 = x1, x2 = x2); names(pair)[1:6] <- c("p1", "q1", "r1", "p2", "q2", "r2")
threshold <- function(v) paste0(v, 1:2, " | ", v, "1*t1 + ", v, "2*t2 + ", v, "3*t3", collapse = "\n")
latent <- sem(paste(c("one =~ 1*p1 + l2*q1 + l3*r1\n two =~ 1*p2 + l2*q2 + l3*r2\n d =~ 1*two\n two ~ 1*one\n two ~~ 0*two\n two ~ 0*1\n one ~ 0*1
  d ~ 1\n one ~~ d\n one ~ x1 + x2\n d ~ x1 + x2\n p1 ~~ p2\n q1 ~~ q2\n r1 ~~ r2\n p1 ~~ 1*p1\n q1 ~~ 1*q1\n r1 ~~ 1*r1
  p2 ~~ NA*p2\n q2 ~~ NA*q2\n r2 ~~ NA*r2", sapply(c("p", "q", "r"), threshold)), collapse = "\n"), pair, ordered = names(pair)[1:6], estimator = "WLSMV",
  parameterization = "theta", control = tight)
le <- parameterEstimates(latent); le <- le[(le$lhs %in% c("one", "d") & le$op == "~") | (le$lhs == "d" & le$op == "~1"), ]
cat(toJSON(list(versions = list(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan")),
    survey = as.character(packageVersion("survey"))),
  data = as.list(d), ordinal_data = as.list(o), group = g, w = w, cluster = cluster, c = lapply(sets, `[[`, "c"), wave = as.list(wave),
  weighted = weighted, clustered = clustered, pooled = pooled,
  ordinal = list(th = lapply(stat, function(s) as.numeric(s$th)), cov = lapply(stat, function(s) vech(unclass(s$cov))), gamma = lapply(gamma, function(x) diag(x)),
    fit = as.list(fitMeasures(ordinal, c("chisq", "df", "chisq.scaled")))),
  waves = list(metric = told(waves[[1]]), scalar = told(waves[[2]]), mean = two$est, se = two$se, chi = test[2, "Chisq diff"], df = test[2, "Df diff"]),
  given = list(x = as.list(given[c("x1", "x2")]), plain = first(), weighted = first(sampling.weights = "w")),
  pair = list(data = as.list(pair), lhs = le$lhs, op = le$op, rhs = le$rhs, est = le$est, se = le$se, fit = as.list(fitMeasures(latent, c("df", "chisq.scaled")))),
  change = list(whole = changed(wave), gaps = changed(gaps, missing = "ml"))),
  digits = NA, auto_unbox = TRUE))
