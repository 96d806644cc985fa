# Made before the function: Lambda would make it at the first line, and it would then be kept for ever.
resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${local.prefix}-handler"
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_function" "handler" {
  function_name = "${local.prefix}-handler"
  role          = aws_iam_role.handler.arn
  package_type  = "Image"
  image_uri     = var.image_uri
  architectures = [var.function.architecture]
  memory_size   = var.function.memory_mb
  timeout       = var.function.timeout_s

  dynamic "image_config" {
    for_each = length(var.function.command) > 0 ? [var.function.command] : []

    content {
      command = image_config.value
    }
  }

  environment {
    variables = local.function_environment
  }

  # Text: the handler writes JSON itself, and Lambda's own JSON format would wrap each line once more.
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function.name
  }

  # The role is known before it may do anything; the function must not start in between.
  depends_on = [aws_iam_role_policy.handler]
}
