# Numbers for tests/parity/test_waves.py by lavaan and semTools, from made-up waves written with the numbers so that Python needs no R.
# Run from this folder: Rscript waves.R > waves.json
suppressPackageStartupMessages({library(lavaan); library(semTools); library(jsonlite)})
set.seed(20261126)
n <- 500; waves <- 3; items <- 4; l <- c(1, .8, .9, .7)
f1 <- rnorm(n); f2 <- .3 + .7 * f1 + .6 * rnorm(n); f3 <- .1 + .8 * f2 + .5 * rnorm(n); F <- cbind(f1, f2, f3)
common <- matrix(rnorm(n * items), n)
d <- data.frame(p = .5 * f1 + rnorm(n), q = rbinom(n, 1, .5))
for (w in 1:waves) for (i in 1:items) d[[paste0("i", i, "_", w)]] <- round(2 + .2 * i + l[i] * F[, w] + .4 * common[, i] + .8 * rnorm(n), 4)
d$p <- round(d$p, 4)
gaps <- d; gaps[runif(n) < .2, grep("_3$", names(d))] <- NA; gaps[runif(n) < .1, "i2_2"] <- NA
o <- d[grep("^i", names(d))]; o[] <- lapply(o, function(x) as.integer(cut(x, c(-Inf, 1.4, 2.4, 3.4, Inf))))
name <- function(w) paste0("i", 1:items, "_", w)
longitudinal <- function(ws) { f <- paste0("F", ws); list(
  model = paste0(f, " =~ ", sapply(ws, function(w) paste(name(w), collapse = " + ")), collapse = "\n"),
  facs = list(F = f), inds = setNames(lapply(1:items, function(i) paste0("i", i, "_", ws)), paste0("i", 1:items))) }
kept <- function(f) { m <- fitMeasures(f); pick <- function(x) if (x %in% names(m)) unname(m[[x]]) else NA
  p <- parameterEstimates(f); p <- p[p$op == "~1" & grepl("^F", p$lhs), ]
  list(chisq = pick("chisq"), df = pick("df"), scaled = pick("chisq.scaled"), cfi = pick("cfi"), srmr = pick("srmr"),
    mean = p$est[-1], se = p$se[-1]) }
ladder <- function(data, ws, steps, ordered = FALSE, ...) { g <- longitudinal(ws); fits <- list()
  for (s in seq_along(steps)) { equal <- if (s == 1) "" else unlist(steps[2:s])
    fits[[names(steps)[s]]] <- if (ordered) measEq.syntax(g$model, data = data, ordered = names(data), parameterization = "theta", ID.fac = "std.lv",
        ID.cat = "Wu.Estabrook.2016", longFacNames = g$facs, longIndNames = g$inds, auto = "all", long.equal = equal, return.fit = TRUE, estimator = "WLSMV")
      else measEq.syntax(g$model, data = data, ID.fac = "std.lv", longFacNames = g$facs, longIndNames = g$inds, auto = "all", long.equal = equal,
        return.fit = TRUE, meanstructure = TRUE, control = list(rel.tol = 1e-10), ...) }
  found <- lapply(fits, kept)
  for (s in seq_along(fits)[-1]) { t <- lavTestLRT(fits[[s - 1]], fits[[s]]); found[[s]]$difference <- t[2, "Chisq diff"]; found[[s]]$difference_df <- t[2, "Df diff"] }
  found }
numbers <- list(configural = "", metric = "loadings", scalar = "intercepts", strict = "residuals")
ordinal <- list(configural = "", thresholds = "thresholds", loadings = "loadings", intercepts = "intercepts", residuals = "residuals")
# latent change of items: marker item, scalar invariance, correlated residuals
measured <- function(ws) paste0(paste0("F", ws, " =~ 1*i1_", ws, " + l2*i2_", ws, " + l3*i3_", ws, " + l4*i4_", ws, collapse = "\n"), "\n",
  paste0("i1_", ws, " ~ 0*1", collapse = "\n"), "\n", paste0("i", 2:items, "_", rep(ws, each = items - 1), " ~ n", 2:items, "*1", collapse = "\n"), "\n",
  paste(unlist(lapply(1:items, function(i) combn(paste0("i", i, "_", ws), 2, paste, collapse = " ~~ "))), collapse = "\n"))
change <- function(ws, level) { k <- ws[-1]; paste0(paste0("D", k, " =~ 1*", level, k, "\n", level, k, " ~ 1*", level, k - 1, "\n", level, k, " ~~ 0*", level, k, "\n", level, k, " ~ 0*1\nD", k, " ~ 1\nD", k, " ~~ D", k, collapse = "\n"),
  "\n", level, ws[1], " ~ 1\n", level, ws[1], " ~~ ", level, ws[1], "\n", paste(combn(c(paste0(level, ws[1]), paste0("D", k)), 2, paste, collapse = " ~~ "), collapse = "\n")) }
changes <- function(f) { p <- parameterEstimates(f); m <- fitMeasures(f, c("chisq", "df", "cfi", "rmsea", "srmr")); q <- p[(p$op == "~1" & grepl("^D", p$lhs)) | (p$op == "~~" & grepl("^D", p$lhs) & p$lhs == p$rhs) | (p$op == "~" & p$rhs %in% c("pc", "qc")), ]
  s <- standardizedSolution(f); r <- s[s$op == "~~" & s$lhs != s$rhs & grepl("^[SF]", s$lhs) & grepl("^D", s$rhs), ]
  list(lhs = q$lhs, op = q$op, rhs = q$rhs, est = q$est, se = q$se, r_lhs = r$lhs, r_rhs = r$rhs, r = r$est.std, fit = unname(as.list(m)),
    var = p$est[p$op == "~~" & p$lhs == p$rhs & grepl("^[SF]1", p$lhs)]) }
