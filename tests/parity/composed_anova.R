# Numbers for tests/parity/test_composed_anova.py: analyses of variance under weights, replicate weights and over five
# completed sets. survey::svyglm, regTermTest, svyby and svrepdesign, emmeans, mice::pool.scalar; D1 with Reiter's degrees
# of freedom and D2 written out from their papers (checked here against mice::D1). Run from this folder:
#
#   Rscript composed_anova.R > composed_anova.json
suppressPackageStartupMessages({library(survey); library(emmeans); library(mice); library(afex); library(jsonlite)})
options(contrasts = c("contr.sum", "contr.poly"))
set.seed(20261203)
n <- 96; M <- 5
g <- factor(sample(rep(c("man", "woman", "another"), c(36, 36, 24))), levels = c("man", "woman", "another"))
h <- factor(sample(c("single", "partnered"), n, TRUE), levels = c("single", "partnered"))
age <- pmax(19, round(rnorm(n, 38, 10))); trait <- rnorm(n); town <- rep(1:16, each = 6)
effect <- rnorm(16, sd = .4)[town]; w <- round(runif(n, .5, 2.5), 4)
a <- round(3 + trait + effect + .5 * (g == "woman") + .02 * (age - 38) + rnorm(n), 3)
b <- round(3.4 + trait + .3 * (h == "single") + 1.2 * rnorm(n), 3)
c <- round(2.9 + .7 * trait + effect + .6 * rnorm(n), 3)
d <- data.frame(gr = g, h, age, town, w, a, b, c)
sets <- lapply(1:M, function(k) { one <- d; who <- 1:24
  one$a[who] <- round(one$a[who] + .8 * rnorm(24), 3); one$b[who] <- round(one$b[who] + .8 * rnorm(24), 3)
  one$age[who] <- sample(d$age[who]); one })

whole <- a ~ cage + gr * h; terms <- c("cage", "gr", "h", "gr:h")
centred <- function(one, centre) transform(one, cage = age - centre)
wald <- function(m, t) { r <- regTermTest(m, as.formula(paste("~", t))); c(F = unname(r$Ftest[1, 1]), df1 = r$df, df2 = r$ddf, p = unname(r$p[1, 1])) }
together <- function(m) { r <- lapply(terms, function(t) wald(m, t)); names(r) <- terms; lapply(r, as.list) }
means <- function(m, spec) { e <- as.data.frame(emmeans(m, spec, at = list(cage = 0))); list(mean = e$emmean, se = e$SE) }
pairs_of <- function(m) { e <- as.data.frame(pairs(emmeans(m, ~ gr, at = list(cage = 0)), adjust = "none")); list(estimate = e$estimate, se = e$SE) }

plan <- svydesign(ids = ~town, weights = ~w, data = centred(d, weighted.mean(age, w)))
jack <- as.svrepdesign(plan, type = "JK1", mse = FALSE)
weighted <- svyglm(whole, plan); replicates <- svyglm(whole, jack)
second <- list(g = wald(svyglm(a ~ cage + gr + h, plan), "gr"), h = wald(svyglm(a ~ cage + gr + h, plan), "h"))

# within: contrasts of the means of three ratings; mixed: of the cell means by g
of_contrasts <- function(L, m, V, df2) { q <- drop(L %*% m); k <- nrow(L); F <- drop(t(q) %*% solve(L %*% V %*% t(L), q)) / k
  list(F = F, df1 = k, df2 = df2, p = pf(F, k, df2, lower.tail = FALSE)) }
three <- svymean(~a + b + c, plan); D <- rbind(c(1, -1, 0), c(0, 1, -1))
within <- of_contrasts(D, coef(three), vcov(three), degf(plan))
cells <- svyby(~a + b + c, ~gr, plan, svymean, covmat = TRUE)          # coefficients: a of all g, then b, then c
G <- rbind(c(1, -1, 0), c(0, 1, -1)); V <- vcov(cells); m <- coef(cells); df <- degf(plan) - 2
mixed <- list(g = of_contrasts(kronecker(t(rep(1/3, 3)), G), m, V, df), w = of_contrasts(kronecker(D, t(rep(1/3, 3))), m, V, df),
              gw = of_contrasts(kronecker(D, G), m, V, df))
many <- list(g = of_contrasts(kronecker(diag(3), G), m, V, df))          # all three outcomes at once
shares <- svymean(~I(a > 3) + I(b > 3) + I(c > 3), plan); yes <- grepl("TRUE", names(coef(shares)))
cochran <- of_contrasts(D, coef(shares)[yes], vcov(shares)[yes, yes], degf(plan))
ranked <- as.data.frame(t(apply(d[c("a", "b", "c")], 1, rank))); names(ranked) <- c("ra", "rb", "rc")
mr <- svymean(~ra + rb + rc, update(plan, ra = ranked$ra, rb = ranked$rb, rc = ranked$rc))
friedman <- of_contrasts(D, coef(mr), vcov(mr), degf(plan))

# pooling rules
reiter <- function(k, m, r, v) { t <- k * (m - 1); a <- r * t / (t - 2); v0 <- (v + 1) / (v + 3) * v
  c0 <- 1 / (t - 4); c1 <- v0 - 2 * (1 + a); c2 <- v0 - 4 * (1 + a)
  4 + 1 / (1 / c2 + c0 * (a^2 * c1 / ((1 + a)^2 * c2)) + c0 * (8 * a^2 * c1 / ((1 + a) * c2^2) + 4 * a^2 / ((1 + a) * c2)) +
    c0 * (4 * a^2 / (c2 * c1) + 16 * a^2 * c1 / c2^3) + c0 * (8 * a^2 / c2^2)) }
