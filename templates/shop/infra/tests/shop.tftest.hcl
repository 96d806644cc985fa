# `terraform init -backend=false && terraform test`: no account, no network, some seconds.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:ap-southeast-1:123456789012:table/mock" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:ap-southeast-1:123456789012:log-group:mock" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:ap-southeast-1:123456789012:mock" }
  }
  mock_resource "aws_lambda_function" {
    defaults = {
      arn        = "arn:aws:lambda:ap-southeast-1:123456789012:function:mock"
      invoke_arn = "arn:aws:apigateway:ap-southeast-1:lambda:path/2015-03-31/functions/mock/invocations"
    }
  }
  mock_resource "aws_apigatewayv2_api" {
    defaults = { execution_arn = "arn:aws:execute-api:ap-southeast-1:123456789012:mock" }
  }
  mock_resource "aws_apigatewayv2_stage" {
    defaults = { invoke_url = "https://mock.execute-api.ap-southeast-1.amazonaws.com/" }
  }
}

variables {
  name        = "shop"
  environment = "dev"
  region      = "ap-southeast-1"
  image_uri   = "123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/shop-api@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  secrets     = { jwt = "arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:shop-dev-jwt-AbCdEf" }
  tables = {
    products = {
      hash_key = { name = "product_id", type = "S" }
      indexes  = { category-index = { hash_key = { name = "category", type = "S" } } }
    }
    orders = {
      hash_key = { name = "order_id", type = "S" }
      indexes  = { user-index = { hash_key = { name = "user_id", type = "S" } } }
    }
    users = {
      hash_key = { name = "user_id", type = "S" }
      indexes  = { email-index = { hash_key = { name = "email", type = "S" } } }
    }
  }
  function = {
    memory_mb    = 512
    timeout_s    = 15
    architecture = "x86_64"
    environment  = { LOG_LEVEL = "info" }
    command      = ["app.lambda_handler.handler"]
  }
  api = {
    type     = "http"
    stage    = "$default"
    cors     = { origins = ["https://shop.example"] }
    throttle = { rate = 50, burst = 100 }
  }
  alarms = { email = "ops@shop.example", errors = 1, duration_ms = 5000, throttles = 1 }
}

