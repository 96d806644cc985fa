resource "aws_dynamodb_table" "this" {
  for_each = var.tables

  name                        = "${local.prefix}-${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.hash_key.name
  range_key                   = try(each.value.range_key.name, null)
  deletion_protection_enabled = coalesce(var.deletion_protection, var.environment == "prod")

  dynamic "attribute" {
    for_each = local.key_attributes[each.key]

    content {
      name = attribute.key
      type = one(distinct(attribute.value)) # an error where two keys give one attribute two types
    }
  }

  dynamic "global_secondary_index" {
    for_each = each.value.indexes

    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.hash_key.name
      range_key       = try(global_secondary_index.value.range_key.name, null)
      projection_type = "ALL"
    }
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }
}
