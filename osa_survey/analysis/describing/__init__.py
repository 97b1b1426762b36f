"""Numbers of one variable or a table: descriptions, prevalences, cross tables, response sets, targets."""
