# Made before the function: Lambda would make it at the first line, and it would then be kept for ever.
resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${local.prefix}-handler"
  retention_in_days = var.log_retention_days
}

# The wheels of a zip package.
resource "aws_lambda_layer_version" "dependencies" {
  count = try(var.package.layer, null) == null ? 0 : 1

  layer_name               = "${local.prefix}-handler"
  filename                 = var.package.layer.filename
  source_code_hash         = var.package.layer.source_code_hash
  compatible_runtimes      = [var.package.runtime]
  compatible_architectures = [var.function.architecture]
}

resource "aws_lambda_function" "handler" {
  function_name = "${local.prefix}-handler"
  role          = aws_iam_role.handler.arn
  architectures = [var.function.architecture]
  memory_size   = var.function.memory_mb
  timeout       = var.function.timeout_s

  # One of the two: an image, or a zip package with its runtime.
  package_type     = var.package == null ? "Image" : "Zip"
  image_uri        = var.image_uri
  filename         = try(var.package.filename, null)
  source_code_hash = try(var.package.source_code_hash, null)
  runtime          = try(var.package.runtime, null)
  handler          = try(var.package.handler, null)
  layers           = aws_lambda_layer_version.dependencies[*].arn

  dynamic "image_config" {
    for_each = var.package == null && length(var.function.command) > 0 ? [var.function.command] : []

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

  lifecycle {
    precondition {
      condition     = (var.image_uri == null) != (var.package == null)
      error_message = "The function comes as an image (image_uri) or as a zip package (package): give one of them."
    }
  }

  # The role is known before it may do anything; the function must not start in between.
  depends_on = [aws_iam_role_policy.handler]
}
