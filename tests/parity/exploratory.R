# Standard errors of rotated loadings: lavaan 0.6.14 on items A1-A5 and C1-C5 of the golden bfi data.
# Rscript tests/parity/exploratory.R ../shared/golden/efa/bfi25_complete.csv
suppressMessages(library(lavaan))
d <- read.csv(commandArgs(TRUE)[1])[, c(paste0("A", 1:5), paste0("C", 1:5))]
for (rotation in c("oblimin", "geomin")) {
  args <- list(row.weights = "none", std.ov = TRUE, algorithm = "gpa", rstarts = 1, gpa.tol = 1e-6)
  if (rotation == "geomin") args$geomin.epsilon <- 0.01
  f <- efa(d, nfactors = 2, rotation = rotation, rotation.args = args, estimator = "ML", output = "lavaan",
           likelihood = "wishart", information = "expected")
  s <- standardizedSolution(f)
  print(rotation)
  print(s[s$lhs == "f1" & s$rhs == "f2" & s$op == "~~", c("est.std", "se")])
}
