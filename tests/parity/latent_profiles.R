# Writes latent_profiles.json: mixtures of normals, unrelated within a class, by mclust (EEI: one variance of each variable
# for all classes; VVI: one for each class) on data of base R. Run it here: Rscript latent_profiles.R > latent_profiles.json
suppressPackageStartupMessages(library(mclust))
num <- function(x) paste0("[", paste(sprintf("%.12g", as.vector(x)), collapse = ", "), "]")
sets <- list(faithful = as.matrix(faithful), iris = as.matrix(iris[, 1:4])); out <- list()
for (name in names(sets)) { x <- sets[[name]]
  for (model in c("EEI", "VVI")) for (G in 2:3) {
    # EM carried to the end, from mclust's own hierarchical start
    m <- Mclust(x, G = G, modelNames = model, verbose = FALSE, control = emControl(tol = c(1e-13, 1e-13), itmax = c(100000, 100000)))
    o <- order(-m$parameters$pro); v <- apply(m$parameters$variance$sigma, 3, diag)
    out[[paste(name, model, G, sep = "_")]] <- sprintf("{\"log_likelihood\": %.12g, \"df\": %d, \"bic\": %.12g, \"shares\": %s,\n  \"means\": %s, \"variances\": %s}", m$loglik, as.integer(m$df), -m$bic, num(m$parameters$pro[o]), num(m$parameters$mean[, o]), num(v[, o]))
  } }
data <- sapply(names(sets), function(name) sprintf("\"%s\": {\"columns\": %d, \"values\": %s}", name, ncol(sets[[name]]), num(t(sets[[name]]))))
cat("{\n\"mclust\": \"", as.character(packageVersion("mclust")), "\",\n", paste(data, collapse = ",\n"), ",\n", paste(sprintf("\"%s\": %s", names(out), unlist(out)), collapse = ",\n"), "\n}\n", sep = "")
