locals {
  prefix = "${var.name}-${var.environment}"

  tags = merge(var.tags, {
    Project     = var.name
    Environment = var.environment
    ManagedBy   = "davit"
  })

  # What the handler is told: PRODUCTS_TABLE, JWT_SECRET_ARN, … beside its own variables.
  function_environment = merge(
    var.function.environment,
    { for key, table in aws_dynamodb_table.this : "${upper(replace(key, "/[^A-Za-z0-9]/", "_"))}_TABLE" => table.name },
    { for key, arn in var.secrets : "${upper(replace(key, "/[^A-Za-z0-9]/", "_"))}_SECRET_ARN" => arn },
  )

  # Every attribute that is a key of a table or of one of its indexes, once: DynamoDB refuses more.
  key_attributes = {
    for key, table in var.tables : key => {
      for attribute in flatten([
        [table.hash_key, table.range_key],
        [for index in values(table.indexes) : [index.hash_key, index.range_key]],
      ]) : attribute.name => attribute.type... if attribute != null
    }
  }
}
