locals {
  alarms        = var.alarms == null ? {} : { this = var.alarms }
  alarm_actions = [for topic in aws_sns_topic.alarms : topic.arn]

  # "At or above": a threshold of 1 is heard at the first one.
  lambda_alarms = var.alarms == null ? {} : {
    errors = {
      metric    = "Errors"
      statistic = "Sum"
      period_s  = 60
      periods   = 1
      threshold = var.alarms.errors
      about     = "invocations that failed, in a minute"
    }
    duration = {
      metric    = "Duration"
      statistic = "Average"
      period_s  = 300
      periods   = 2
      threshold = var.alarms.duration_ms
      about     = "milliseconds an invocation takes, on average over ten minutes"
    }
    throttles = {
      metric    = "Throttles"
      statistic = "Sum"
      period_s  = 60
      periods   = 1
      threshold = var.alarms.throttles
      about     = "invocations refused for want of concurrency, in a minute"
    }
  }
}

# Not encrypted with the AWS-managed key, under which CloudWatch may not publish. What is sent are
# names of alarms and numbers.
resource "aws_sns_topic" "alarms" {
  for_each = local.alarms

  name = "${local.prefix}-alarms"
}

# Stays pending until somebody follows the link in the mail.
resource "aws_sns_topic_subscription" "email" {
  for_each = { for key, alarms in local.alarms : key => alarms.email if alarms.email != null }

  topic_arn = aws_sns_topic.alarms[each.key].arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_cloudwatch_metric_alarm" "lambda" {
  for_each = local.lambda_alarms

  alarm_name          = "${local.prefix}-handler-${each.key}"
  alarm_description   = "${aws_lambda_function.handler.function_name}: ${each.value.about}"
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  dimensions          = { FunctionName = aws_lambda_function.handler.function_name }
  statistic           = each.value.statistic
  period              = each.value.period_s
  evaluation_periods  = each.value.periods
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

# An answer of 500 is no error to Lambda, which only sees that there was an answer.
resource "aws_cloudwatch_metric_alarm" "api_5xx" {
  for_each = local.alarms

  alarm_name          = "${local.prefix}-api-5xx"
  alarm_description   = "${aws_apigatewayv2_api.this.name}: answers with a status of 500 or more, in a minute"
  namespace           = "AWS/ApiGateway"
  metric_name         = "5xx"
  dimensions          = { ApiId = aws_apigatewayv2_api.this.id, Stage = aws_apigatewayv2_stage.this.name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.errors
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "table_throttles" {
  for_each = var.alarms == null ? {} : aws_dynamodb_table.this

  alarm_name          = "${local.prefix}-${each.key}-throttles"
  alarm_description   = "${each.value.name}: reads and writes that were throttled, in a minute"
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.alarms.throttles
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions

  metric_query {
    id          = "throttles"
    label       = "Throttled reads and writes"
    expression  = "FILL(reads, 0) + FILL(writes, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { reads = "ReadThrottleEvents", writes = "WriteThrottleEvents" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/DynamoDB"
        metric_name = metric_query.value
        dimensions  = { TableName = each.value.name }
        stat        = "Sum"
        period      = 60
      }
    }
  }
}
