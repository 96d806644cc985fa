# SPDX-License-Identifier: Apache-2.0
# A REST API and an HTTP API in front of one function. Every resource changes with the colour.
terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
variable "endpoint" {}
variable "function_arn" {}
variable "colour" { default = "blue" }
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
    apigateway   = var.endpoint
    apigatewayv2 = var.endpoint
    lambda       = var.endpoint
  }
}
locals { uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${var.function_arn}/invocations" }

resource "aws_api_gateway_account" "logs" {
  cloudwatch_role_arn = "arn:aws:iam::000000000000:role/${var.colour}"
}
resource "aws_api_gateway_rest_api" "shop" {
  name        = "shop"
  description = "of ${var.colour}"
  endpoint_configuration { types = ["REGIONAL"] }
  binary_media_types = ["image/png"]
  tags               = { colour = var.colour }
}
resource "aws_api_gateway_authorizer" "pool" {
  name          = "pool"
  rest_api_id   = aws_api_gateway_rest_api.shop.id
  type          = "COGNITO_USER_POOLS"
  provider_arns = ["arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Ab12Cd34E"]
}
resource "aws_api_gateway_resource" "items" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  parent_id   = aws_api_gateway_rest_api.shop.root_resource_id
  path_part   = "items-${var.colour}"
}
resource "aws_api_gateway_resource" "proxy" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  parent_id   = aws_api_gateway_resource.items.id
  path_part   = "{proxy+}"
}
resource "aws_api_gateway_method" "any" {
  rest_api_id        = aws_api_gateway_rest_api.shop.id
  resource_id        = aws_api_gateway_resource.proxy.id
  http_method        = "ANY"
  authorization      = "NONE"
  request_parameters = { "method.request.path.proxy" = true }
}
resource "aws_api_gateway_method" "mine" {
  rest_api_id          = aws_api_gateway_rest_api.shop.id
  resource_id          = aws_api_gateway_resource.items.id
  http_method          = "GET"
  authorization        = "COGNITO_USER_POOLS"
  authorizer_id        = aws_api_gateway_authorizer.pool.id
  authorization_scopes = ["shop/${var.colour}"]
}
resource "aws_api_gateway_integration" "any" {
  rest_api_id             = aws_api_gateway_rest_api.shop.id
  resource_id             = aws_api_gateway_resource.proxy.id
  http_method             = aws_api_gateway_method.any.http_method
  integration_http_method = "POST"
  type                    = "AWS_PROXY"
  uri                     = local.uri
  timeout_milliseconds    = var.colour == "blue" ? 29000 : 20000
}
resource "aws_api_gateway_integration" "mine" {
  rest_api_id             = aws_api_gateway_rest_api.shop.id
  resource_id             = aws_api_gateway_resource.items.id
  http_method             = aws_api_gateway_method.mine.http_method
  integration_http_method = "POST"
  type                    = "AWS_PROXY"
  uri                     = local.uri
}
resource "aws_api_gateway_method" "options" {
  rest_api_id   = aws_api_gateway_rest_api.shop.id
  resource_id   = aws_api_gateway_resource.items.id
  http_method   = "OPTIONS"
  authorization = "NONE"
}
resource "aws_api_gateway_integration" "options" {
  rest_api_id       = aws_api_gateway_rest_api.shop.id
  resource_id       = aws_api_gateway_resource.items.id
  http_method       = aws_api_gateway_method.options.http_method
  type              = "MOCK"
  request_templates = { "application/json" = "{\"statusCode\": 200}" }
}
resource "aws_api_gateway_method_response" "options" {
  rest_api_id         = aws_api_gateway_rest_api.shop.id
  resource_id         = aws_api_gateway_resource.items.id
  http_method         = aws_api_gateway_method.options.http_method
  status_code         = "200"
  response_parameters = { "method.response.header.Access-Control-Allow-Origin" = true }
}
resource "aws_api_gateway_integration_response" "options" {
  rest_api_id         = aws_api_gateway_rest_api.shop.id
  resource_id         = aws_api_gateway_resource.items.id
  http_method         = aws_api_gateway_method.options.http_method
  status_code         = aws_api_gateway_method_response.options.status_code
  response_parameters = { "method.response.header.Access-Control-Allow-Origin" = "'https://${var.colour}.example'" }
  depends_on          = [aws_api_gateway_integration.options]
}
resource "aws_api_gateway_gateway_response" "denied" {
  rest_api_id         = aws_api_gateway_rest_api.shop.id
  response_type       = "UNAUTHORIZED"
  status_code         = "401"
  response_templates  = { "application/json" = "{\"error\":$context.error.messageString}" }
  response_parameters = { "gatewayresponse.header.Access-Control-Allow-Origin" = "'*'" }
}
resource "aws_api_gateway_deployment" "shop" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  triggers    = { colour = var.colour }
  depends_on  = [aws_api_gateway_integration.any, aws_api_gateway_integration.mine, aws_api_gateway_integration_response.options]
  lifecycle { create_before_destroy = true }
}
resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.shop.id
  deployment_id = aws_api_gateway_deployment.shop.id
  stage_name    = "prod"
  description   = var.colour
  variables     = { colour = var.colour }
  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:000000000000:log-group:/rest/access"
    format          = jsonencode({ id = "$context.requestId", status = "$context.status", error = "$context.authorizer.error", sub = "$context.authorizer.claims.sub" })
  }
  tags = { colour = var.colour }
}
resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  method_path = "*/*"
  settings {
    throttling_rate_limit  = var.colour == "blue" ? 100 : 50
    throttling_burst_limit = 200
  }
}

resource "aws_apigatewayv2_api" "shop" {
  name          = "shop"
  protocol_type = "HTTP"
  description   = var.colour
  tags          = { colour = var.colour }
  cors_configuration {
    allow_origins = ["https://${var.colour}.example"]
    allow_methods = ["GET", "POST"]
  }
}
resource "aws_apigatewayv2_authorizer" "pool" {
  api_id           = aws_apigatewayv2_api.shop.id
  authorizer_type  = "JWT"
  name             = "pool"
  identity_sources = ["$request.header.Authorization"]
  jwt_configuration {
    audience = [var.colour]
    issuer   = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab12Cd34E"
  }
}
resource "aws_apigatewayv2_integration" "shop" {
  api_id                 = aws_apigatewayv2_api.shop.id
  integration_type       = "AWS_PROXY"
  integration_uri        = var.function_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = var.colour == "blue" ? 30000 : 20000
}
resource "aws_apigatewayv2_route" "shop" {
  api_id             = aws_apigatewayv2_api.shop.id
  route_key          = "GET /${var.colour}"
  target             = "integrations/${aws_apigatewayv2_integration.shop.id}"
  authorization_type = "JWT"
  authorizer_id      = aws_apigatewayv2_authorizer.pool.id
}
resource "aws_apigatewayv2_stage" "shop" {
  api_id      = aws_apigatewayv2_api.shop.id
  name        = "$default"
  auto_deploy = true
  default_route_settings {
    throttling_burst_limit = 100
    throttling_rate_limit  = var.colour == "blue" ? 50 : 20
  }
  tags = { colour = var.colour }
}
