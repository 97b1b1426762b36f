# The numbers of test_associations.py that come from R.
#
#   Rscript associations.R <folder of the reference numbers>/effects > associations.json
#
# Partial correlations (psych::partial.r), the increase of R² of one predictor, Steiger's z (psych::r.test),
# pairwise t tests with intervals, Fisher's exact test of a larger table, signed ranks.

suppressMessages(library(psych))
folder <- commandArgs(trailingOnly = TRUE)[1]
d <- na.omit(read.csv(file.path(folder, "scores.csv"))[c("neuro", "agree", "extra", "consc", "age", "gender", "education")])
number <- function(x) paste0("[", paste(format(as.vector(x), digits = 17), collapse = ", "), "]")
line <- function(name, x, last = FALSE) cat('  "', name, '": ', number(x), if (last) "\n" else ",\n", sep = "")
full <- summary(lm(neuro ~ agree + extra + age + factor(gender), d))
less <- summary(lm(neuro ~ extra + age + factor(gender), d))
design <- model.matrix(~ extra + age + factor(gender), d)[, -1]
partial <- partial.r(cbind(d[c("neuro", "agree")], design), 1:2, 3:5)
r <- cor(d[c("neuro", "agree", "extra", "consc")])
steiger <- r.test(n = nrow(d), r12 = r[1, 2], r34 = r[3, 4], r23 = r[2, 3], r13 = r[1, 3], r14 = r[1, 4], r24 = r[2, 4])
small <- d[1:60, ]
cat("{\n")
cat('  "versions": {"R": "', paste(R.version$major, R.version$minor, sep = "."), '", "psych": "',
    as.character(packageVersion("psych")), '"},\n', sep = "")
line("partial", partial[1, 2])
line("coefficient", full$coefficients["agree", c("t value", "Pr(>|t|)")])
line("df", full$df[2])
line("delta_r2", full$r.squared - less$r.squared)
line("steiger", c(steiger$z, steiger$p))
line("fisher_3", fisher.test(table(small$education, small$gender))$p.value)
exact <- fisher.test(table(small$gender, small$age > 25))
line("fisher_2", c(exact$p.value, exact$estimate, exact$conf.int))
untied <- ks.test(small$age[1:30] + (1:30) / 1000, small$age[31:60] + (31:60) / 1001)
line("ks_exact", c(untied$statistic, untied$p.value), TRUE)
cat("}\n")
