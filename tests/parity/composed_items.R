# Weighted graded responses, differential item functioning, latent classes, regression with gaps and pooled groups.
#   Rscript tests/parity/composed_items.R > tests/parity/composed_items.json
# Likelihoods are written out here and climbed by optim; sandwiches are those of svyrecvar: cluster sums of the scores
# times the inverse information, centred, with n / (n - 1).
suppressMessages({library(survey); library(metafor); library(jsonlite)})
RNGversion("4.0.0"); set.seed(20261126)

n <- 300; clusters <- rep(1:30, each = 10)
w <- round(runif(n, 0.4, 2.2), 3); w <- w / mean(w)
trait <- rnorm(n) + rep(rnorm(30, sd = 0.4), each = 10)
group <- rbinom(n, 1, 0.5)
cut3 <- function(x) as.integer(x > -0.7) + as.integer(x > 0.8)
items <- sapply(c(1.2, 1.6, 0.9, 2.0), function(a) cut3((a * trait + rlogis(n)) / (1 + a / 2)))
items[, 1] <- cut3((1.2 * trait + 0.8 * group + rlogis(n)) / 1.6)

gradient <- function(f, x) {                      # (n, p) central differences of a vector of log-likelihoods
  sapply(seq_along(x), function(k) { h <- 1e-5; e <- replace(numeric(length(x)), k, h); (f(x + e) - f(x - e)) / (2 * h) })
}
hessian <- function(f, x) {                       # of a sum
  p <- length(x); H <- matrix(0, p, p)
  for (k in 1:p) { h <- 1e-4; e <- replace(numeric(p), k, h); H[, k] <- (colSums(w * gradient(f, x + e)) - colSums(w * gradient(f, x - e))) / (2 * h) }
  (H + t(H)) / 2
}
plan <- function(U) {                             # linearised covariance of 30 clusters
  Z <- rowsum(U, clusters); Z <- sweep(Z, 2, colMeans(Z)); crossprod(Z) * 30 / 29
}
pseudo <- function(f, start) {
  best <- optim(start, function(x) -sum(w * f(x)), method = "BFGS", control = list(reltol = 1e-12, maxit = 5000))$par
  for (turn in 1:15) best <- best - as.vector(solve(hessian(f, best), colSums(w * gradient(f, best))))
  U <- (w * gradient(f, best)) %*% solve(-hessian(f, best))
  list(estimate = best, covariance = plan(U), value = sum(w * f(best)))
}

# graded response model, N(0, 1) on 61 points
theta <- seq(-6, 6, length.out = 61); prior <- dnorm(theta); prior <- prior / sum(prior)
graded <- function(x) {
  total <- matrix(log(prior), n, 61, byrow = TRUE)
  for (item in 1:4) {
    a <- x[3 * item - 2]; d <- x[c(3 * item - 1, 3 * item)]
    above <- rbind(1, plogis(d[1] + a * theta), plogis(d[2] + a * theta), 0)
    total <- total + log(above[1:3, ] - above[2:4, ])[items[, item] + 1, ]
  }
  top <- apply(total, 1, max); top + log(rowSums(exp(total - top)))
}
grm <- pseudo(graded, rep(c(1.2, 1, -1), 4))
slopes <- grm$estimate[c(1, 4, 7, 10)]
J <- matrix(0, 8, 12)
b <- numeric(8)
for (item in 1:4) for (c in 1:2) {
  a <- slopes[item]; d <- grm$estimate[3 * item - 2 + c]; at <- 2 * item - 2 + c
  b[at] <- -d / a; J[at, 3 * item - 2] <- d / a^2; J[at, 3 * item - 2 + c] <- -1 / a
}

# differential item functioning of the first item, matched on the mean of the others
rest <- rowMeans(items[, -1]); center <- weighted.mean(rest, w)
z <- (rest - center) / sqrt(weighted.mean((rest - center)^2, w))
frame <- data.frame(y = factor(items[, 1]), z, group, zg = z * group, clusters, w)
design <- svydesign(~clusters, weights = ~w, data = frame)
wald <- function(fit, names) { b <- coef(fit)[names]; V <- vcov(fit)[names, names, drop = FALSE]; as.numeric(b %*% solve(V, b)) / length(names) }
uniform <- svyolr(y ~ z + group, design); full <- svyolr(y ~ z + group + zg, design)
dif <- list(uniform = wald(uniform, "group"), non_uniform = wald(full, "zg"), total = wald(full, c("group", "zg")))
deviances <- c(svyolr(y ~ z, design)$deviance, uniform$deviance, full$deviance)
share <- tapply(w, items[, 1], sum) / sum(w); null <- -2 * sum(w) * sum(share * log(share))
nagelkerke <- (1 - exp((deviances - null) / sum(w))) / (1 - exp(-null / sum(w)))

