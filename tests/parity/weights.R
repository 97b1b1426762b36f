# The reference numbers of test_weights.py: run with Rscript in a folder that holds the CSV files of golden/weights.
# R 4.2.2, survey 4.1.1. Prints what the JSON beside the data holds at full precision.
suppressPackageStartupMessages(library(survey))
options(digits = 17)
read <- function(name) read.csv(paste0(name, ".csv"), stringsAsFactors = TRUE)
strat <- read("apistrat"); clus1 <- read("apiclus1"); clus2 <- read("apiclus2"); srs <- read("apisrs")

designs <- list(
  strat_fpc = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = strat, fpc = ~fpc),
  strat_nofpc = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = strat),
  clus1 = svydesign(id = ~dnum, weights = ~pw, data = clus1, fpc = ~fpc),
  weights_only = svydesign(id = ~1, weights = ~pw, data = srs)
)
for (name in names(designs)) {
  d <- designs[[name]]
  chi <- if (startsWith(name, "strat")) ~awards + stype else ~sch.wide + stype
  cat("##", name, "\n")
  print(degf(d))
  m <- svymean(~api00 + api99, d, deff = TRUE); print(coef(m)); print(vcov(m))
  print(svytotal(~api00, d)); print(svyvar(~api00, d)); print(svymean(~stype, d))
  for (method in c("logit", "beta", "mean")) print(attr(svyciprop(~I(awards == "Yes"), d, method = method), "ci"))
  print(svyquantile(~api00, d, c(.1, .25, .5, .75, .9), ci = TRUE))
  print(svyby(~api00, ~stype, d, svymean))
  print(svyttest(api00 ~ I(awards == "Yes"), d)); print(svyranktest(api00 ~ I(awards == "Yes"), d))
  for (statistic in c("F", "Chisq")) print(suppressWarnings(svychisq(chi, d, statistic = statistic)))
  print(cov2cor(as.matrix(svyvar(~api00 + api99, d))))
}

d2 <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = clus2)
print(svymean(~api00 + api99, d2)); print(svymean(~enroll, d2, na.rm = TRUE))
print(svymean(~api00, subset(designs$strat_nofpc, comp.imp == "Yes")))

types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
awards <- data.frame(awards = c("No", "Yes"), Freq = c(2027, 4167))
plain <- svydesign(id = ~dnum, weights = ~pw, data = clus1)
control <- list(maxit = 200, epsilon = 1e-10, verbose = FALSE)
raked <- rake(plain, list(~stype, ~sch.wide), list(types, wide), control = control)
print(weights(raked)); print(svymean(~api00, raked)); print(svytotal(~enroll, raked))
three <- rake(svydesign(id = ~1, weights = ~1, data = srs), list(~stype, ~sch.wide, ~awards), list(types, wide, awards),
  control = control)
print(weights(three)); print(svymean(~api00, three))
print(weights(trimWeights(three, upper = quantile(weights(three), .95), lower = 0, strict = TRUE)))
print(svymean(~api00, postStratify(plain, ~stype, types)))
greg <- calibrate(designs$clus1, ~stype + api99, c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069))
print(weights(greg)); print(svymean(~api00, greg))

jk1 <- as.svrepdesign(plain, type = "JK1")
print(svymean(~api00 + api99, jk1)); print(svyquantile(~api00, jk1, .5, ci = TRUE))
print(svymean(~api00, rake(jk1, list(~stype, ~sch.wide), list(types, wide), control = control)))
jkn <- as.svrepdesign(designs$strat_nofpc, type = "JKn")
print(svymean(~api00 + api99, jkn)); print(svytotal(~enroll, jkn))

for (name in names(designs)) {
  print(vcov(svyglm(api00 ~ ell + meals, designs[[name]])))
  print(vcov(svyglm(I(sch.wide == "Yes") ~ ell + meals, designs[[name]], family = quasibinomial())))
}
print(vcov(svyglm(enroll ~ ell + meals, designs$strat_nofpc, family = quasipoisson())))
print(vcov(svyglm(api00 ~ ell + meals, postStratify(plain, ~stype, types))))
print(vcov(svyglm(api00 ~ ell + meals, jk1))); print(vcov(svyglm(api00 ~ ell + meals, jkn)))
