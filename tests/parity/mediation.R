# Numbers for tests/parity/test_mediation.py, from made-up data written with the numbers so that Python needs no R.
# Paths by lavaan (coefficients and products), natural effects by glm, polr and glm.nb with sums over the mediator's values
# or integrate(), the sensitivity analysis from residuals, all written out here.
# Run from this folder: Rscript mediation.R > mediation.json
suppressPackageStartupMessages({library(lavaan); library(MASS); library(jsonlite)})
set.seed(20261126)
n <- 300
x <- rnorm(n); w <- rnorm(n); cc <- rnorm(n)
m1 <- .5 * x + .3 * x * w + .2 * cc + rnorm(n); m2 <- .3 * x + .4 * m1 + rnorm(n)
y <- .4 * m1 + .2 * m2 + .1 * x + .15 * m1 * w - .2 * cc + rnorm(n)
d <- round(data.frame(x, w, cc, m1, m2, y), 6)
d$yb <- as.numeric(d$y > .2); d$mb <- as.numeric(d$m1 > 0)
d$mo <- findInterval(d$m1, c(-1, 0, 1)) + 1; d$yo <- findInterval(d$y, c(-1, 0.3, 1.2)) + 1
d$mc <- rpois(n, exp(.2 + .4 * d$x)); d$yc <- rnbinom(n, mu = exp(.3 + .2 * d$x + .15 * d$mc), size = 2)
d$xw <- d$x * d$w; d$m1w <- d$m1 * d$w
est <- function(text) { f <- sem(text, d, fixed.x = TRUE); p <- parameterEstimates(f)
  p <- p[p$op == ":=", ]; setNames(as.list(p$est), p$lhs) }
four <- est("m1 ~ a1*x + cc\n m2 ~ a2*x + cc\n y ~ b1*m1 + b2*m2 + c*x + cc\n m1 ~~ m2
  i1 := a1*b1\n i2 := a2*b2\n direct := c\n indirect := i1 + i2\n total := c + i1 + i2\n difference := i1 - i2")
six <- est("m1 ~ a1*x\n m2 ~ a2*x + d*m1\n y ~ b1*m1 + b2*m2 + c*x
  i1 := a1*b1\n i2 := a2*b2\n i12 := a1*d*b2\n direct := c\n total := c + i1 + i2 + i12")
seven <- est("m1 ~ a1*x + a2*w + a3*xw\n y ~ b*m1 + c*x
  low := (a1 - a3)*b\n high := (a1 + a3)*b\n index := a3*b\n direct := c")
eight <- est("m1 ~ a1*x + a2*w + a3*xw\n y ~ b*m1 + c1*x + c2*w + c3*xw
  low := (a1 - a3)*b\n high := (a1 + a3)*b\n index := a3*b\n direct_low := c1 - c3\n direct_high := c1 + c3")
fourteen <- est("m1 ~ a*x\n y ~ b1*m1 + c*x + b2*w + b3*m1w
  low := a*(b1 - b3)\n high := a*(b1 + b3)\n index := a*b3\n direct := c")
fifteen <- est("m1 ~ a*x\n y ~ b1*m1 + c1*x + b2*w + c3*xw + b3*m1w
  low := a*(b1 - b3)\n high := a*(b1 + b3)\n index := a*b3\n direct_low := c1 - c3\n direct_high := c1 + c3")
one <- est("y ~ c1*x + c2*w + c3*xw\n low := c1 - c3\n high := c1 + c3\n product := c3")
x0 <- -.5; x1 <- .75
effects <- function(mean_of) { both <- mean_of(x0, x0); cross <- mean_of(x1, x0); high <- mean_of(x1, x1)
  list(direct = unname(cross - both), indirect = unname(high - cross), total = unname(high - both)) }
# linear mediator, logistic outcome, covariate
fm <- lm(m1 ~ x + cc, d); fy <- glm(yb ~ x + m1 + cc, binomial, d, control = glm.control(epsilon = 1e-14))
s <- sqrt(mean(resid(fm)^2))
linear_logistic <- effects(function(xy, xm) mean(sapply(d$cc, function(k) {
  mu <- sum(coef(fm) * c(1, xm, k))
  integrate(function(m) plogis(coef(fy)[1] + coef(fy)[2] * xy + coef(fy)[3] * m + coef(fy)[4] * k) * dnorm(m, mu, s),
    mu - 10 * s, mu + 10 * s, rel.tol = 1e-11)$value })))
# ordinal mediator, ordinal outcome
pm <- polr(factor(mo) ~ x, d, control = list(reltol = 1e-15)); py <- polr(factor(yo) ~ x + mo, d, control = list(reltol = 1e-15))
share <- function(eta, tau) diff(c(0, plogis(tau - eta), 1))
ordinal_ordinal <- effects(function(xy, xm) { p <- share(coef(pm) * xm, pm$zeta)
  rowSums(sapply(1:4, function(m) p[m] * share(coef(py)[1] * xy + coef(py)[2] * m, py$zeta))) })
# binary mediator, linear outcome, covariate
bm <- glm(mb ~ x + cc, binomial, d, control = glm.control(epsilon = 1e-14)); by <- lm(y ~ x + mb + cc, d)
logistic_linear <- effects(function(xy, xm) mean(plogis(coef(bm)[1] + coef(bm)[2] * xm + coef(bm)[3] * d$cc) * coef(by)[3]
  + coef(by)[1] + coef(by)[2] * xy + coef(by)[4] * d$cc))
# count mediator, negative binomial outcome
cm <- glm(mc ~ x, poisson, d, control = glm.control(epsilon = 1e-14)); cy <- glm.nb(yc ~ x + mc, d, control = glm.control(epsilon = 1e-14))
poisson_negbin <- effects(function(xy, xm) { k <- 0:400
  sum(dpois(k, exp(sum(coef(cm) * c(1, xm)))) * exp(coef(cy)[1] + coef(cy)[2] * xy + coef(cy)[3] * k)) })
# sensitivity: total-effect residuals
e1 <- resid(lm(y ~ x + cc, d)); e2 <- resid(lm(m1 ~ x + cc, d)); r <- cor(e1, e2); a <- coef(fm)[["x"]]
rho <- c(-.5, .2, .6)
sensitivity <- list(rho = rho, at_zero = r, indirect = a * sd(e1) / sd(e2) * (r - rho * sqrt((1 - r^2) / (1 - rho^2))))
cat(toJSON(list(
  versions = list(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan")), MASS = as.character(packageVersion("MASS"))),
  data = as.list(d), four = four, six = six, seven = seven, eight = eight, fourteen = fourteen, fifteen = fifteen, one = one,
  natural = list(linear_logistic = linear_logistic, ordinal_ordinal = ordinal_ordinal, logistic_linear = logistic_linear,
    poisson_negbin = poisson_negbin), sensitivity = sensitivity), digits = NA, auto_unbox = TRUE))
