# The numbers of test_composed_sizes.py.
#
#   Rscript composed_sizes.R > composed_sizes.json
#
# Made-up answers from a seed, with weights and clusters: rank tests (coin: plain), odds and risk ratios and kappa of the survey
# package, standardised differences and shares of variance computed again under its jackknife replicates
# (withReplicates), a size of three imputed sets pooled by mice's pool.scalar, and D2 written out from Li, Meng,
# Raghunathan and Rubin (1991).

suppressMessages({library(survey); library(mice)})
set.seed(20261126)
nums <- function(x) paste0("[", paste(ifelse(is.na(x), "null", format(as.numeric(x), digits = 17, trim = TRUE)), collapse = ", "), "]")
out <- character()
add <- function(key, text) out <<- c(out, paste0('  "', key, '": ', text))
add("versions", paste0('{"R": "', R.version$major, ".", R.version$minor, '", "survey": "', packageVersion("survey"), '", "mice": "', packageVersion("mice"), '"}'))

n <- 80
d <- data.frame(
  town = rep(1:10, each = 8), w = round(runif(n, .5, 2), 3), g = sample(0:1, n, TRUE), h = sample(0:2, n, TRUE),
  y = round(rnorm(n), 1), e = rbinom(n, 1, .4), f = rbinom(n, 1, .5)
)
d$y <- round(d$y + .5 * d$g + .4 * d$h, 1)
d$z <- round(d$y * .5 + rnorm(n), 1)
for (name in names(d)) add(name, nums(d[[name]]))

plan <- svydesign(id = ~town, weights = ~w, data = d)
two <- svyranktest(y ~ factor(g), plan)
add("rank_two", nums(c(two$statistic, two$parameter, two$p.value)))
three <- svyranktest(y ~ factor(h), plan)
add("rank_three", nums(c(three$statistic, three$parameter, three$p.value)))
odds <- svyglm(e ~ I(g == 0), plan, family = quasibinomial())
add("log_odds", nums(c(coef(odds)[2], SE(odds)[2])))
risks <- svyby(~e, ~g, plan, svymean, covmat = TRUE)
ratio <- svycontrast(risks, quote(log(`0` / `1`)))
add("log_risk", nums(c(coef(ratio), SE(ratio))))
angle <- svycontrast(risks, quote(2 * asin(sqrt(`0`)) - 2 * asin(sqrt(`1`))))
add("angle", nums(c(coef(angle), SE(angle))))
agree <- svykappa(~e + f, update(plan, e = factor(e), f = factor(f)))
add("kappa", nums(c(coef(agree), SE(agree))))

# the same numbers under the jackknife of clusters; n in n/(n - 1) is that of the full sample
reps <- as.svrepdesign(plan, type = "JK1")
mean_of <- function(x, w) sum(w * x) / sum(w)
var_of <- function(x, w, n = length(x)) n / (n - 1) * sum(w * (x - mean_of(x, w))^2) / sum(w)
glass <- function(w, data) {
  a <- data$g == 0; b <- data$g == 1
  (mean_of(data$y[a], w[a]) - mean_of(data$y[b], w[b])) / sqrt(var_of(data$y[b], w[b]))
}
superior <- function(w, data) { # on the logit
  a <- data$g == 0; b <- data$g == 1
  wins <- outer(data$y[a], data$y[b], function(x, y) (x > y) + .5 * (x == y))
  qlogis(sum(outer(w[a], w[b]) * wins) / (sum(w[a]) * sum(w[b])))
}
eta <- function(w, data) { # Fisher's z of the root
  fitted <- ave(seq_len(nrow(data)), data$h, FUN = function(i) mean_of(data$y[i], w[i]))
  atanh(sqrt(sum(w * (fitted - mean_of(data$y, w))^2) / sum(w * (data$y - mean_of(data$y, w))^2)))
}
ranks <- function(w, data) { # the same of population ranks, computed again under each replicate
  data$y <- sapply(data$y, function(v) sum(w * ((data$y < v) + .5 * (data$y == v))) / sum(w))
  eta(w, data)
}
rm <- function(w, data) {
  x <- data$y; y <- data$z
  v <- var_of(x - y, w); a <- var_of(x, w); b <- var_of(y, w)
  mean_of(x - y, w) / sqrt(v) * sqrt(2 * (1 - (a + b - v) / 2 / sqrt(a * b)))
}
partial <- function(w, data) { # Fisher's z of the partial correlation of y and z given g
  data$w <- w # lm looks for weights in the data first
  r <- cov.wt(cbind(resid(lm(y ~ g, data, weights = w)), resid(lm(z ~ g, data, weights = w))), w, cor = TRUE)$cor[1, 2]
  atanh(r)
}
for (name in c("glass", "superior", "eta", "ranks", "rm", "partial")) {
  found <- withReplicates(reps, function(w, data) get(name)(w, data))
  add(name, nums(c(coef(found), SE(found))))
}

# three completed sets: other answers of the first ten people
sets <- lapply(1:3, function(k) { one <- d; one$y[1:10] <- round(rnorm(10, .5), 1); one })
add("sets", paste0("[", paste(sapply(sets, function(one) nums(one$y[1:10])), collapse = ", "), "]"))
each <- sapply(sets, function(one) {
  found <- withReplicates(as.svrepdesign(svydesign(id = ~town, weights = ~w, data = one), type = "JK1"), superior)
  c(coef(found), SE(found)^2)
})
pooled <- pool.scalar(each[1, ], each[2, ], n = Inf)
add("pooled", nums(c(pooled$qbar, sqrt(pooled$t))))
chi2 <- sapply(sets, function(one) bartlett.test(one$y, one$h)$statistic)
m <- 3; k <- 2
r <- (1 + 1 / m) * var(sqrt(chi2))
F <- (mean(chi2) / k - (m + 1) / (m - 1) * r) / (1 + r)
nu <- k^(-3 / m) * (m - 1) * (1 + 1 / r)^2
add("bartlett", nums(c(F, nu, pf(F, k, nu, lower.tail = FALSE))))
wilcox <- sapply(sets, function(one) {
  test <- coin::wilcox_test(y ~ factor(g), one)
  c(coin::statistic(test), mean(rank(one$y)[one$g == 0]) - mean(rank(one$y)[one$g == 1]))
})
ranked <- pool.scalar(wilcox[2, ], (wilcox[2, ] / wilcox[1, ])^2, n = Inf)
add("wilcoxon", nums(c(ranked$qbar / sqrt(ranked$t), ranked$df)))
cat("{\n", paste(out, collapse = ",\n"), "\n}\n", sep = "")