run "the_whole_of_it" {
  assert {
    condition     = { for key, table in aws_dynamodb_table.this : key => table.name } == { products = "shop-dev-products", orders = "shop-dev-orders", users = "shop-dev-users" }
    error_message = "Tables are named <name>-<environment>-<key>."
  }
  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : table.billing_mode == "PAY_PER_REQUEST" && table.point_in_time_recovery[0].enabled && table.server_side_encryption[0].enabled && !table.deletion_protection_enabled])
    error_message = "Tables are on demand, encrypted and recoverable, and outside prod they may be deleted."
  }
  assert {
    condition     = [for index in aws_dynamodb_table.this["orders"].global_secondary_index : "${index.name} ${index.hash_key} ${index.projection_type}"] == ["user-index user_id ALL"]
    error_message = "Indexes project all attributes."
  }
  assert {
    condition = aws_lambda_function.handler.environment[0].variables == tomap({
      LOG_LEVEL      = "info"
      PRODUCTS_TABLE = "shop-dev-products"
      ORDERS_TABLE   = "shop-dev-orders"
      USERS_TABLE    = "shop-dev-users"
      JWT_SECRET_ARN = "arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:shop-dev-jwt-AbCdEf"
    })
    error_message = "The function knows its three tables and the ARN of its secret, and nothing that Lambda reserves."
  }
  assert {
    condition     = aws_lambda_function.handler.package_type == "Image" && aws_lambda_function.handler.image_config[0].command == tolist(["app.lambda_handler.handler"]) && aws_lambda_function.handler.logging_config[0].log_group == "/aws/lambda/shop-dev-handler"
    error_message = "The function runs the image's handler and logs into the group made for it."
  }
  assert {
    condition     = aws_apigatewayv2_integration.handler.payload_format_version == "2.0" && aws_apigatewayv2_integration.handler.timeout_milliseconds == 15000 && aws_apigatewayv2_route.default.route_key == "$default"
    error_message = "One $default route, events of format 2.0, and the API waits as long as the function may run."
  }
  assert {
    condition     = sort(keys(jsondecode(aws_apigatewayv2_stage.this.access_log_settings[0].format))) == tolist(["httpMethod", "ip", "protocol", "requestId", "requestTime", "responseLength", "routeKey", "status"])
    error_message = "An access line has eight fields."
  }
  assert {
    condition     = aws_apigatewayv2_stage.this.auto_deploy && aws_apigatewayv2_stage.this.default_route_settings[0].throttling_rate_limit == 50 && aws_apigatewayv2_stage.this.default_route_settings[0].throttling_burst_limit == 100
    error_message = "The stage deploys by itself and throttles."
  }
  assert {
    condition     = aws_lambda_permission.api.principal == "apigateway.amazonaws.com" && endswith(aws_lambda_permission.api.source_arn, ":mock/*/*")
    error_message = "The API, and no other one, may invoke the function."
  }
  assert {
    condition     = aws_cloudwatch_log_group.function.retention_in_days == 14 && aws_cloudwatch_log_group.api.retention_in_days == 14 && aws_cloudwatch_log_group.api.name == "/aws/apigateway/shop-dev"
    error_message = "Both groups are kept for 14 days."
  }
  assert {
    condition     = { for key, alarm in aws_cloudwatch_metric_alarm.lambda : key => "${alarm.metric_name} ${alarm.statistic} ${alarm.evaluation_periods}x${alarm.period} ${alarm.threshold}" } == { errors = "Errors Sum 1x60 1", duration = "Duration Average 2x300 5000", throttles = "Throttles Sum 1x60 1" }
    error_message = "Alarms on errors, duration and throttled invocations."
  }
  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.lambda), values(aws_cloudwatch_metric_alarm.api_5xx), values(aws_cloudwatch_metric_alarm.table_throttles)) : alarm.treat_missing_data == "notBreaching" && alarm.comparison_operator == "GreaterThanOrEqualToThreshold" && length(alarm.alarm_actions) == 1])
    error_message = "Every alarm tells the topic, starts at its threshold, and takes silence for health."
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.table_throttles) == 3 && length(aws_cloudwatch_metric_alarm.api_5xx) == 1 && aws_sns_topic_subscription.email["this"].endpoint == "ops@shop.example"
    error_message = "Alarms on the API and each table, and somebody who is told."
  }
  assert {
    condition     = output.api_url == "https://mock.execute-api.ap-southeast-1.amazonaws.com" && output.lambda_arn == aws_lambda_function.handler.arn && output.function_name == "shop-dev-handler"
    error_message = "Outputs."
  }
}

run "least_privilege" {
  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.handler.statement : !contains(statement.resources, "*") && alltrue([for action in statement.actions : !endswith(action, "*")])])
    error_message = "No statement is for everything."
  }
  assert {
    condition     = [for statement in data.aws_iam_policy_document.handler.statement : sort(statement.actions) if statement.sid == "TableUsers"] == [tolist(["dynamodb:GetItem", "dynamodb:PutItem"])]
    error_message = "Users are read and added, never listed, changed or deleted."
  }
  assert {
    condition     = [for statement in data.aws_iam_policy_document.handler.statement : statement.resources if statement.sid == "ReadSecrets"] == [toset(["arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:shop-dev-jwt-AbCdEf"])]
    error_message = "One secret can be read."
  }
  assert {
    condition     = !contains([for statement in data.aws_iam_policy_document.handler.statement : statement.sid], "DecryptSecrets")
    error_message = "The AWS-managed key needs no permission."
  }
}

run "prod_keeps_its_tables" {
  command = plan

  variables {
    environment = "prod"
  }
  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : table.deletion_protection_enabled])
    error_message = "In prod a table refuses to be deleted."
  }
}

