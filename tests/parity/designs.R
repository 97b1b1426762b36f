# The numbers of test_designs.py.
#
#   Rscript designs.R > designs.json
#
# Made-up numbers from a seed; every method is written out here from its paper, with base R and car: equivalence of two
# proportions (Wilson limits of prop.test; maximum likelihood under a difference by optimize), the aligned rank transform
# (Wobbrock et al., 2011: cell residuals plus the estimated effect, ranks, car::Anova of type III), Gwet's AC1 and its
# variance (2008), Krippendorff's alpha from the pairs of values themselves, step-down maxima (Romano & Wolf, 2016),
# p.adjust, and Bonferroni intervals.

suppressMessages(library(car))
options(contrasts = c("contr.sum", "contr.poly"))
set.seed(20261126)
nums <- function(x) paste0("[", paste(ifelse(is.na(x), "null", format(x, digits = 17, trim = TRUE)), collapse = ", "), "]")
rows <- function(m) paste0("[", paste(apply(m, 1, nums), collapse = ", "), "]")
words <- function(x) paste0('["', paste(x, collapse = '", "'), '"]')
out <- character()
add <- function(key, text) out <<- c(out, paste0('  "', key, '": ', text))
add("versions", paste0('{"R": "', R.version$major, ".", R.version$minor, '", "car": "', packageVersion("car"), '"}'))

# equivalence of proportions: events and people of both groups, then both bounds
cases <- list(c(56, 70, 48, 80, -.1, .35), c(9, 10, 8, 10, -.4, .5), c(0, 30, 1, 25, -.15, .15), c(118, 400, 122, 390, -.08, .08))
wilson <- function(x, n, level) suppressWarnings(as.numeric(prop.test(x, n, conf.level = level, correct = FALSE)$conf.int))
newcombe <- function(x1, n1, x2, n2, level) {
  p <- x1 / n1; q <- x2 / n2; a <- wilson(x1, n1, level); b <- wilson(x2, n2, level)
  c(p - q - sqrt((p - a[1])^2 + (b[2] - q)^2), p - q + sqrt((a[2] - p)^2 + (q - b[1])^2))
}
part <- function(x, p) ifelse(x == 0, 0, x * log(p))
variance <- function(d, x1, n1, x2, n2, factor) {
  l <- function(q) part(x1, q + d) + part(n1 - x1, 1 - q - d) + part(x2, q) + part(n2 - x2, 1 - q)
  ends <- c(max(0, -d), min(1, 1 - d))
  q <- optimize(l, ends, maximum = TRUE, tol = 1e-14)$maximum
  at <- c(q, ends + c(1e-15, -1e-15)); q <- at[which.max(l(at))]
  ((q + d) * (1 - q - d) / n1 + q * (1 - q) / n2) * factor
}
score <- function(d, x1, n1, x2, n2, factor) (x1 / n1 - x2 / n2 - d) / sqrt(variance(d, x1, n1, x2, n2, factor))
for (i in seq_along(cases)) {
  v <- cases[[i]]; x1 <- v[1]; n1 <- v[2]; x2 <- v[3]; n2 <- v[4]; est <- x1 / n1 - x2 / n2
  fit <- function(name, factor) {
    f <- function(d, z) score(d, x1, n1, x2, n2, factor) - z
    z <- qnorm(.95)
    low <- uniroot(f, c(-.9999, est - 1e-6), z = z, tol = 1e-12)$root
    high <- uniroot(f, c(est + 1e-6, .9999), z = -z, tol = 1e-12)$root
    add(paste0(name, "_", i), nums(c(pnorm(f(v[5], 0), lower.tail = FALSE), pnorm(f(v[6], 0)), low, high)))
  }
  fit("farrington_manning", 1)
  fit("miettinen_nurminen", (n1 + n2) / (n1 + n2 - 1))
  by <- function(bound, side) {
    alpha <- uniroot(function(a) newcombe(x1, n1, x2, n2, 1 - 2 * a)[side] - bound, c(1e-9, .49999), tol = 1e-14)$root
    alpha
  }
  add(paste0("newcombe_", i), nums(c(by(v[5], 1), by(v[6], 2), newcombe(x1, n1, x2, n2, .9))))
}
add("cases", rows(do.call(rbind, cases)))

