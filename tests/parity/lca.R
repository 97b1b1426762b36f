# Makes the numbers of golden/lca again with R's package poLCA (CRAN, not in Debian; without it the script says so and
# stops with status 3) and prints the largest difference from the golden file for each key. Other maxima may be found of
# values_k3, whose likelihood is flat. Run: Rscript lca.R <folder golden>
if (!requireNamespace("poLCA", quietly = TRUE)) { message("poLCA is not installed: install.packages(\"poLCA\")"); quit(status = 3) }
suppressMessages({library(poLCA); library(jsonlite)})
folder <- file.path(commandArgs(trailingOnly = TRUE)[1], "lca")
golden <- fromJSON(file.path(folder, "lca.json"))$results
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
sets <- list(carcinoma = read("carcinoma"), values = read("values"), election = read("election_int"))
worst <- 0
for (key in names(golden)) { name <- sub("_.*", "", key); classes <- as.integer(sub(".*_k", "", key)); data <- sets[[name]]
  items <- setdiff(names(data), "PARTY"); right <- if (grepl("party", key)) "PARTY" else "1"
  set.seed(1)
  m <- poLCA(as.formula(paste("cbind(", paste(items, collapse = ", "), ") ~", right)), data, nclass = classes,
    nrep = if (name == "election") 10 else 30, maxiter = 20000, tol = 1e-12, na.rm = !grepl("namiss", key), verbose = FALSE)
  told <- golden[[key]]$value
  apart <- c(llik = abs(m$llik - told$llik), bic = abs(m$bic - told$bic), npar = abs(m$npar - told$npar), shares = max(abs(sort(m$P) - sort(told$P))))
  if (key == "values_k3") apart["shares"] <- NA
  worst <- max(worst, apart, na.rm = TRUE)
  cat(sprintf("%-20s %s\n", key, paste(sprintf("%s %.1e", names(apart), apart), collapse = "  "))) }
stopifnot(worst < 1e-3)
cat("all within 1e-3;", R.version.string, "poLCA", as.character(packageVersion("poLCA")), "\n")
