locals {
  # What the backend's repositories call, table by table; a table they do not know yet gets the calls
  # on single items.
  item_actions = ["GetItem", "PutItem", "UpdateItem", "DeleteItem"]
  table_actions = {
    products = concat(local.item_actions, ["Scan"])
    orders   = ["GetItem", "PutItem", "UpdateItem"]
    users    = ["GetItem", "PutItem"]
  }
}

data "aws_iam_policy_document" "assume_role" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "handler" {
  statement {
    sid       = "WriteOwnLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function.arn}:*"]
  }

  dynamic "statement" {
    for_each = aws_dynamodb_table.this

    content {
      sid       = "Table${replace(title(statement.key), "/[^A-Za-z0-9]/", "")}"
      actions   = [for action in lookup(local.table_actions, statement.key, local.item_actions) : "dynamodb:${action}"]
      resources = [statement.value.arn]
    }
  }

  dynamic "statement" {
    for_each = anytrue([for table in values(var.tables) : length(table.indexes) > 0]) ? [1] : []

    content {
      sid       = "QueryIndexes"
      actions   = ["dynamodb:Query"]
      resources = [for key, table in aws_dynamodb_table.this : "${table.arn}/index/*" if length(var.tables[key].indexes) > 0]
    }
  }

  dynamic "statement" {
    for_each = length(var.secrets) > 0 ? [1] : []

    content {
      sid       = "ReadSecrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = values(var.secrets)
    }
  }

  dynamic "statement" {
    for_each = var.secrets_kms_key_arn == null ? [] : [var.secrets_kms_key_arn]

    content {
      sid       = "DecryptSecrets"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["secretsmanager.${var.region}.amazonaws.com"]
      }
    }
  }
}

resource "aws_iam_role" "handler" {
  name               = "${local.prefix}-handler"
  assume_role_policy = data.aws_iam_policy_document.assume_role.json
}

resource "aws_iam_role_policy" "handler" {
  name   = "handler"
  role   = aws_iam_role.handler.id
  policy = data.aws_iam_policy_document.handler.json
}