# aligned ranks: unequal groups between, then three occasions within
n <- 60
g <- factor(sample(c("man", "woman", "another"), n, TRUE, c(.4, .4, .2)), levels = c("man", "woman", "another"))
h <- factor(sample(c("single", "partnered"), n, TRUE), levels = c("single", "partnered"))
y <- round(rexp(n) + .5 * (g == "woman") + .4 * (h == "single") * (g == "man"), 2)
# the means by which effects are estimated are those of all responses at the levels, as ARTool has them
main <- function(f) ave(y, f) - mean(y)
effects <- list(g = main(g), h = main(h), "g:h" = ave(y, g, h) - ave(y, g) - ave(y, h) + mean(y))
residual <- y - ave(y, g, h)
stat <- function(term) {
  r <- rank(round(residual + effects[[term]], 12))
  a <- Anova(lm(r ~ g * h), type = 3)
  c(a[term, "F value"], a[term, "Df"], a["Residuals", "Df"], a[term, "Pr(>F)"])
}
add("art_g", words(g)); add("art_h", words(h)); add("art_y", nums(y))
add("art", rows(t(sapply(names(effects), stat))))
w <- cbind(a = round(rexp(n), 2), b = round(rexp(n) + .3, 2), c = round(rexp(n) + .5 * (h == "single"), 2))
cell <- function(j) ave(w[, j], h)
cells <- sapply(1:3, cell)
by_w <- matrix(colMeans(w), n, 3, byrow = TRUE)
by_h <- matrix(ave(rowMeans(w), h), n, 3)
within <- list(h = by_h - mean(w), w = by_w - mean(w), "h:w" = cells - by_h - by_w + mean(w))
repeated <- function(term) {
  r <- matrix(rank(round(w - cells + within[[term]], 12)), n, 3)
  s <- suppressWarnings(summary(Anova(lm(r ~ h), idata = data.frame(w = factor(1:3)), idesign = ~w, type = 3), multivariate = FALSE))
  u <- s$univariate.tests
  c(u[term, "F value"], u[term, "num Df"], u[term, "den Df"], u[term, "Pr(>F)"])
}
for (v in colnames(w)) add(paste0("art_w_", v), nums(w[, v]))
add("art_within", rows(t(sapply(names(within), repeated))))

# Gwet's AC1 of two raters, from the people themselves
k <- 4; people <- 150
first <- sample(1:k, people, TRUE, c(.6, .2, .15, .05))
second <- ifelse(runif(people) < .75, first, sample(1:k, people, TRUE))
pi_k <- (tabulate(first, k) + tabulate(second, k)) / (2 * people)
pa <- mean(first == second); pe <- sum(pi_k * (1 - pi_k)) / (k - 1); ac1 <- (pa - pe) / (1 - pe)
own <- ((first == second) - pe) / (1 - pe) -
  2 * (1 - ac1) * (((1 - pi_k[first]) + (1 - pi_k[second])) / (2 * (k - 1)) - pe) / (1 - pe)
add("gwet_table", rows(table(factor(first, 1:k), factor(second, 1:k))))
add("gwet", nums(c(ac1, sqrt(sum((own - ac1)^2) / (people * (people - 1))))))

# Krippendorff's alpha: mean disagreement of pairs within units, and of all pairs
coders <- sapply(1:4, function(i) ifelse(runif(people) < .8, second, sample(1:k, people, TRUE)))
coders[matrix(runif(4 * people) < .2, people)] <- NA
alpha <- function(distance) {
  units <- lapply(seq_len(people), function(i) coders[i, !is.na(coders[i, ])])
  units <- units[lengths(units) > 1]
  inside <- sum(sapply(units, function(u) sum(outer(u, u, distance)) / (length(u) - 1)))
  all <- unlist(units)
  1 - inside / (sum(outer(all, all, distance)) / (length(all) - 1))
}
all <- unlist(lapply(seq_len(people), function(i) { u <- coders[i, !is.na(coders[i, ])]; if (length(u) > 1) u }))
counts <- tabulate(all, k)
ordinal <- Vectorize(function(a, b) (sum(counts[min(a, b):max(a, b)]) - (counts[a] + counts[b]) / 2)^2)
add("coders", rows(coders))
add("krippendorff", nums(c(alpha(function(a, b) (a != b) * 1), alpha(ordinal))))

# step-down maxima, p.adjust and Bonferroni intervals
t <- c(2.9, 2.1, -2.6, .4, 1.7)
draws <- round(matrix(rnorm(200 * 5), 200) + rnorm(200) * .8, 4)
o <- order(-abs(t))
p <- sapply(seq_along(o), function(j) (1 + sum(apply(abs(draws[, o[j:5], drop = FALSE]), 1, max) >= abs(t[o[j]]))) / 201)
adjusted <- numeric(5); adjusted[o] <- cummax(p)
add("rw_t", nums(t)); add("rw_draws", rows(draws)); add("rw", nums(adjusted))
add("rw_quantile", nums(quantile(apply(abs(draws), 1, max), ceiling(.95 * 201) / 200, type = 1, names = FALSE)))
raw <- c(.001, .012, .013, .04, .041, .2, .78, .012)
add("p", nums(raw))
for (m in c("bonferroni", "holm", "hochberg", "hommel", "BH", "BY")) add(paste0("p_", tolower(m)), nums(p.adjust(raw, m)))
level <- 1 - .05 / 2
add("reference_intervals", rows(confint(lm(y ~ g, contrasts = list(g = "contr.treatment")), level = level)[-1, ]))

cat("{\n", paste(out, collapse = ",\n"), "\n}\n", sep = "")
