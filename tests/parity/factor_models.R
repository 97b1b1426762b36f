# Regenerates the reference numbers of test_factor_models.py and test_invariance.py.
# Rscript factor_models.R <folder with hs1939.csv, hs1939_missing.csv, bfi_acn.csv> <scs_data.csv> <output.json>
# Written for lavaan 0.6-14, semTools 0.5-6, jsonlite.
suppressMessages({ library(lavaan); library(semTools); library(jsonlite) })
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
hs <- read.csv(file.path(folder, "hs1939.csv"))
hm <- read.csv(file.path(folder, "hs1939_missing.csv"))
b <- read.csv(file.path(folder, "bfi_acn.csv"))
items <- c(paste0("A", 1:5), paste0("N", 1:5))
bc <- b[complete.cases(b[, c(items, "gender")]), ]
model <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
om <- "agree =~ A1 + A2 + A3 + A4 + A5\nneuro =~ N1 + N2 + N3 + N4 + N5"
take <- function(f) list(fit = as.list(fitMeasures(f)), estimates = as.data.frame(unclass(parameterEstimates(f, standardized = TRUE))))
r <- list()
r$hs_ml <- take(cfa(model, hs)); r$hs_ml_stdlv <- take(cfa(model, hs, std.lv = TRUE))
r$hs_ml_meanstructure <- take(cfa(model, hs, meanstructure = TRUE))
for (e in c("MLR", "MLM", "ULS", "GLS")) r[[paste0("hs_", tolower(e))]] <- take(cfa(model, hs, estimator = e))
r$hs_orthogonal <- take(cfa(model, hs, orthogonal = TRUE))
r$hs_1factor <- take(cfa("g =~ x1+x2+x3+x4+x5+x6+x7+x8+x9", hs))
r$hs_higher_order <- take(cfa(paste0(model, "\ng =~ visual + textual + speed"), hs))
r$hs_corr_residual <- take(cfa(paste0(model, "\nx7 ~~ x8"), hs))
r$hsmiss_fiml <- take(cfa(model, hm, missing = "fiml"))
r$hsmiss_mlr_fiml <- take(cfa(model, hm, missing = "fiml", estimator = "MLR"))
r$hsmiss_listwise <- take(cfa(model, hm))
f <- cfa(model, hs)
r$hs_ml_extra <- list(implied = lavInspect(f, "cov.ov"), residual = residuals(f, type = "cor")$cov, scores = head(lavPredict(f), 20),
  mi = as.data.frame(modindices(f, sort. = TRUE))[1:10, ], standardised = as.data.frame(standardizedSolution(f)))
r$hs_reliability_semTools <- suppressWarnings(semTools::reliability(f)); r$hs_htmt <- semTools::htmt(model, data = hs)
steps <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"), strict = c("loadings", "intercepts", "residuals"))
for (e in c("ML", "MLR")) {
  fits <- lapply(steps, function(s) cfa(model, hs, group = "school", group.equal = s, estimator = e))
  for (s in names(fits)) r[[paste0("hs_school_", tolower(e), "_", s)]] <- take(fits[[s]])
  r[[paste0("hs_school_", tolower(e), "_lrt")]] <- as.data.frame(do.call(lavTestLRT, unname(fits)))
}
r$hs_school_partial_scalar <- take(cfa(model, hs, group = "school", group.equal = c("loadings", "intercepts"), group.partial = c("x3~1", "x7~1")))
for (e in c("WLSMV", "DWLS", "ULSMV")) r[[paste0("bfi_an_", tolower(e))]] <- take(cfa(om, bc, ordered = items, estimator = e))
r$bfi_an_wlsmv_stdlv_theta <- take(cfa(om, bc, ordered = items, estimator = "WLSMV", std.lv = TRUE, parameterization = "theta"))
r$bfi_an_mlr_continuous <- take(cfa(om, bc, estimator = "MLR"))
r$bfi_agree_wlsmv_1f <- take(cfa("agree =~ A1 + A2 + A3 + A4 + A5", bc, ordered = items[1:5], estimator = "WLSMV"))
r$bfi_an_wlsmv_gender_configural <- take(cfa(om, bc, ordered = items, group = "gender", estimator = "WLSMV"))
r$bfi_an_wlsmv_gender_thresholds_loadings <- take(cfa(om, bc, ordered = items, group = "gender", estimator = "WLSMV", group.equal = c("thresholds", "loadings")))
r$bfi_acn_ml_missing_fiml_6 <- take(cfa(paste0(om, "\nconsc =~ C1 + C2 + C3 + C4 + C5"), b, missing = "fiml"))
equal <- list(configural = "", thresholds = "thresholds", loadings = c("thresholds", "loadings"),
  intercepts = c("thresholds", "loadings", "intercepts"), residuals = c("thresholds", "loadings", "intercepts", "residuals"))
ladder <- lapply(equal, function(s) cfa(as.character(measEq.syntax(om, data = bc, ordered = items, group = "gender", ID.fac = "std.lv",
  ID.cat = "Wu.Estabrook.2016", parameterization = "theta", estimator = "WLSMV", group.equal = s)), bc, ordered = items, group = "gender",
  parameterization = "theta", estimator = "WLSMV"))
r$ordinal <- lapply(ladder, take)
r$ordinal_difference <- lapply(2:5, function(i) as.data.frame(lavTestLRT(ladder[[i - 1]], ladder[[i]], method = "satorra.2000")))
if (length(arguments) > 2) {
  s <- read.csv(arguments[2]); s <- s[seq(1, nrow(s), 2), paste0("Q", 1:10)]; s[s == 0] <- NA
  one <- paste("scs =~", paste(names(s), collapse = "+")); two <- "interfere =~ Q1+Q2+Q3+Q4+Q7\ncontrol =~ Q5+Q6+Q8+Q9+Q10"
  whole <- s[complete.cases(s), ]
  r$scs_odd_cfa1_ml <- take(cfa(one, whole)); r$scs_odd_cfa1_mlr <- take(cfa(one, whole, estimator = "MLR")); r$scs_odd_cfa1_fiml <- take(cfa(one, s, missing = "fiml"))
  r$scs_odd_cfa1_wlsmv <- take(cfa(one, whole, ordered = names(s), estimator = "WLSMV"))
  r$scs_odd_cfa2_wlsmv <- take(cfa(two, whole, ordered = names(s), estimator = "WLSMV"))
}
write_json(r, arguments[length(arguments)], digits = NA, auto_unbox = TRUE, na = "null")
