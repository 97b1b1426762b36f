# Probit of power on sqrt(n) and Fieller's bounds: Rscript required_sizes.R > required_sizes.json
sizes <- c(100, 200, 300, 450); detected <- c(312, 571, 725, 893)
fit <- glm(cbind(detected, 1000 - detected) ~ sqrt(sizes), binomial("probit"))
b <- coef(fit); v <- vcov(fit); q2 <- qnorm(0.975)^2; c0 <- b[[1]] - qnorm(0.8)
first <- b[[2]]^2 - q2 * v[2, 2]; second <- b[[2]] * c0 - q2 * v[1, 2]
spread <- sqrt(second^2 - first * (c0^2 - q2 * v[1, 1]))
found <- list(sizes = sizes, detected = detected, coefficients = unname(b), n = (-c0 / b[[2]])^2,
              low = ((-second - spread) / first)^2, high = ((-second + spread) / first)^2)
cat(jsonlite::toJSON(found, digits = 10, auto_unbox = TRUE, pretty = TRUE), "\n")
