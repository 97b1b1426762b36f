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
# psych's own factors of the five scales before Schmid and Leiman: reliability_factors.json
bfi <- read.csv(file.path(golden, "reliability", "bfi.csv"))
for (name in c("A1", "C4", "C5", "E1", "E2", "O2", "O5")) bfi[[name]] <- 7 - bfi[[name]]
rows <- function(m) unname(lapply(seq_len(nrow(m)), function(i) unname(m[i, ])))
factors <- list()
for (scale in c("A", "C", "E", "N", "O")) {
  d <- na.omit(bfi[paste0(scale, 1:5)])
  s <- suppressWarnings(suppressMessages(schmid(cor(d), nfactors = 3, n.obs = nrow(d))))
  f <- suppressWarnings(suppressMessages(fa(cor(d), 3, n.obs = nrow(d), rotate = "varimax")))
  factors[[scale]] <- list(start = rows(unclass(f$loadings)), oblique = rows(unclass(s$oblique)), phi = rows(unname(s$phi)), general = as.vector(s$gloading))
}
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
writeLines(jsonlite::toJSON(factors, auto_unbox = TRUE, digits = NA), file.path(folder, "reliability_factors.json"))
