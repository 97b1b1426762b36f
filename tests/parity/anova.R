# The numbers of test_anova.py.
#
#   Rscript anova.R > anova.json
#
# 66 made-up people in unequal groups, three ratings, a covariate. car::Anova on lm and mlm (type 2 and 3, contr.sum),
# afex::aov_ez (generalised eta squared), emmeans on the multivariate model, effectsize::F_to_omega2 and omega_squared,
# stats::manova, friedman.test, mauchly.test; Cochran's Q by its formula and by coin::symmetry_test; TOST by hand from
# the formulas of Lakens (2017), with his published example. The covariate is centred before the models see it.

suppressMessages({library(car); library(afex); library(emmeans); library(effectsize); library(coin)})
options(contrasts = c("contr.sum", "contr.poly"))
set.seed(20261126)
n <- 66
g <- factor(rep(c("man", "woman", "another"), c(20, 28, 18)), levels = c("man", "woman", "another"))
h <- factor(sample(c("single", "partnered"), n, TRUE), levels = c("single", "partnered"))
age <- pmax(19, round(rnorm(n, 38, 10)))
trait <- rnorm(n)
a <- round(3 + trait + 0.4 * (g == "woman") + rnorm(n), 2)
b <- round(3.4 + trait + 0.3 * (h == "single") + 1.3 * rnorm(n), 2)
c <- round(2.9 + 0.7 * trait + 0.03 * (age - 35) + 0.6 * rnorm(n), 2)
d <- data.frame(id = factor(1:n), g, h, age, a, b, c, cage = age - mean(age))
yes <- cbind(x = as.integer(a > 3), y = as.integer(b > 3), z = as.integer(c > 3))

nums <- function(x) paste0("[", paste(ifelse(is.na(x), "null", format(x, digits = 17, trim = TRUE)), collapse = ", "), "]")
words <- function(x) paste0('["', paste(x, collapse = '", "'), '"]')
out <- character()
add <- function(key, text) out <<- base::c(out, paste0('  "', key, '": ', text))
add("versions", paste0('{"R": "', R.version$major, ".", R.version$minor, '", ', paste(sapply(
  base::c("car", "afex", "emmeans", "effectsize", "coin"),
  function(p) paste0('"', p, '": "', as.character(packageVersion(p)), '"')), collapse = ", "), "}"))
for (v in base::c("age", "a", "b", "c")) add(v, nums(d[[v]]))
add("g", words(g)); add("h", words(h))

table_of <- function(key, t) {
  t <- t[!rownames(t) %in% base::c("(Intercept)", "Residuals"), ]
  add(key, paste0('{"terms": ', words(rownames(t)), ', "f": ', nums(t[["F value"]]), ', "df": ', nums(t[["Df"]]),
                  ', "p": ', nums(t[["Pr(>F)"]]), "}"))
}
for (type in 2:3) {
  table_of(paste0("factorial_", type), car::Anova(lm(a ~ g * h, d), type = type))
  table_of(paste0("ancova_", type), car::Anova(lm(a ~ cage + g * h, d), type = type))
}
omega <- omega_squared(car::Anova(lm(a ~ g * h, d), type = 3), partial = TRUE, alternative = "two.sided")
add("omega_factorial", nums(omega$Omega2_partial))

mixed <- function(key, model, type) {
  s <- suppressWarnings(summary(car::Anova(model, idata = data.frame(w = factor(1:3)), idesign = ~w, type = type),
                                multivariate = FALSE))
  u <- s$univariate.tests; u <- u[rownames(u) != "(Intercept)", , drop = FALSE]
  add(key, paste0('{"terms": ', words(rownames(u)), ', "f": ', nums(u[, "F value"]), ', "df1": ', nums(u[, "num Df"]),
                  ', "df2": ', nums(u[, "den Df"]), ', "ss": ', nums(u[, "Sum Sq"]), ', "p": ', nums(u[, "Pr(>F)"]), "}"))
  e <- s$pval.adjustments; m <- s$sphericity.tests
  add(paste0(key, "_epsilon"), paste0('{"gg": ', nums(e[1, "GG eps"]), ', "hf": ', nums(e[1, "HF eps"]),
      ', "w": ', nums(m[1, 1]), ', "p": ', nums(m[1, 2]), ', "terms": ', words(rownames(e)),
      ', "p_gg": ', nums(e[, "Pr(>F[GG])"]), ', "p_hf": ', nums(e[, "Pr(>F[HF])"]), "}"))
}
mixed("within_3", lm(cbind(a, b, c) ~ 1, d), 3)
for (type in 2:3) mixed(paste0("mixed_", type), lm(cbind(a, b, c) ~ g * h, d), type)
mixed("mixed_covariate_3", lm(cbind(a, b, c) ~ cage + g, d), 3)
add("mauchly_alone", nums(mauchly.test(lm(cbind(a, b, c) ~ 1, d), X = ~1)$p.value))

long <- reshape(d, direction = "long", varying = list(base::c("a", "b", "c")), v.names = "y", timevar = "w", idvar = "id")
long$w <- factor(long$w)
ges <- function(observed) {
  m <- suppressMessages(afex::aov_ez("id", "y", long, between = base::c("g", "h"), within = "w", type = 3,
                                     observed = observed, anova_table = list(correction = "none")))
  t <- m$anova_table
  paste0('{"terms": ', words(rownames(t)), ', "ges": ', nums(t$ges), "}")
}
add("ges_assigned", ges(NULL)); add("ges_measured", ges(base::c("g", "h"))); add("ges_one", ges("g"))

