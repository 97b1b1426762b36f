# Numbers of test_reliability_more.py that the reference files do not hold. Run: Rscript reliability.R <folder golden>
suppressMessages(library(psych))
golden <- commandArgs(trailingOnly = TRUE)[1]
x <- read.csv(file.path(golden, "scs", "scs_data.csv"))
x <- x[seq(1, nrow(x), 2), paste0("Q", 1:10)]; x[x == 0] <- NA; x <- na.omit(x)
for (nf in 2:3) {
  o <- suppressWarnings(suppressMessages(omega(x, nfactors = nf, plot = FALSE)))
  cat("factors", nf, "omega_h", format(o$omega_h, digits = 12), "omega_t", format(o$omega.tot, digits = 12), "\n")
  cat("general", format(o$schmid$sl[, "g"], digits = 8), "\n")
}
h <- splitHalf(x, covar = TRUE)
cat("split half, covariances: max, min, mean", format(c(h$maxrb, h$minrb, h$meanr), digits = 12), "\n")