D1_of <- function(Q, U, v) { k <- ncol(Q); m <- nrow(Q); q <- colMeans(Q); u <- Reduce(`+`, U) / m
  r <- (1 + 1 / m) * sum(diag(var(Q) %*% solve(u))) / k; F <- drop(t(q) %*% solve(u, q)) / (k * (1 + r)); t <- k * (m - 1)
  df2 <- if (t > 4 && is.finite(v)) reiter(k, m, r, v) else { l <- if (t > 4) 4 + (t - 4) * (1 + (1 - 2 / t) / r)^2 else
    t * (1 + 1 / k) * (1 + 1 / r)^2 / 2; min(l, v) }
  list(F = F, df1 = k, df2 = df2, p = pf(F, k, df2, lower.tail = FALSE), r = r) }
D2_of <- function(x, k) { m <- length(x); r <- (1 + 1 / m) * var(sqrt(x)); F <- (mean(x) / k - (m + 1) / (m - 1) * r) / (1 + r)
  df2 <- k^(-3 / m) * (m - 1) * (1 + 1 / r)^2; list(F = F, df1 = k, df2 = df2, p = pf(F, k, df2, lower.tail = FALSE)) }
single <- function(Q, U, v) { p <- pool.scalar(Q, U, n = v + 1, k = 1); list(estimate = p$qbar, se = sqrt(p$t), df = p$df) }
centre <- mean(sapply(sets, function(one) mean(one$age))); heavy <- mean(sapply(sets, function(one) weighted.mean(one$age, one$w)))
plain <- lapply(sets, function(one) lm(whole, centred(one, centre)))
planned <- lapply(sets, function(one) svyglm(whole, svydesign(ids = ~town, weights = ~w, data = centred(one, heavy))))
pooled <- function(fits, v) { place <- attr(model.matrix(plain[[1]]), "assign"); found <- lapply(seq_along(terms), function(t) {
  i <- which(place == t); Q <- t(sapply(fits, function(f) coef(f)[i])); if (length(i) == 1) Q <- t(Q)
  U <- lapply(fits, function(f) vcov(f)[i, i, drop = FALSE])
  if (length(i) == 1) { s <- single(Q[, 1], sapply(U, function(u) u[1, 1]), v); f <- (s$estimate / s$se)^2
    list(F = f, df1 = 1, df2 = s$df, p = pf(f, 1, s$df, lower.tail = FALSE)) } else D1_of(Q, U, v)[c("F", "df1", "df2", "p")] })
  names(found) <- terms; found }
check <- D1(as.mira(plain), as.mira(lapply(sets, function(one) lm(a ~ cage + gr + h, centred(one, centre)))), dfcom = n - 7)$result
pooled_means <- function(fits, v) { e <- lapply(fits, function(f) as.data.frame(emmeans(f, ~ gr, at = list(cage = 0), data = model.frame(f))))
  r <- lapply(1:3, function(i) single(sapply(e, function(x) x$emmean[i]), sapply(e, function(x) x$SE[i]^2), v))
  list(mean = sapply(r, `[[`, "estimate"), se = sapply(r, `[[`, "se"), df = sapply(r, `[[`, "df")) }
# criteria of several outcomes and rank tests, by D2
criteria <- lapply(c("Pillai", "Wilks"), function(t) { s <- lapply(sets, function(one) summary(manova(cbind(a, b, c) ~ gr, one), test = t)$stats[1, ])
  D2_of(sapply(s, function(x) x["approx F"] * x["num Df"]), unname(s[[1]]["num Df"])) }); names(criteria) <- c("Pillai", "Wilks")
fried <- D2_of(sapply(sets, function(one) friedman.test(as.matrix(one[c("a", "b", "c")]))$statistic), 2)
Q_of <- function(x) { k <- ncol(x); C <- colSums(x); R <- rowSums(x); (k - 1) * (k * sum(C^2) - sum(C)^2) / (k * sum(R) - sum(R^2)) }
cochran_pooled <- D2_of(sapply(sets, function(one) Q_of(1 * (as.matrix(one[c("a", "b", "c")]) > 3))), 2)
signed <- D2_of(sapply(sets, function(one) qnorm(wilcox.test(one$a, one$b, paired = TRUE, exact = FALSE)$p.value / 2)^2), 1)
long <- reshape(cbind(id = 1:n, d), direction = "long", varying = c("a", "b", "c"), v.names = "y", timevar = "when", idvar = "id")
long$when <- factor(long$when)
ges <- suppressMessages(aov_ez("id", "y", long, within = "when", anova_table = list(es = "ges", correction = "none")))$anova_table$ges
cat(toJSON(list(
  versions = c(list(R = as.character(getRversion())), sapply(c("survey", "emmeans", "mice", "afex"), function(p) as.character(packageVersion(p)), simplify = FALSE)),
  data = as.list(d), sets = lapply(sets, function(one) as.list(one[c("a", "b", "age")])),
  weighted = together(weighted), weighted_means = means(weighted, ~ gr), weighted_pairs = pairs_of(weighted), second = lapply(second, as.list),
  replicates = together(replicates), within = within, mixed = mixed, many = many, cochran = cochran, friedman = friedman,
  pooled = pooled(plain, n - 7), pooled_means = pooled_means(plain, n - 7), check = list(F = check[1, 1], df1 = check[1, 2], df2 = check[1, 3]),
  both = pooled(planned, degf(plan) - 6), both_means = pooled_means(planned, degf(plan) - 6),
  criteria = criteria, pooled_friedman = fried, pooled_cochran = cochran_pooled, signed = signed, ges = ges), digits = NA, auto_unbox = TRUE))