d$s1 <- rowMeans(d[name(1)]); d$s2 <- rowMeans(d[name(2)]); d$s3 <- rowMeans(d[name(3)])
gaps$s1 <- rowMeans(gaps[name(1)]); gaps$s2 <- rowMeans(gaps[name(2)]); gaps$s3 <- rowMeans(gaps[name(3)])
scores <- function(ws) paste0(paste0("S", ws, " =~ 1*s", ws, "\ns", ws, " ~~ 0*s", ws, "\ns", ws, " ~ 0*1", collapse = "\n"))
# changes that are the same, or in proportion to the level before: "c" for the constant part, "b" for the multiple
structured <- function(ws, level, dual) { k <- ws[-1]; paste0(paste0("D", k, " =~ 1*", level, k, "\n", level, k, " ~ 1*", level, k - 1, "\n", level, k, " ~~ 0*", level, k, "\n", level, k, " ~ 0*1\nD", k, " ~ 0*1\nD", k, " ~~ 0*D", k, collapse = "\n"),
  if (dual) paste0("\n", paste0("D", k, " ~ b*", level, k - 1, collapse = "\n")) else "", "\nC =~ ", paste0("1*D", k, collapse = " + "), "\nC ~ 1\nC ~~ C\n", level, "1 ~ 1\n", level, "1 ~~ ", level, "1\n", level, "1 ~~ C") }
with_error <- function(ws) paste0(paste0("S", ws, " =~ 1*s", ws, "\ns", ws, " ~~ e*s", ws, "\ns", ws, " ~ 0*1", collapse = "\n"))
pick <- function(f) { p <- parameterEstimates(f); m <- fitMeasures(f, c("chisq", "df", "cfi", "rmsea", "srmr")); s <- standardizedSolution(f); b <- p[p$label == "b", ]
  row <- function(op, lhs) { r <- p[p$op == op & p$lhs == lhs & (op == "~1" | p$rhs == lhs), ]; c(r$est, r$se) }
  list(mean = row("~1", "C"), variance = row("~~", "C"), b = if (nrow(b)) c(b$est[1], b$se[1]) else NULL, r = s$est.std[s$op == "~~" & s$lhs != s$rhs & (s$rhs == "C" | s$lhs == "C")], fit = unname(as.list(m))) }
shaped <- function(model, data, ...) pick(lavaan(model, data, auto.var = TRUE, auto.cov.lv.x = FALSE, int.ov.free = TRUE, control = list(rel.tol = 1e-10), ...))
d$pc <- d$p - mean(d$p); d$qc <- d$q - mean(d$q); gaps$pc <- d$pc; gaps$qc <- d$qc
with <- function(text, level, k) paste0(text, "\n", level, "1 ~ pc + qc\n", paste0("D", k, " ~ pc + qc", collapse = "\n"))
run <- function(model, data, ...) changes(lavaan(model, data, auto.var = TRUE, auto.cov.lv.x = FALSE, int.ov.free = TRUE, control = list(rel.tol = 1e-10), fixed.x = FALSE, ...))
xs <- "\npc ~~ qc\npc ~~ pc\nqc ~~ qc\npc ~ 1\nqc ~ 1"
cat(toJSON(list(versions = list(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan")), semTools = as.character(packageVersion("semTools"))),
  data = as.list(d[c("p", "q", grep("^[is][0-9]", names(d), value = TRUE))]), gaps = as.list(gaps[grep("^[is][0-9]", names(gaps), value = TRUE)]), ordinal = as.list(o),
  ladders = list(ML = ladder(d, 1:3, numbers), MLR = ladder(d, 1:2, numbers, estimator = "MLR"), FIML = ladder(gaps, 1:3, numbers, missing = "fiml"),
    WLSMV = ladder(o[grep("_[12]$", names(o))], 1:2, ordinal, TRUE)),
  shaped = list(scores_constant = shaped(paste0(with_error(1:3), "\n", structured(1:3, "S", FALSE)), d), scores_dual = shaped(paste0(with_error(1:3), "\n", structured(1:3, "S", TRUE)), d),
    items_constant = shaped(paste0(measured(1:3), "\n", structured(1:3, "F", FALSE)), d), items_dual = shaped(paste0(measured(1:3), "\n", structured(1:3, "F", TRUE)), d, estimator = "MLR")),
  changes = list(items = run(paste0(measured(1:2), "\n", change(1:2, "F")), d), items_three = run(paste0(measured(1:3), "\n", change(1:3, "F")), d),
    items_fiml = run(paste0(measured(1:2), "\n", change(1:2, "F")), gaps, missing = "fiml", estimator = "MLR"),
    scores = run(paste0(scores(1:2), "\n", change(1:2, "S")), d), scores_fiml = run(paste0(scores(1:3), "\n", change(1:3, "S")), gaps, missing = "fiml"),
    predicted = run(with(paste0(scores(1:2), "\n", change(1:2, "S"), xs), "S", 2), d),
    items_predicted = run(with(paste0(measured(1:2), "\n", change(1:2, "F"), xs), "F", 2), d, estimator = "MLR"))), digits = NA, auto_unbox = TRUE, na = "null"))
