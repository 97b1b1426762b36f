# Reference powers: Rscript power.R > power.json
suppressPackageStartupMessages(library(pwr))
each <- c(30, 60, 100)
found <- list(
  "t_two_groups_d_0.4" = sapply(each, function(n) pwr.t.test(n = n, d = 0.4, sig.level = 0.05)$power),
  "n_each_d_0.4_power_0.8" = pwr.t.test(d = 0.4, power = 0.8, sig.level = 0.05)$n
)
cat(jsonlite::toJSON(found, digits = 10, auto_unbox = TRUE, pretty = TRUE), "\n")
