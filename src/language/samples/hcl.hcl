# One bucket per station, and a rule that empties it.
terraform {
  required_version = ">= 1.6"
}

variable "stations" {
  type    = map(object({ owner = string, keep = number }))
  default = {}
}

locals {
  names = [for name, station in var.stations : upper(name) if station.keep > 0]
}

resource "store_bucket" "readings" {
  for_each = var.stations

  name = "readings-${each.key}-${terraform.workspace}"
  tags = merge(local.tags, { Owner = each.value.owner })

  // Old readings are of no use to anybody.
  lifecycle_rule {
    enabled = each.value.keep > 0 ? true : false
    days    = each.value.keep * 30
  }
}

/* Other modules ask for these. */
output "buckets" {
  value = <<-TEXT
    ${join(", ", local.names)}
  TEXT
}