run "without_alarms_and_origins" {
  variables {
    alarms = null
    api = {
      type     = "http"
      stage    = "$default"
      cors     = { origins = [] }
      throttle = { rate = 50, burst = 100 }
    }
  }
  assert {
    condition     = length(aws_sns_topic.alarms) + length(aws_sns_topic_subscription.email) + length(aws_cloudwatch_metric_alarm.lambda) + length(aws_cloudwatch_metric_alarm.api_5xx) + length(aws_cloudwatch_metric_alarm.table_throttles) == 0
    error_message = "No alarm, no topic."
  }
  assert {
    condition     = length(aws_apigatewayv2_api.this.cors_configuration) == 0 && output.alarm_topic_arn == null
    error_message = "No CORS."
  }
}

run "alarms_without_anybody_told_and_a_table_with_a_sort_key" {
  command = plan

  variables {
    alarms = { errors = 1, duration_ms = 5000, throttles = 1 }
    tables = {
      order-events = {
        hash_key  = { name = "order_id", type = "S" }
        range_key = { name = "at", type = "N" }
        indexes = {
          by-kind = { hash_key = { name = "kind", type = "S" }, range_key = { name = "at", type = "N" } }
        }
      }
    }
  }
  assert {
    condition     = length(aws_sns_topic_subscription.email) == 0 && length(aws_sns_topic.alarms) == 1
    error_message = "A topic without a subscription."
  }
  assert {
    condition     = toset([for attribute in aws_dynamodb_table.this["order-events"].attribute : "${attribute.name} ${attribute.type}"]) == toset(["order_id S", "at N", "kind S"])
    error_message = "An attribute of two keys is declared once."
  }
  assert {
    condition     = aws_lambda_function.handler.environment[0].variables["ORDER_EVENTS_TABLE"] == "shop-dev-order-events"
    error_message = "A hyphen of a key becomes an underscore."
  }
}

run "refuses_a_tag_for_an_image" {
  command         = plan
  expect_failures = [var.image_uri]

  variables {
    image_uri = "123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/shop-api:latest"
  }
}

run "takes_a_zip_package" {
  command = plan

  variables {
    image_uri = null
    package = {
      filename         = "tests/shop.tftest.hcl"
      source_code_hash = "uk4Sr2B0lRuHyLDxI3j6E1kUEcuf0gPGdtBTLxTNNO8="
      runtime          = "python3.12"
      handler          = "app.lambda_handler.handler"
      layer            = { filename = "tests/shop.tftest.hcl", source_code_hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }
    }
  }
  assert {
    condition     = aws_lambda_function.handler.package_type == "Zip" && aws_lambda_function.handler.runtime == "python3.12" && aws_lambda_function.handler.handler == "app.lambda_handler.handler"
    error_message = "A zip package brings its runtime and its handler."
  }
  assert {
    condition     = length(aws_lambda_function.handler.image_config) == 0 && length(aws_lambda_layer_version.dependencies) == 1
    error_message = "A zip package has a layer of wheels and no image's command."
  }
}

run "refuses_an_image_and_a_zip_package_at_once" {
  command         = plan
  expect_failures = [aws_lambda_function.handler]

  variables {
    package = { filename = "function.zip", source_code_hash = "-", runtime = "python3.12", handler = "app.lambda_handler.handler" }
  }
}

run "refuses_what_lambda_or_the_api_would" {
  command         = plan
  expect_failures = [var.function, var.api, var.alarms, var.account, var.name]

  variables {
    name    = "Shop"
    account = "12345"
    alarms  = { errors = 0, duration_ms = 5000, throttles = 1 }
    function = {
      memory_mb    = 64
      timeout_s    = 60
      architecture = "x86_64"
      environment  = { AWS_REGION = "ap-southeast-1" }
      command      = []
    }
    api = {
      type     = "rest"
      stage    = "v1"
      cors     = { origins = ["shop.example/"] }
      throttle = { rate = 0, burst = 0 }
    }
  }
}

run "warns_of_an_api_open_to_every_origin" {
  command         = plan
  expect_failures = [check.cors]

  variables {
    api = {
      type     = "http"
      stage    = "$default"
      cors     = { origins = ["*"] }
      throttle = { rate = 50, burst = 100 }
    }
  }
}
