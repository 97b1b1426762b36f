# Alpha and omega with weights, with robust errors, and from all answers, in lavaan and psych.
# Run from this folder: Rscript composed_reliability.R > composed_reliability.json
# Data: datasets::airquality (arithmetic only): four numbers, wind turned round, with gaps; weights 1, 2, 3, 1, 2, 3, ...
suppressMessages({library(lavaan); library(psych); library(jsonlite)})
raw <- airquality[, c("Ozone", "Solar.R", "Wind", "Temp")]
raw$Wind <- -raw$Wind
x <- as.data.frame(scale(raw, center = FALSE, scale = c(30, 90, 3.5, 9)))
names(x) <- letters[1:4]
x$w <- rep(1:3, length.out = nrow(x))
complete <- x[complete.cases(x), ]
factor <- "
  f =~ l1*a + l2*b + l3*c + l4*d
  a ~~ t1*a
  b ~~ t2*b
  c ~~ t3*c
  d ~~ t4*d
  logit := log((l1 + l2 + l3 + l4)^2 / (t1 + t2 + t3 + t4))
"
saturated <- "
  a ~~ v1*a + c12*b + c13*c + c14*d
  b ~~ v2*b + c23*c + c24*d
  c ~~ v3*c + c34*d
  d ~~ v4*d
  trace := v1 + v2 + v3 + v4
  total := trace + 2 * (c12 + c13 + c14 + c23 + c24 + c34)
  rest := log((4 * trace / total - 1) / 3)
"
defined <- function(fit, name) {
  found <- parameterEstimates(fit)
  unlist(found[found$lhs == name & found$op == ":=", c("est", "se")], use.names = FALSE)
}
fitted <- function(model, name, ...) defined(sem(model, std.lv = TRUE, estimator = "MLR", ...), name)
fiml <- sem(saturated, x, missing = "ml", meanstructure = TRUE, information = "observed")
S <- lavInspect(fiml, "implied")$cov
class(S) <- "matrix"
quiet_alpha <- function(S) {
  capture.output(found <- suppressMessages(suppressWarnings(psych::alpha(S))))
  found$total$raw_alpha
}
result <- list(
  versions = list(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan")),
                  psych = as.character(packageVersion("psych"))),
  data = x,
  omega = fitted(factor, "logit", data = complete),
  omega_weighted = fitted(factor, "logit", data = complete, sampling.weights = "w"),
  alpha = fitted(saturated, "rest", data = complete),
  alpha_weighted = fitted(saturated, "rest", data = complete, sampling.weights = "w"),
  fiml_alpha = defined(fiml, "rest"),
  fiml_psych_alpha = quiet_alpha(S),
  fiml_omega = defined(sem(factor, sample.cov = S, sample.nobs = 1e6, std.lv = TRUE), "logit")[1]
)
cat(toJSON(result, digits = NA, auto_unbox = TRUE, na = "null", dataframe = "columns", pretty = FALSE))
