output "api_url" {
  description = "Where the API answers, without a slash at the end."
  value       = trimsuffix(aws_apigatewayv2_stage.this.invoke_url, "/")
}

output "lambda_arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.handler.arn
}

output "function_name" {
  description = "Name of the function, for `davit invoke` and `davit logs`."
  value       = aws_lambda_function.handler.function_name
}

output "table_names" {
  description = "Physical name of each table by its key in davit.yaml."
  value       = { for key, table in aws_dynamodb_table.this : key => table.name }
}

output "alarm_topic_arn" {
  description = "Topic that the alarms go to; null where there are none."
  value       = one([for topic in aws_sns_topic.alarms : topic.arn])
}