e <- function(x) { s <- summary(x, infer = TRUE, adjust = "none"); k <- attr(s, "estName"); s <- as.data.frame(s)
  paste0('{"estimate": ', nums(s[[k]]), ', "se": ', nums(s$SE), ', "df": ', nums(s$df), "}") }
m <- lm(cbind(a, b, c) ~ cage + g * h, d)
add("means_g", e(emmeans(m, ~g))); add("means_w", e(emmeans(m, ~rep.meas)))
add("means_gw", e(emmeans(m, ~rep.meas | g)))
add("pairs_g", e(pairs(emmeans(m, ~g)))); add("pairs_w", e(pairs(emmeans(m, ~rep.meas))))
add("pairs_w_by_g", e(pairs(emmeans(m, ~rep.meas | g))))
add("planned", e(contrast(emmeans(m, ~rep.meas), list(x = base::c(1, -0.5, -0.5)))))
holm <- as.data.frame(summary(pairs(emmeans(m, ~rep.meas)), adjust = "holm"))
add("pairs_w_holm", nums(holm$p.value))

for (test in base::c("Pillai", "Wilks", "Hotelling-Lawley", "Roy")) {
  s <- summary(manova(cbind(a, b, c) ~ g, d), test = test)$stats[1, ]
  add(paste0("manova_", test), nums(s[2:6]))
}
for (type in 2:3) {
  s <- car::Anova(lm(cbind(a, b, c) ~ g * h, d), type = type)
  pillai <- sapply(base::c("g", "h", "g:h"), function(t) sum(diag(s$SSP[[t]] %*% solve(s$SSP[[t]] + s$SSPE))))
  add(paste0("manova_pillai_", type), nums(pillai))
}
f <- friedman.test(as.matrix(d[base::c("a", "b", "c")]))
add("friedman", nums(base::c(f$statistic, f$p.value)))
v <- function(x, y) wilcox.test(x, y, paired = TRUE, exact = FALSE, correct = TRUE)
w <- list(v(a, b), v(a, c), v(b, c))
add("signed_rank", paste0('{"v": ', nums(sapply(w, function(x) x$statistic)), ', "p": ', nums(sapply(w, function(x) x$p.value)), "}"))
k <- ncol(yes); col <- colSums(yes); row <- rowSums(yes)
q <- (k - 1) * (k * sum(col^2) - sum(col)^2) / (k * sum(row) - sum(row^2))
frame <- data.frame(y = factor(as.vector(yes)), x = factor(rep(1:3, each = n)), block = factor(rep(1:n, 3)))
mh <- mh_test(y ~ x | block, data = frame)
add("cochran", nums(base::c(q, pchisq(q, k - 1, lower.tail = FALSE), statistic(mh), pvalue(mh))))

tost <- function(est, se, df, low, high) base::c(pt((est - low) / se, df, lower.tail = FALSE), pt((est - high) / se, df))
# M = 5.25 and 5.22, SD = .95 and .83, n = 95 and 89, bounds d = -.43 and .43 (root mean square SD)
se <- sqrt(.95^2 / 95 + .83^2 / 89); bound <- .43 * sqrt((.95^2 + .83^2) / 2)
df <- se^4 / ((.95^2 / 95)^2 / 94 + (.83^2 / 89)^2 / 88)
add("tost_published", nums(base::c(tost(.03, se, df, -bound, bound), df, (.03 - bound) / se)))
man <- a[g == "man"]; woman <- a[g == "woman"]
t <- t.test(man, woman)
add("tost_welch", nums(base::c(t.test(man, woman, mu = -.8, alternative = "greater")$p.value,
    t.test(man, woman, mu = .8, alternative = "less")$p.value, t.test(man, woman, conf.level = .9)$conf.int)))
add("tost_paired", nums(base::c(t.test(a, b, paired = TRUE, mu = -.5, alternative = "greater")$p.value,
    t.test(a, b, paired = TRUE, mu = .5, alternative = "less")$p.value, t.test(a, b, paired = TRUE, conf.level = .9)$conf.int)))
add("tost_r", nums(base::c(pnorm((atanh(cor(a, age)) - atanh(-.3)) * sqrt(n - 3), lower.tail = FALSE),
    pnorm((atanh(cor(a, age)) - atanh(.3)) * sqrt(n - 3)), cor.test(a, age, conf.level = .9)$conf.int)))
p <- base::c(mean(man > 3), mean(woman > 3)); s <- sqrt(sum(p * (1 - p) / base::c(length(man), length(woman))))
add("tost_shares", nums(base::c(pnorm((diff(rev(p)) + .3) / s, lower.tail = FALSE), pnorm((diff(rev(p)) - .3) / s))))
l <- summary(lm(a ~ age + h, d))$coefficients["age", ]
add("tost_b", nums(tost(l[1], l[2], n - 3, -.05, .05)))
cat("{\n", paste(out, collapse = ",\n"), "\n}\n", sep = "")
