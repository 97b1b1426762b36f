# Numbers for tests/parity/test_panels.py by lavaan, from made-up waves written with the numbers so that Python needs no R.
# Run from this folder: Rscript panels.R > panels.json
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
set.seed(20261126)
n <- 400; rx <- rnorm(n); ry <- .4 * rx + rnorm(n)
wx <- rnorm(n); wy <- .3 * wx + rnorm(n); d <- data.frame(x1 = rx + wx, y1 = ry + wy)
for (t in 2:4) { nx <- .4 * wx + .15 * wy + rnorm(n); ny <- .3 * wy + .2 * wx + .3 * nx + rnorm(n); wx <- nx; wy <- ny
  d[[paste0("x", t)]] <- rx + wx; d[[paste0("y", t)]] <- ry + wy }
d <- round(d, 6)
table <- function(f, latent) { p <- parameterEstimates(f); p <- p[p$op == "~", ]; s <- standardizedSolution(f); s <- s[s$op == "~", ]
  m <- fitMeasures(f, c("chisq", "df", "cfi", "rmsea", "srmr"))
  list(outcome = sub("^w", "", p$lhs), term = sub("^w", "", p$rhs), est = p$est, se = p$se, beta = s$est.std, fit = as.list(unname(m))) }
lags <- function(w, waves, label = FALSE) paste(sapply(2:waves, function(t) { l <- if (label) c("a*", "b*", "c*", "e*") else rep("", 4)
  paste0(w, "x", t, " ~ ", l[1], w, "x", t - 1, " + ", l[2], w, "y", t - 1, "\n", w, "y", t, " ~ ", l[3], w, "x", t - 1, " + ", l[4], w, "y", t - 1, "\n",
    w, "x", t, " ~~ ", w, "y", t) }), collapse = "\n")
ri <- function(waves, label = FALSE) paste0(
  "RX =~ ", paste0("1*x", 1:waves, collapse = " + "), "\nRY =~ ", paste0("1*y", 1:waves, collapse = " + "), "\n",
  paste0("wx", 1:waves, " =~ 1*x", 1:waves, "\nwy", 1:waves, " =~ 1*y", 1:waves, "\nx", 1:waves, " ~~ 0*x", 1:waves, "\ny", 1:waves, " ~~ 0*y", 1:waves, collapse = "\n"),
  "\n", lags("w", waves, label), "\nwx1 ~~ wy1\nRX ~~ RY\n",
  paste0("wx", 1:waves, " ~~ wx", 1:waves, "\nwy", 1:waves, " ~~ wy", 1:waves, collapse = "\n"), "\nRX ~~ RX\nRY ~~ RY\nRX ~~ 0*wx1 + 0*wy1\nRY ~~ 0*wx1 + 0*wy1")
cl <- function(waves, label = FALSE) paste0(lags("", waves, label), "\nx1 ~~ y1\nx1 ~~ x1\ny1 ~~ y1")
tight <- list(rel.tol = 1e-10)
cat(toJSON(list(versions = list(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan"))), data = as.list(d),
  two = table(sem(cl(2), d, control = tight)), three = table(sem(cl(3), d, control = tight)),
  equal = table(sem(cl(4, TRUE), d, control = tight)),
  random = table(lavaan(ri(3), d, control = tight)), random_four = table(lavaan(ri(4), d, control = tight)),
  random_equal = table(lavaan(ri(4, TRUE), d, control = tight))), digits = NA, auto_unbox = TRUE))
