# Numbers for tests/parity/test_mixed_models.py, from data that ship with nlme (Oats, Rail) and made-up ones, written with
# the numbers so that Python needs no R.
# Run from this folder: Rscript mixed_models.R > mixed_models.json
suppressPackageStartupMessages({library(nlme); library(lme4); library(jsonlite)})
oats <- data.frame(yield = Oats$yield, nitro = Oats$nitro, block = as.integer(factor(as.character(Oats$Block))))
rail <- data.frame(travel = Rail$travel, rail = as.integer(as.character(Rail$Rail)), x = rep(c(0, 1, 2), 6))
set.seed(20261126)
g <- rep(1:30, each = 9); z <- rnorm(30)[g]; x <- rnorm(270, 10, 3)
made <- data.frame(y = round(2 + .5 * x + .8 * z + rnorm(30, 0, 1.2)[g] + rnorm(30, 0, .3)[g] * x + rnorm(270, 0, 1.5), 6),
  x = round(x, 6), z = round(z, 6), g = g)
fit <- function(f, d, h, REML = TRUE) {
  m <- lmer(f, d, REML = REML, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
  n <- lme(h$fixed, random = h$random, data = d, method = if (REML) "REML" else "ML")
  t <- summary(n)$tTable; D <- as.matrix(as.data.frame(unclass(VarCorr(m)[[1]])[seq_len(nrow(VarCorr(m)[[1]])), , drop = FALSE]))
  X <- getME(m, "X"); vf <- var(as.vector(X %*% fixef(m))); Z <- X[, rownames(VarCorr(m)[[1]]), drop = FALSE]
  vr <- mean(rowSums((Z %*% D) * Z)); ve <- sigma(m)^2
  list(coef = unname(fixef(m)), se = unname(sqrt(diag(as.matrix(vcov(m))))), df = unname(t[, "DF"]), D = unname(D), residual = ve,
    logl = as.numeric(logLik(m)), r2m = vf / (vf + vr + ve), r2c = (vf + vr) / (vf + vr + ve), icc = vr / (vr + ve)) }
change <- function(small, large, d) {  # anova() of models fitted by ML
  control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12))
  a <- anova(lmer(small, d, REML = FALSE, control = control), lmer(large, d, REML = FALSE, control = control))
  list(chisq = a$Chisq[2], df = a$Df[2], p = a$`Pr(>Chisq)`[2]) }
cat(toJSON(list(
  versions = list(R = as.character(getRversion()), lme4 = as.character(packageVersion("lme4")), nlme = as.character(packageVersion("nlme"))),
  data = list(oats = as.list(oats), rail = as.list(rail), made = as.list(made)),
  change = change(y ~ x + (1 | g), y ~ x + z + (1 | g), made),
  change_slopes = change(y ~ x + (1 + x | g), y ~ x + z + (1 + x | g), made),
  change_new_slope = change(y ~ z + (1 | g), y ~ z + x + (1 + x | g), made),
  oats = fit(yield ~ nitro + (1 | block), oats, list(fixed = yield ~ nitro, random = ~1 | block)),
  oats_ml = fit(yield ~ nitro + (1 | block), oats, list(fixed = yield ~ nitro, random = ~1 | block), FALSE),
  rail = fit(travel ~ x + (1 | rail), rail, list(fixed = travel ~ x, random = ~1 | rail)),
  made = fit(y ~ x + z + (1 | g), made, list(fixed = y ~ x + z, random = ~1 | g)),
  made_slopes = fit(y ~ x + z + (1 + x | g), made, list(fixed = y ~ x + z, random = ~1 + x | g))
), digits = NA, auto_unbox = TRUE))
