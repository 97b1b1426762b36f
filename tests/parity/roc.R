# ROC numbers of pROC; run from the checkout: Rscript tests/parity/roc.R > tests/parity/roc.json
suppressPackageStartupMessages(library(pROC))
set.seed(20)
n <- 160
case <- rbinom(n, 1, .35)
a <- round(10 + 4 * case + rnorm(n, 0, 4))
b <- round(10 + 2 * case + .5 * (a - 12) + rnorm(n, 0, 3), 2)
first <- roc(case, a, quiet = TRUE, direction = "<"); second <- roc(case, b, quiet = TRUE, direction = "<")
test <- roc.test(first, second, method = "delong", paired = TRUE)
best <- function(method) coords(first, "best", best.method = method, transpose = FALSE,
  ret = c("threshold", "sensitivity", "specificity"))[1, ]
list_of <- function(x) paste0("[", paste(format(x, digits = 17, trim = TRUE), collapse = ", "), "]")
points <- rbind(best("youden"), best("closest.topleft"))
entries <- c(
  r = sprintf('"%s"', R.version.string), pROC = sprintf('"%s"', packageVersion("pROC")),
  case = list_of(case), a = list_of(a), b = list_of(b),
  ci_a = list_of(as.numeric(ci.auc(first, method = "delong"))), ci_b = list_of(as.numeric(ci.auc(second, method = "delong"))),
  variance = list_of(c(var(first), var(second), cov(first, second))),
  test = list_of(c(test$statistic, test$p.value)),
  thresholds = list_of(points$threshold), sensitivity = list_of(points$sensitivity), specificity = list_of(points$specificity)
)
cat("{\n", paste(sprintf('  "%s": %s', names(entries), entries), collapse = ",\n"), "\n}\n", sep = "")
