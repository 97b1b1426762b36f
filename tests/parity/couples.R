# Numbers for tests/parity/test_couples.py by lavaan, from made-up couples written with the numbers so that Python needs no R.
# Run from this folder: Rscript couples.R > couples.json
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
set.seed(20261126)
n <- 180; u <- rnorm(n); v <- rnorm(n)
d <- data.frame(x1 = .6 * u + rnorm(n), x2 = .6 * u + rnorm(n), z1 = rnorm(n) + .3 * u, z2 = rnorm(n))
d$y1 <- .5 * d$x1 + .2 * d$x2 - .2 * d$z1 + .7 * v + rnorm(n)
d$y2 <- .3 * d$x2 + .1 * d$x1 + .1 * d$z2 + .7 * v + 1.2 * rnorm(n) + .4
d <- round(d, 6)
estimates <- function(f, names) { p <- parameterEstimates(f); p <- p[match(names, p$label), ]
  list(est = p$est, se = p$se) }
apart <- sem("y1 ~ a1*x1 + p1*x2 + b1*z1 + q1*z2\n y2 ~ a2*x2 + p2*x1 + b2*z2 + q2*z1\n y1 ~~ y2
  da := a1 - a2\n dp := p1 - p2", d, fixed.x = FALSE, meanstructure = TRUE)
same <- sem("y1 ~ a*x1 + p*x2 + b*z1 + q*z2\n y2 ~ a*x2 + p*x1 + b*z2 + q*z1\n y1 ~ iy*1\n y2 ~ iy*1
  y1 ~~ vy*y1\n y2 ~~ vy*y2\n y1 ~~ y2
  x1 ~ ix*1\n x2 ~ ix*1\n z1 ~ iz*1\n z2 ~ iz*1\n x1 ~~ vx*x1\n x2 ~~ vx*x2\n z1 ~~ vz*z1\n z2 ~~ vz*z2
  x1 ~~ cxx*x2\n z1 ~~ czz*z2\n x1 ~~ w*z1\n x2 ~~ w*z2\n x1 ~~ k*z2\n x2 ~~ k*z1", d, meanstructure = TRUE, fixed.x = FALSE,
  control = list(rel.tol = 1e-10))
m <- fitMeasures(same, c("chisq", "df", "pvalue"))
two <- rbind(cbind(d$x1, d$x2), cbind(d$x2, d$x1)); ty <- rbind(cbind(d$y1, d$y2), cbind(d$y2, d$y1))
cat(toJSON(list(versions = list(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan"))), data = as.list(d),
  apart = estimates(apart, c("a1", "p1", "b1", "q1", "a2", "p2", "b2", "q2")), difference = estimates(apart, c("da", "dp")),
  same = estimates(same, c("a", "p", "b", "q")), omnibus = list(chisq = m[[1]], df = m[[2]], p = m[[3]]),
  icc_x = cor(two)[1, 2], icc_y = cor(ty)[1, 2],
  within = cor(c(d$x1, d$x2), c(d$y1, d$y2)), across = cor(c(d$x1, d$x2), c(d$y2, d$y1)), cross = cor(d$x1, d$y2)),
  digits = NA, auto_unbox = TRUE))
