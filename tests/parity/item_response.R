# Writes item_response.json: a graded response model, person fit and differential item functioning, each from its formula.
# Base R, with MASS and ordinal for the ordinal logits and psych for the classic five-item test. Run it here:
#   Rscript item_response.R > item_response.json
# Neither mirt nor ltm is used: the marginal likelihood is written out and maximised by optim (61 points from -6 to 6).
suppressPackageStartupMessages({library(MASS); library(ordinal)})
num <- function(x) { x <- as.vector(x); paste0("[", paste(ifelse(is.na(x), "null", sprintf("%.15g", x)), collapse = ", "), "]") }
out <- list()
keep <- function(name, ...) { v <- list(...); out[[name]] <<- paste0("{", paste(sprintf("\"%s\": %s", names(v), sapply(v, function(x) if (is.character(x)) sprintf("\"%s\"", x) else num(x))), collapse = ",\n  "), "}") }

theta <- seq(-6, 6, length.out = 61); w <- dnorm(theta); w <- w / sum(w)
unpack <- function(z, K) { at <- 0; lapply(K, function(k) { p <- z[at + 1:k]; at <<- at + k; list(a = p[1], d = p[-1]) }) }
above <- function(item, t) rbind(1, plogis(outer(item$d, item$a * t, "+")), 0)
prob <- function(item, t) { A <- above(item, t); pmax(A[-nrow(A), , drop = FALSE] - A[-1, , drop = FALSE], 1e-300) }
slope <- function(item, t) { A <- above(item, t); S <- item$a * A * (1 - A); S[-nrow(S), , drop = FALSE] - S[-1, , drop = FALSE] }
each <- function(items, x) { L <- matrix(0, nrow(x), length(theta))
  for (j in seq_along(items)) { lp <- log(prob(items[[j]], theta)); has <- !is.na(x[, j]); L[has, ] <- L[has, ] + lp[x[has, j] + 1, ] }
  L }
marginal <- function(z, K, x, n) { items <- unpack(z, K); if (any(sapply(items, function(i) any(diff(i$d) >= 0)))) return(1e10)
  L <- each(items, x); top <- apply(L, 1, max); -sum(n * (log(drop(exp(L - top) %*% w)) + top)) }
grad <- function(z, ...) sapply(seq_along(z), function(j) { e <- replace(0 * z, j, 1e-4); (8 * (marginal(z + e / 2, ...) - marginal(z - e / 2, ...)) - (marginal(z + e, ...) - marginal(z - e, ...))) / (6e-4) })
graded <- function(x, n = rep(1, nrow(x))) { K <- apply(x, 2, max, na.rm = TRUE) + 1
  start <- unlist(lapply(seq_along(K), function(j) { s <- sapply(1:(K[j] - 1), function(c) weighted.mean(x[, j] >= c, n, na.rm = TRUE)); c(1, qlogis(s) * 1.2) }))
  f <- optim(start, marginal, grad, K = K, x = x, n = n, method = "BFGS", control = list(maxit = 1000, reltol = 1e-15))
  z <- f$par
  for (turn in 1:3) { H <- optimHess(z, marginal, grad, K = K, x = x, n = n); z <- z - solve(H, grad(z, K = K, x = x, n = n)) }
  list(z = z, items = unpack(z, K), se = sqrt(diag(solve(H))), ll = -marginal(z, K, x, n)) }
info <- function(item, t) colSums(slope(item, t)^2 / prob(item, t))

# Answers drawn once from a graded model: five items of four answers, gaps in two of them, two groups; item 4 is easier in
# the second group.
set.seed(20261126); n <- 500
a <- c(1.2, 1.8, 0.9, 1.5, 2.2); b <- rbind(c(-1.2, 0, 1.1), c(-0.8, 0.3, 1.4), c(-1.5, -0.2, 1), c(-1, 0.2, 0.9), c(-0.6, 0.5, 1.6))
group <- rep(0:1, each = n / 2); t <- rnorm(n); x <- matrix(0, n, 5)
for (j in 1:5) { u <- runif(n); for (c in 1:3) x[, j] <- x[, j] + (u < plogis(a[j] * (t - b[j, c] + 0.7 * (j == 4) * group))) }
full <- x; x[sample(n, 40), 2] <- NA; x[sample(n, 60), 5] <- NA
coded <- function(m) paste(apply(m, 1, function(r) paste(ifelse(is.na(r), ".", r), collapse = "")), collapse = " ")

f <- graded(x)
at <- seq(-3, 3, 0.5); I <- sapply(f$items, info, t = at)
L <- each(f$items, x); P <- exp(L - apply(L, 1, max)) * rep(w, each = n); P <- P / rowSums(P)
eap <- drop(P %*% theta); sd <- sqrt(drop(P %*% theta^2) - eap^2)
v <- mean((eap - mean(eap))^2)
keep("graded", answers = coded(x), parameters = f$z, std_errors = f$se, log_likelihood = f$ll, item_information = I, test_information = rowSums(I), eap = eap[1:40], eap_sd = sd[1:40], reliability = v / (v + mean(sd^2)))

