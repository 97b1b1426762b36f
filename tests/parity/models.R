# Writes models.json: numbers of R whose iterations are carried to the end (the golden folder keeps R's defaults, which
# stop when the deviance changes by less than 1e-8 of itself). Run it from the folder of the golden numbers:
#   Rscript models.R > models.json
# Data: fair_every3.csv (statsmodels' fair, used with the author's permission) and apistrat.csv (survey::api).
suppressPackageStartupMessages({library(MASS); library(pscl); library(ordinal); library(nnet); library(sandwich)})
d <- read.csv("regression/fair_every3.csv")
a <- read.csv("weights/apistrat.csv")
sharp <- glm.control(epsilon = 1e-15, maxit = 200)
num <- function(x) paste0("[", paste(sprintf("%.17g", as.vector(x)), collapse = ", "), "]")
out <- list()
keep <- function(name, ...) { v <- list(...); out[[name]] <<- paste0("{", paste(sprintf("\"%s\": %s", names(v), sapply(v, num)), collapse = ", "), "}") }
se <- function(m) sqrt(diag(vcov(m)))
robust <- function(m, type) sqrt(diag(vcovHC(m, type = type)))

m <- glm(n_affairs ~ rate_marriage + religious + offset(log(yrs_married)), poisson, d, control = sharp)
keep("poisson_offset", coef = coef(m), se = se(m), logLik = logLik(m))
m <- glm.nb(n_affairs ~ rate_marriage + age + yrs_married + religious, d, control = sharp)
keep("negbin", coef = coef(m), se = se(m), theta = m$theta, logLik = logLik(m))
m <- glm(any_affair ~ rate_marriage + age + religious, binomial("probit"), d, control = sharp)
keep("probit", coef = coef(m), se = se(m), logLik = logLik(m))
m <- hurdle(n_affairs ~ rate_marriage + age + religious, d, dist = "poisson", control = hurdle.control(reltol = 1e-15))
keep("hurdle_poisson", coef = c(coef(m, "count"), coef(m, "zero")), se = se(m), logLik = logLik(m))
m <- zeroinfl(n_affairs ~ rate_marriage + age + religious | rate_marriage + religious, d, weights = educ / mean(educ), dist = "poisson", control = zeroinfl.control(reltol = 1e-15))
keep("zip_weights", coef = coef(m), logLik = logLik(m))
# pscl 1.5.5 leaves the weights out of the slope by log theta: this is not the maximum.
m <- zeroinfl(n_affairs ~ rate_marriage + age + religious | rate_marriage + religious, d, weights = educ / mean(educ), dist = "negbin", control = zeroinfl.control(reltol = 1e-15))
keep("zinb_weights", coef = c(coef(m, "count"), -log(m$theta), coef(m, "zero")), logLik = logLik(m))
m <- suppressWarnings(glm(any_affair ~ rate_marriage + age, binomial, d, weights = educ, control = sharp))
keep("logit_weights", coef = coef(m), se = se(m), hc0 = robust(m, "HC0"), hc3 = robust(m, "HC3"))
m <- glm(any_affair ~ rate_marriage + age, binomial, d, control = sharp)
keep("logit_clusters", cr0 = sqrt(diag(vcovCL(m, ~occupation, type = "HC0", cadjust = FALSE))), cr1 = sqrt(diag(vcovCL(m, ~occupation, type = "HC1"))), hc2 = robust(m, "HC2"), hc4 = robust(m, "HC4"))
m <- lm(affairs ~ rate_marriage + age + religious, d, weights = educ)
keep("linear_weights", hc0 = robust(m, "HC0"), hc1 = robust(m, "HC1"), hc2 = robust(m, "HC2"), hc3 = robust(m, "HC3"), hc4 = robust(m, "HC4"))
a$band <- ordered(cut(a$api00, c(0, 550, 650, 750, 1000), labels = FALSE))
m <- clm(band ~ ell + meals, data = a, weights = pw)
keep("ordinal_weights", coef = coef(m)[c(4, 5, 1, 2, 3)], vcov = vcov(m)[c(4, 5, 1, 2, 3), c(4, 5, 1, 2, 3)], logLik = logLik(m))
d$rate_f <- factor(d$rate_marriage)
m <- multinom(rate_f ~ age + religious, d, weights = educ, trace = FALSE, maxit = 5000, reltol = 1e-16, abstol = 1e-16)
keep("multinom_weights", coef = t(coef(m)), deviance = deviance(m))

# Brant (1990): separate binary models, their covariances, Wald tests of equal slopes.
X <- cbind(1, as.matrix(d[c("age", "religious", "educ")])); y <- d$rate_marriage; J <- 4; q <- 3
g <- lapply(1:J, function(j) glm((y > j) ~ X - 1, family = binomial, control = sharp))
b <- unlist(lapply(g, function(m) coef(m)[-1])); p <- sapply(g, fitted); C <- matrix(0, J * q, J * q)
bread <- lapply(1:J, function(j) solve(crossprod(X, X * (p[, j] * (1 - p[, j])))))
for (j in 1:J) for (l in j:J) { B <- (bread[[j]] %*% crossprod(X, X * (p[, l] - p[, j] * p[, l])) %*% bread[[l]])[-1, -1]
  C[(j - 1) * q + 1:q, (l - 1) * q + 1:q] <- B; C[(l - 1) * q + 1:q, (j - 1) * q + 1:q] <- t(B) }
wald <- function(k) { D <- matrix(0, 0, J * q); for (l in 2:J) for (v in k) { r <- rep(0, J * q); r[v] <- -1; r[(l - 1) * q + v] <- 1; D <- rbind(D, r) }
  x <- D %*% b; drop(t(x) %*% solve(D %*% C %*% t(D), x)) }
keep("brant", statistic = c(wald(1:3), wald(1), wald(2), wald(3)))
cat("{\n", paste(sprintf("\"%s\": %s", names(out), unlist(out)), collapse = ",\n"), "\n}\n", sep = "")
