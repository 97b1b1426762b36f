# Makes the numbers of golden/careless again, by the formulas of R's package careless 1.2.2 written out in base R (that
# package is not in Debian); psych does what careless itself asks of psych. Prints the largest difference from the golden
# file for each key and stops where one is larger than 1e-9. Run: Rscript careless.R <folder golden>
suppressMessages({library(psych); library(jsonlite)})
folder <- file.path(commandArgs(trailingOnly = TRUE)[1], "careless")
golden <- fromJSON(file.path(folder, "careless.json"))$results
runs <- function(r) rle(as.vector(unlist(r)))$lengths                       # a gap is a run of its own
even_odd <- function(x, factors) { end <- cumsum(factors); start <- end - factors + 1
  -apply(x, 1, function(r) { halves <- sapply(seq_along(factors), function(f) { s <- r[start[f]:end[f]]; e <- seq_along(s) %% 2 == 0
      c(mean(s[e], na.rm = TRUE), mean(s[!e], na.rm = TRUE)) })
    c <- suppressWarnings(cor(halves[1, ], halves[2, ], use = "pairwise.complete.obs")); c <- 2 * c / (1 + c)
    if (!is.na(c) && c < -1) -1 else c }) }
synonyms <- function(x, critical, anti) { R <- cor(x, use = "pairwise.complete.obs"); R[upper.tri(R, diag = TRUE)] <- NA
  p <- which(if (anti) R <= critical else R >= critical, arr.ind = TRUE); p <- p[order(p[, 2], p[, 1]), , drop = FALSE]
  if (!nrow(p)) return(NULL)
  a <- x[, p[, 1], drop = FALSE]; b <- x[, p[, 2], drop = FALSE]
  list(numPairs = rowSums(!is.na(a) & !is.na(b)), cor = sapply(seq_len(nrow(x)), function(i) { k <- !is.na(a[i, ]) & !is.na(b[i, ])
    if (sum(k) < 2 || sd(a[i, k]) == 0 || sd(b[i, k]) == 0) NA else cor(a[i, k], b[i, k]) })) }
worst <- 0
say <- function(key, found) { known <- golden[[key]]$value; if (is.list(known)) known <- unlist(known); d <- as.numeric(unlist(found)) - as.numeric(known)
  stopifnot(identical(is.na(as.numeric(unlist(found))), is.na(as.numeric(known)))); d <- max(abs(d), 0, na.rm = TRUE); worst <<- max(worst, d); cat(sprintf("%-26s %.1e\n", key, d)) }
for (set in list(c("bfi", "bfi400.csv", 5, 0.45), c("cd", "careless_dataset.csv", 5, 0.35), c("cd2", "careless_dataset2.csv", 10, 0.45))) {
  x <- as.matrix(read.csv(file.path(folder, set[2]))); tag <- set[1]; size <- as.numeric(set[3]); k <- ncol(x)
  key <- function(name) paste0(tag, "_", name)
  say(key("longstring"), apply(x, 1, function(r) max(runs(r))))
  say(key("avgstring"), apply(x, 1, function(r) mean(runs(r))))
  say(key("irv"), apply(x, 1, sd, na.rm = TRUE))
  parts <- split(seq_len(k), cut(seq_len(k), 4, labels = FALSE))
  say(key("irv_split4"), c(list(apply(x, 1, sd, na.rm = TRUE)), lapply(parts, function(p) apply(x[, p], 1, sd, na.rm = TRUE))))
  d2 <- suppressWarnings(outlier(x, plot = FALSE)); say(key("mahad"), list(d2, which(d2 > qchisq(0.99, k))))
  c <- complete.cases(x); d <- rep(NA, nrow(x)); d[c] <- mahalanobis(x[c, ], colMeans(x[c, ]), cov(x[c, ])); say(key("mahad_base_complete"), d)
  say(key("evenodd"), even_odd(x, rep(size, k / size)))
  say(key("psychsyn"), synonyms(x, as.numeric(set[4]), FALSE))
  found <- synonyms(x, -0.3, TRUE); if (is.null(found)) stopifnot(!is.null(golden[[key("psychant")]]$error)) else say(key("psychant"), found)
  m <- colMeans(x, na.rm = TRUE); say(key("person_total"), apply(x, 1, function(r) tryCatch(suppressWarnings(cor(r, m, use = "complete.obs")), error = function(e) NA)))
  golden[[key("critval_top10")]]$value <- golden[[key("critval_top10")]]$value$cor
  R <- cor(x, use = "pairwise.complete.obs"); say(key("critval_top10"), head(sort(R[lower.tri(R)], decreasing = TRUE), 10))
  say(key("missing_share"), rowMeans(is.na(x)))
}
stopifnot(worst < 1e-9)
cat("all within 1e-9;", R.version.string, "psych", as.character(packageVersion("psych")), "\n")