# Classic five items, right or wrong (LSAT, section 7): with two answers the graded model is the two-parameter logistic.
for (set in c("lsat6", "lsat7")) { y <- getExportedValue("psych", set); p <- apply(y, 1, paste, collapse = ""); counts <- table(p)
  g <- graded(t(sapply(strsplit(names(counts), ""), as.numeric)), as.vector(counts))
  keep(set, patterns = paste(names(counts), collapse = " "), counts = as.vector(counts), parameters = g$z, std_errors = g$se, log_likelihood = g$ll) }

# lz* of Snijders (2001) in the form of Sinharay (2016) for ordered answers: trait by its posterior mode under N(0, 1), so
# that r0 = -mode; respondents in turn, each from its own answers.
lz <- function(items, r) { has <- which(!is.na(r))
  score <- function(t) -t + sum(sapply(has, function(j) slope(items[[j]], t)[r[j] + 1] / prob(items[[j]], t)[r[j] + 1]))
  m <- uniroot(score, c(-8, 8), tol = 1e-13)$root
  W <- sum(sapply(has, function(j) { p <- prob(items[[j]], m)[, 1]; log(p[r[j] + 1]) - sum(p * log(p)) }))
  up <- sum(sapply(has, function(j) sum(slope(items[[j]], m)[, 1] * log(prob(items[[j]], m)[, 1]))))
  down <- sum(sapply(has, function(j) info(items[[j]], m)))
  c <- up / down
  V <- sum(sapply(has, function(j) { p <- prob(items[[j]], m)[, 1]; k <- log(p) - c * slope(items[[j]], m)[, 1] / p; sum(p * k^2) - sum(p * k)^2 }))
  (W + c * -m) / sqrt(V) }
keep("person_fit", lz_star = sapply(1:60, function(i) lz(f$items, x[i, ])))

# Normed Guttman errors (Molenaar 1991; Emons 2008): pairs of item steps, the easier not taken and the harder taken, over
# the most that any pattern with the same sum has, found by going through all 4^5 patterns.
easy <- unlist(lapply(1:5, function(j) sapply(1:3, function(c) mean(full[, j] >= c))))
errors <- function(r) { taken <- unlist(lapply(1:5, function(j) r[j] >= 1:3)); o <- taken[order(-easy)]; sum(vapply(which(o), function(k) sum(!o[seq_len(k)]), 0)) }
all <- as.matrix(expand.grid(rep(list(0:3), 5))); E <- apply(all, 1, errors); S <- rowSums(all)
most <- tapply(E, S, max)
mine <- apply(full, 1, errors); limit <- most[as.character(rowSums(full))]
keep("guttman", answers = coded(full), errors = mine, normed = ifelse(limit > 0, mine / limit, NA))

# Differential item functioning: three nested ordinal logits for each item, matched on the mean of the other items
# (Zumbo 1999), by MASS::polr and once more by ordinal::clm.
loglik <- function(y, X) { y <- ordered(y); m <- polr(y ~ X, method = "logistic", control = list(reltol = 1e-15, maxit = 1000)); list(ll = as.numeric(logLik(m)), b = coef(m)[1]) }
dif <- sapply(1:5, function(j) { y <- full[, j]; z <- rowMeans(full[, -j]); z <- (z - mean(z)) / sqrt(mean((z - mean(z))^2))
  m1 <- loglik(y, cbind(z)); m2 <- loglik(y, cbind(z, group)); m3 <- loglik(y, cbind(z, group, z * group))
  c3 <- clm(ordered(y) ~ z * group, control = clm.control(gradTol = 1e-10)); stopifnot(abs(logLik(c3) - m3$ll) < 1e-7)
  k <- table(y); l0 <- sum(k * log(k / n)); N <- function(l) (1 - exp(2 * (l0 - l) / n)) / (1 - exp(2 * l0 / n)); M <- function(l) 1 - l / l0
  l <- c(m1$ll, m2$ll, as.numeric(logLik(c3))); pair <- function(f) c(f(l[2]) - f(l[1]), f(l[3]) - f(l[2]), f(l[3]) - f(l[1]))
  chi <- 2 * pair(identity); c(chi, pchisq(chi, c(1, 1, 2), lower.tail = FALSE), pair(N), pair(M), abs((m2$b - m1$b) / m1$b)) })
keep("dif", group = group, chi_squared = dif[1:3, ], p = dif[4:6, ], nagelkerke = dif[7:9, ], mcfadden = dif[10:12, ], beta_change = dif[13, ])
cat("{\n", paste(sprintf("\"%s\": %s", names(out), unlist(out)), collapse = ",\n"), "\n}\n", sep = "")