# two latent classes of four yes/no answers
yes <- matrix(as.integer(items > 0), n)
classes <- function(x) {
  p <- plogis(matrix(x[2:9], 4)); share <- plogis(x[1])
  one <- yes %*% log(p[, 1]) + (1 - yes) %*% log(1 - p[, 1]); two <- yes %*% log(p[, 2]) + (1 - yes) %*% log(1 - p[, 2])
  as.vector(log(share * exp(one) + (1 - share) * exp(two)))
}
lca <- pseudo(classes, c(0.3, rep(1.2, 4), rep(-1.2, 4)))
chance <- plogis(lca$estimate); slope <- chance * (1 - chance)

# regression from all answers
y <- 0.5 * trait + rnorm(n); x1 <- 0.6 * trait + rnorm(n); x2 <- rnorm(n) + 0.3 * y
y[runif(n) < 0.2] <- NA; x1[runif(n) < plogis(-2 + 0.6 * x2)] <- NA
V3 <- cbind(y, x1, x2)
normal <- function(x) {
  mu <- x[1:3]; L <- matrix(0, 3, 3); L[lower.tri(L, TRUE)] <- x[4:9]; S <- L %*% t(L)
  sapply(1:n, function(i) { o <- !is.na(V3[i, ]); d <- V3[i, o] - mu[o]; K <- S[o, o, drop = FALSE]
    -0.5 * (sum(o) * log(2 * pi) + log(det(K)) + sum(d * solve(K, d))) })
}
moments <- pseudo(normal, c(0, 0, 0, 1, 0.3, 0.3, 1, 0.1, 1))
regression <- function(x) { L <- matrix(0, 3, 3); L[lower.tri(L, TRUE)] <- x[4:9]; S <- L %*% t(L)
  b <- solve(S[-1, -1], S[-1, 1]); c(x[1] - sum(b * x[2:3]), b, 1 - (S[1, 1] - sum(b * S[-1, 1])) / S[1, 1]) }
G <- sapply(1:9, function(k) { e <- replace(numeric(9), k, 1e-5); (regression(moments$estimate + e) - regression(moments$estimate - e)) / 2e-5 })

# shares of three countries (whole clusters), pooled
country <- rep(rep(c("north", "middle", "south"), each = 10), length.out = 30)[clusters]
country <- c("north", "middle", "south")[(clusters - 1) %/% 10 + 1]
event <- rbinom(n, 1, plogis(-0.4 + 0.5 * (country == "south")))
by <- svyby(~event, ~country, svydesign(~clusters, weights = ~w, data = data.frame(event, country, clusters, w)), svymean)
p <- by$event; v <- (SE(by) / (p * (1 - p)))^2
pooled <- rma(qlogis(p), v, method = "REML", test = "knha", control = list(threshold = 1e-12, maxiter = 1000))

cat(toJSON(list(
  versions = list(R = R.version.string, survey = as.character(packageVersion("survey")), metafor = as.character(packageVersion("metafor"))),
  weights = w, items = items, group = group, event = event, V = V3,
  graded = list(slopes = slopes, slope_errors = sqrt(diag(grm$covariance))[c(1, 4, 7, 10)], difficulties = b,
                difficulty_errors = sqrt(diag(J %*% grm$covariance %*% t(J)))),
  dif = c(dif, list(nagelkerke = diff(nagelkerke), nagelkerke_total = nagelkerke[3] - nagelkerke[1])),
  classes = list(value = lca$value, share = chance[1], share_error = slope[1] * sqrt(lca$covariance[1, 1]),
                 probability = matrix(chance[2:9], 4), errors = matrix(slope[2:9] * sqrt(diag(lca$covariance))[2:9], 4)),
  fiml = list(estimate = regression(moments$estimate), errors = sqrt(diag(G %*% moments$covariance %*% t(G)))),
  meta = list(country = as.character(by$country), share = p, error = SE(by), pooled = plogis(as.numeric(pooled$beta)),
              low = plogis(pooled$ci.lb), high = plogis(pooled$ci.ub), tau_squared = pooled$tau2)
), digits = 12, auto_unbox = TRUE, pretty = FALSE, na = "null"))
cat("\n")
