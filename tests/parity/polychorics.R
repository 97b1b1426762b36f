# Numbers of test_polychorics.py that the reference files do not hold. Run: Rscript polychorics.R <folder golden>
suppressMessages(library(lavaan))
golden <- commandArgs(trailingOnly = TRUE)[1]
x <- read.csv(file.path(golden, "efa", "bfi25_complete.csv"))
# a number without far outliers: lavaan leaves out respondents whose likelihood is below 1.5e-8
d <- data.frame(m = rowMeans(x[paste0("N", 1:5)]), A1 = ordered(x$A1))
fit <- cfa("m ~~ A1", data = d, ordered = "A1", estimator = "WLSMV")
gamma <- lavInspect(fit, "gamma"); n <- nrow(d)
v <- mean((d$m - mean(d$m))^2); cov <- lavInspect(fit, "sampstat")$cov["m", "A1"]
g <- c(-cov / (2 * v^1.5), 1 / sqrt(v))
V <- gamma[c("m~~m", "m~~A1"), c("m~~m", "m~~A1")] / n
cat("polyserial", format(c(cov / sqrt(v), sqrt(drop(t(g) %*% V %*% g))), digits = 15), "\n")
# two-category items: tetrachorics, all of the asymptotic covariance in a few sums
b <- as.data.frame(lapply(x[, c("A1", "A2", "N1", "N2")], function(y) ordered(as.integer(y > 3))))
fit <- cfa("f =~ A1 + A2 + N1 + N2", data = b, ordered = names(b), estimator = "WLSMV", do.fit = FALSE)
cat("tetrachoric", format(lavInspect(fit, "sampstat")$cov[lower.tri(diag(4))], digits = 15), "\n")
G <- lavInspect(fit, "gamma")
cat("gamma sum", format(c(sum(G), sum(diag(G)), sum(G^2)), digits = 15), "\n")
# every element of the asymptotic covariance of four items with six categories, in sums
o <- as.data.frame(lapply(x[, c("A1", "A2", "N1", "N2")], ordered))
fit <- cfa("f =~ A1 + A2 + N1 + N2", data = o, ordered = names(o), estimator = "WLSMV", do.fit = FALSE)
G <- unclass(lavInspect(fit, "gamma"))
w <- outer(seq_len(nrow(G)), seq_len(ncol(G)), function(i, j) cos(i) * cos(j) + i * j / 100)
cat("gamma weighted", format(c(sum(G * w), sum(G^2)), digits = 15), "\n")
# a cross table with one empty cell of four: lavaan adds half a respondent, margins kept
t <- data.frame(a = ordered(rep(c(0, 0, 1), c(30, 20, 25))), b = ordered(rep(c(0, 1, 1), c(30, 20, 25))))
cat("one empty cell", format(lavCor(t, ordered = TRUE)[1, 2], digits = 15), "\n")
# thresholds and correlation of a pair together: polycor's search, started anew where it stopped and with finer steps
suppressMessages(library(polycor))
f <- polychor(x$A1, x$A2, ML = TRUE, std.err = TRUE)
for (i in 1:10) f <- polychor(
  x$A1, x$A2, ML = TRUE, std.err = TRUE,
  start = list(rho = f$rho, row.thresholds = f$row.cuts, col.thresholds = f$col.cuts),
  control = list(reltol = 1e-16, maxit = 5000, ndeps = rep(1e-6, 11))
)
cat("full", format(c(f$rho, f$chisq, f$var[1, 1], f$row.cuts, f$col.cuts), digits = 12), "\n")
