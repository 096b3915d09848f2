# Means per sensor, coldest first.
library(stats)

read_board <- function(path, sep = ",", ...) {
  board <- read.csv(path, sep = sep, stringsAsFactors = FALSE, ...)
  if (nrow(board) == 0L) {
    stop("no readings in ", path)
  }
  board[!is.na(board$value), c("sensor", "value")]
}

means <- function(board) {
  result <- tapply(board$value, board$sensor, mean)
  sort(result, decreasing = FALSE)
}

for (path in commandArgs(trailingOnly = TRUE)) {
  cold <- means(read_board(path)) |> Filter(f = \(x) x < 0)
  names(cold) <- toupper(names(cold))
  cat(sprintf("%s: %.1f\n", names(cold), cold), sep = "")
}

model <- lm(value ~ sensor + I(hour^2), data = list(value = 1:3, sensor = 4:6, hour = 7:9))
